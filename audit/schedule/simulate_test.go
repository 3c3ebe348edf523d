package schedule_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
)

// start is a run: the slot it is for and when it began.
type start struct{ slot, at time.Time }

// daemon is what remains of a process over its restarts.
type daemon struct {
	schedule *schedule.Schedule
	last     time.Time
	starts   []start
}

func (d *daemon) begin(slot time.Time) {
	d.last = slot
	d.starts = append(d.starts, start{slot, time.Now().UTC()})
}

// run is one life of the process: it makes up for what was missed, then takes
// slots as they come.
func (d *daemon) run(ctx context.Context) {
	if slot, ok := d.schedule.Missed(d.last, time.Now()); ok {
		d.begin(slot)
	}
	for {
		slot := d.schedule.Next(time.Now())
		select {
		case <-time.After(time.Until(slot)):
			d.begin(slot)
		case <-ctx.Done():
			return
		}
	}
}

// outage is a time in which the process is down.
type outage struct{ from, to time.Time }

// live runs the daemon until the ten years are over, with outages.
func (d *daemon) live(outages []outage) {
	for _, o := range append(slices.Clone(outages), outage{from: tenYearsTo.Add(time.Second)}) {
		ctx, kill := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() {
			defer close(done)
			d.run(ctx)
		}()
		time.Sleep(time.Until(o.from))
		kill()
		<-done
		if !o.to.IsZero() {
			time.Sleep(time.Until(o.to))
		}
	}
}

// wantStarts is what the daemon should have done: a run at each slot while up,
// one at the end of each outage for the latest of those within it.
func wantStarts(slots []time.Time, outages []outage) []start {
	var want []start
	for _, slot := range slots {
		for len(outages) > 0 && outages[0].to.Before(slot) {
			outages = outages[1:]
		}
		begin := start{slot, slot}
		if len(outages) > 0 && slot.After(outages[0].from) {
			begin.at = outages[0].to
			if n := len(want); n > 0 && want[n-1].at.Equal(begin.at) {
				want = want[:n-1]
			}
		}
		want = append(want, begin)
	}
	return want
}

// someOutages are spread over the ten years. A third of them lie over a slot
// by a second on each side, a third end right at one.
func someOutages(random *rand.Rand, slots []time.Time) []outage {
	var outages []outage
	for now := tenYearsFrom.Add(time.Hour); ; {
		now = now.Add(time.Duration(random.Int64N(int64(30 * 24 * time.Hour)))).Truncate(time.Second)
		i, _ := slices.BinarySearchFunc(slots, now, time.Time.Compare)
		if i == len(slots) {
			return outages
		}
		o := outage{slots[i].Add(-time.Second), slots[i].Add(time.Second)}
		switch random.IntN(3) {
		case 0:
			o = outage{slots[i].Add(-7 * time.Second), slots[i].Add(time.Duration(random.Int64N(int64(60 * time.Hour))))}
		case 1:
			o.to = slots[i]
		}
		outages = append(outages, o)
		now = o.to.Add(time.Minute)
	}
}

func TestTenYearsOfADaemon(t *testing.T) {
	t.Parallel()
	for _, zone := range zones {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			for i, spec := range []string{"30 2 * * *", "30 1 * * *", "0 0 * * *", "0 * * * *"} {
				// TestSlotsOfTenYearsAreThoseOfTheOracle proves these.
				slots := slices.Collect(mustParse(t, spec, zone).Slots(tenYearsFrom, tenYearsTo))
				random := rand.New(rand.NewPCG(10, uint64(i)))
				t.Run(spec, func(t *testing.T) { simulate(t, spec, zone, slots, nil) })
				t.Run(spec+" with outages", func(t *testing.T) { simulate(t, spec, zone, slots, someOutages(random, slots)) })
			}
		})
	}
}

// simulate lets the ten years pass in a bubble of their own.
func simulate(t *testing.T, spec, zone string, slots []time.Time, outages []outage) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(tenYearsFrom))
		d := &daemon{schedule: mustParse(t, spec, zone), last: tenYearsFrom}
		d.live(outages)
		want := wantStarts(slots, outages)
		if !slices.Equal(want, d.starts) {
			t.Errorf("%s with %d outages (-want +got):\n%s", d.schedule, len(outages), cmp.Diff(want, d.starts, cmp.AllowUnexported(start{})))
		}
	})
}
