package daemon_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
)

// attempts watches how one report is made, while daemons come and go.
type attempts struct {
	*setting
	random *rand.Rand
	slots  *schedule.Schedule
	life   *life

	mu    sync.Mutex
	id    int // of the report, which is another one when it changes
	takes time.Duration
	fails bool
	going bool
	done  map[time.Time]bool // slots done with by the present report of the present daemon
	made  map[time.Time]bool // slots that there is a report of
	count int
}

func (a *attempts) plan() *plan {
	p := a.planned(never{})
	a.mu.Lock()
	defer a.mu.Unlock()
	id := a.id
	p.Reports = []daemon.Report{{Name: "r", ID: fmt.Sprint(id), Schedule: a.slots, Make: func(ctx context.Context, _ audit.Reader, slot time.Time) (bool, error) {
		return true, a.make(ctx, id, slot)
	}}}
	return p
}

// make holds each attempt against what may be attempted: the latest slot, not
// at the same time as another, and not again once it is done with.
func (a *attempts) make(ctx context.Context, id int, slot time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.count++
	if latest, ok := a.slots.Missed(time.Time{}, time.Now().UTC()); !ok || !slot.Equal(latest) {
		a.t.Errorf("attempted is %s, the latest slot is %s", slot, latest)
	}
	if a.going || a.done[slot] {
		a.t.Errorf("%s: one is being made: %t; done with: %t", slot, a.going, a.done[slot])
	}
	a.going = true
	defer func() { a.going = false }()
	takes := taking(a.takes)
	a.mu.Unlock()
	err := takes(ctx)
	if a.mu.Lock(); err != nil {
		return err
	}
	if a.fails {
		return errReport
	}
	a.made[slot] = true
	if id == a.id {
		a.done[slot] = true
	}
	return nil
}

func (a *attempts) happens() {
	switch a.random.IntN(8) {
	case 0:
		a.life.end()
		time.Sleep(time.Duration(a.random.IntN(300)) * time.Minute)
		a.note(func() { a.done = map[time.Time]bool{} })
		a.life = a.begin(a.plan())
	case 1:
		a.note(func() { a.id, a.done = a.id+1, map[time.Time]bool{} })
		a.life.uses(a.plan())
	case 2:
		a.life.uses(a.plan())
	case 3:
		a.note(func() { a.fails = !a.fails })
	case 4:
		a.note(func() { a.takes = time.Duration(a.random.IntN(3)*a.random.IntN(100)) * time.Second })
	default:
		_ = a.life.Start()
	}
	time.Sleep(time.Duration(a.random.IntN(2500)) * time.Second)
}

func (a *attempts) note(f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f()
}

// calms wants the latest report once nothing is wrong any more.
func (a *attempts) calms() {
	a.note(func() { a.fails, a.takes = false, 0 })
	time.Sleep(10 * time.Minute)
	a.life.end()
	if latest, _ := a.slots.Missed(time.Time{}, time.Now().UTC()); !a.made[latest] {
		a.t.Errorf("there is no report of %s", latest)
	}
}

// TestReportProperty: whatever happens, only the latest slot is attempted,
// one attempt at a time, none once it succeeded, and in the end it did.
func TestReportProperty(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, s *setting) {
				s.hasty = true
				random := rand.New(rand.NewPCG(seed, 11))
				a := &attempts{setting: s, random: random, done: map[time.Time]bool{}, made: map[time.Time]bool{}}
				a.slots = slots(t, []string{"*/10 * * * *", "0 * * * *", "30 2 * * *"}[random.IntN(3)], "")
				a.life = a.begin(a.plan())
				_ = a.life.Start()
				for range 150 {
					a.happens()
				}
				a.calms()
				if a.count < 10 || len(a.made) < 3 {
					t.Errorf("hardly anything happened: %d attempts, %d reports", a.count, len(a.made))
				}
			})
		})
	}
}
