package daemon_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// busy is the Collector of a plan; the plan is in use while it reads.
type busy struct {
	audit.Collector
	plan *plan
	took time.Duration
}

func (b busy) Collect(ctx context.Context, takenAt time.Time, scope snapshot.Scope, facts []snapshot.Fact) (*snapshot.Snapshot, error) {
	b.plan.used.Add(1)
	defer b.plan.used.Add(-1)
	time.Sleep(b.took)
	return b.Collector.Collect(ctx, takenAt, scope, facts)
}

// slow is a plan without slots whose runs take that long, come what may.
func (s *setting) slow(took time.Duration, exporters ...audit.Exporter) *plan {
	p := s.planned(never{}, exporters...)
	p.Collector = busy{s.estate, p, took}
	return p
}

func (l *life) uses(p *plan) {
	l.t.Helper()
	if err := l.Use(&p.Plan); err != nil {
		l.t.Error(err)
	}
}

func TestARunEndsByThePlanItBeganWith(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		first, second, third := s.slow(time.Hour), s.slow(time.Minute), s.slow(time.Second)
		closed := func() []int32 { return []int32{first.closed.Load(), second.closed.Load(), third.closed.Load()} }
		l := s.begin(first)
		_ = l.Start()
		l.uses(second)
		if got := closed(); !slices.Equal(got, []int32{0, 0, 0}) {
			t.Errorf("in use and spare: %v", got)
		}
		l.uses(third)
		if got := closed(); !slices.Equal(got, []int32{0, 1, 0}) {
			t.Errorf("the second was never used: %v", got)
		}
		time.Sleep(2 * time.Hour)
		if got := closed(); !slices.Equal(got, []int32{1, 1, 0}) {
			t.Errorf("after the run: %v", got)
		}
		synctest.Wait()
		if took := s.witness.took; !slices.Equal(took, []time.Duration{time.Hour}) {
			t.Errorf("it took %v", took)
		}
		l.end()
	})
}

// A run that does not heed the stop is given up, and its plan closed once it
// lets go, that of later runs too.
func TestPlansOfARunThatIsGivenUp(t *testing.T) {
	t.Parallel()
	for _, swapped := range []bool{false, true} {
		bubble(t, func(t *testing.T, s *setting) {
			first := s.slow(time.Hour)
			l := s.begin(first)
			_ = l.Start()
			if swapped {
				l.uses(s.planned(never{}))
			}
			synctest.Wait()
			l.end()
			if first.closed.Load() != 0 {
				t.Error("closed while in use")
			}
			time.Sleep(2 * time.Hour)
			if len(s.disk.runs) > 0 || s.disk.opened != nil {
				t.Error("a run that was given up wrote to the store")
			}
		})
	}
}

func TestANewScheduleTakesEffectAtOnce(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		l := s.begin(s.planned(slots(t, "0 3 * * *", "")))
		time.Sleep(time.Hour) // the first run was at midnight
		s.witness.wantInterval(24 * time.Hour)
		l.uses(s.planned(slots(t, "*/10 * * * *", "")))
		s.witness.wantInterval(10 * time.Minute)
		time.Sleep(21 * time.Minute)
		l.uses(s.planned(never{}))
		time.Sleep(1000 * time.Hour)
		s.witness.wantInterval(0)
		// What the old schedule had before is not made up for by the new one.
		l.uses(s.planned(slots(t, "0 3 * * *", "")))
		time.Sleep(time.Minute)
		s.witness.wantResults("success", "success", "success")
		if err := l.Start(); err != nil {
			t.Error(err)
		}
		time.Sleep(24 * time.Hour)
		l.end()
		s.witness.wantResults("success", "success", "success", "success", "success")
	})
}

func TestExportersAreSwapped(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		old, fresh := newSink("old"), newSink("new")
		old.does(func(context.Context, *audit.Run) error { return errors.New("no") })
		l := s.begin(s.slow(time.Minute, old))
		_ = l.Start()
		time.Sleep(time.Minute + 2*time.Second) // tried at 0 s and 1 s, to be tried again at 3 s
		l.uses(s.slow(time.Minute, fresh))
		time.Sleep(time.Hour)
		if old.tried() != 3 || fresh.tried() != 0 {
			t.Errorf("the old one was tried %d times, the new one %d times", old.tried(), fresh.tried())
		}
		_ = l.Start()
		time.Sleep(2 * time.Minute)
		if old.tried() != 3 || !slices.Equal(fresh.ids(), []string{"run-2"}) {
			t.Errorf("the old one was tried %d times, the new one has %v", old.tried(), fresh.ids())
		}
		l.end()
	})
}

// A run that is going on goes to the exporters there are when it ends.
func TestExportersOfARunThatWasGoingOn(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		old, fresh := newSink("old"), newSink("new")
		l := s.begin(s.slow(time.Minute, old))
		_ = l.Start()
		l.uses(s.slow(time.Minute, fresh))
		time.Sleep(time.Hour)
		l.end()
		if old.tried() != 0 || !slices.Equal(fresh.ids(), []string{"run-1"}) {
			t.Errorf("the old one was tried %d times, the new one has %v", old.tried(), fresh.ids())
		}
	})
}

// An export that hangs over a reload does not come after that of a newer run.
func TestAReplacedExporterIsGivenUpForANewerRun(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		old, fresh := newSink("old"), newSink("new")
		var gaveUp error
		old.does(func(ctx context.Context, _ *audit.Run) error {
			<-ctx.Done()
			gaveUp = ctx.Err()
			return gaveUp
		})
		l := s.begin(s.planned(never{}, old))
		_ = l.Start()
		synctest.Wait()
		l.uses(s.planned(never{}, fresh))
		time.Sleep(time.Hour)
		if gaveUp != nil {
			t.Error("given up too early")
		}
		_ = l.Start()
		synctest.Wait()
		if gaveUp == nil || !slices.Equal(fresh.ids(), []string{"run-2"}) {
			t.Errorf("%v, the new one has %v", gaveUp, fresh.ids())
		}
		l.end()
	})
}
