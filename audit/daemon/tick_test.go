package daemon

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// tally is a Metrics that counts runs.
type tally struct{ started, ended, skipped int }

func (t *tally) RunStarted()                    { t.started++ }
func (t *tally) RunEnded(string, time.Duration) { t.ended++ }
func (t *tally) RunSkipped()                    { t.skipped++ }
func (*tally) Succeeded(time.Time)              {}
func (*tally) ScheduleInterval(time.Duration)   {}
func (*tally) CheckTook(string, time.Duration)  {}
func (*tally) StoreWriteFailed()                {}
func (*tally) ExportFailed(string)              {}

// gate is a Discoverer whose runs go on until they are let go.
type gate chan struct{}

func (g gate) Discover(context.Context, snapshot.Scope) (snapshot.Scope, error) {
	<-g
	return snapshot.Scope{}, errors.New("no estate")
}

// idle is a loop at an instant, with nothing to do before the next slot.
func idle(t *testing.T, spec string, at time.Time) (l *loop, runs *tally, finish func()) {
	t.Helper()
	slots, err := schedule.Parse(spec, "")
	if err != nil {
		t.Fatal(err)
	}
	runs = &tally{}
	held := make(gate)
	d := New(Options{
		Metrics: runs, Log: zap.NewNop(), NewRunID: func() string { return "run" }, Report: func(*audit.Run) {},
		Open: func(context.Context) (Store, error) { return nil, errors.New("no store") },
	})
	plan := &Plan{Schedule: slots, Discoverer: held, Close: func() {}}
	l = &loop{Daemon: d, stop: t.Context(), plan: plan, covered: at, sinks: newSinks(nil, runs, d.Log), clerk: &clerk{}}
	return l, runs, func() {
		if l.running != nil {
			held <- struct{}{}
			synctest.Wait()
		}
	}
}

func clock(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestTicksOfAClockThatIsSet(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, spec, covered string
		ticks               []string
		want                []int // runs begun, after each tick
	}{
		{"on time", "0 3 * * *", "2026-05-01 03:00:00", []string{"2026-05-02 02:59:59", "2026-05-02 03:00:00", "2026-05-02 03:01:00"}, []int{0, 1, 1}},
		{"suspended for hours", "*/5 * * * *", "2026-05-01 03:00:00", []string{"2026-05-01 09:02:00", "2026-05-01 09:03:00", "2026-05-01 09:05:00"}, []int{1, 1, 2}},
		{"set forward by years", "* * * * *", "1970-01-01 00:00:30", []string{"2026-05-01 09:02:10", "2026-05-01 09:02:30"}, []int{1, 1}},
		{"set back by a day", "0 3 * * *", "2026-05-02 03:00:00", []string{"2026-05-01 02:59:00", "2026-05-01 03:00:00", "2026-05-02 03:00:00"}, []int{0, 1, 2}},
		{"set back by moments", "0 3 * * *", "2026-05-02 03:00:00", []string{"2026-05-02 02:59:58", "2026-05-02 03:00:00", "2026-05-03 03:00:00"}, []int{0, 0, 1}},
		{"far ahead, then right", "0 3 * * *", "2026-05-02 03:00:00", []string{"2031-01-01 00:00:00", "2026-05-02 03:05:00", "2026-05-03 03:00:00"}, []int{1, 1, 2}},
		{"never run", "0 3 * * *", "0001-01-01 00:00:00", []string{"2026-05-02 12:00:00", "2026-05-02 12:01:00"}, []int{1, 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l, runs, finish := idle(t, test.spec, clock(t, test.covered))
				for i, at := range test.ticks {
					l.tick(clock(t, at))
					synctest.Wait()
					if runs.started != test.want[i] {
						t.Errorf("at %s there were %d runs, want %d", at, runs.started, test.want[i])
					}
					finish()
				}
				if runs.skipped > 0 || runs.ended != runs.started {
					t.Errorf("%+v", runs)
				}
			})
		})
	}
}

func TestTicksDuringARun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, runs, finish := idle(t, "*/5 * * * *", clock(t, "2026-05-01 03:00:00"))
		l.tick(clock(t, "2026-05-01 03:05:00"))
		l.tick(clock(t, "2026-05-01 03:09:59"))
		l.tick(clock(t, "2026-05-01 03:10:00"))
		l.tick(clock(t, "2026-05-01 03:11:00"))
		if l.tick(clock(t, "2026-05-01 04:01:00")); runs.skipped != 11 {
			t.Errorf("%d skipped, want those of 3:10 to 4:00, each once", runs.skipped)
		}
		// A clock set forward by years: what was not due is not counted for ever.
		if l.tick(clock(t, "2076-05-01 04:01:00")); runs.skipped != 11+mostSkipped {
			t.Errorf("%d skipped", runs.skipped)
		}
		finish()
		l.tick(clock(t, "2076-05-01 04:04:59"))
		if runs.started != 1 || l.running != nil {
			t.Errorf("a run before the next slot: %+v", runs)
		}
		// One that ends as the next is due is not in its way.
		l.tick(clock(t, "2076-05-01 04:05:00"))
		finish()
		l.tick(clock(t, "2076-05-01 04:10:00"))
		synctest.Wait()
		if runs.started != 3 || runs.skipped != 11+mostSkipped {
			t.Errorf("%+v", runs)
		}
		finish()
	})
}

// Comparisons of times with a monotonic reading would not see that the wall
// clock was set. (Times in a bubble have none.)
func TestTheWallClockHasNoMonotonicReading(t *testing.T) {
	t.Parallel()
	if now := wallClock(); now != now.Round(0) || now.Location() != time.UTC {
		t.Errorf("%v", now)
	}
}

func TestNothingBeginsOnceItIsToStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, runs, _ := idle(t, "0 3 * * *", time.Time{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		l.stop = ctx
		l.tick(wallClock())
		if err := l.startNow(); !errors.Is(err, ErrStopped) || runs.started > 0 {
			t.Errorf("%v, %+v", err, runs)
		}
	})
}
