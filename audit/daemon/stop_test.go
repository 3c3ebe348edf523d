package daemon_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// The daemon is told to stop while the second run is in some phase.
func TestStop(t *testing.T) {
	t.Parallel()
	stuck := taking(1000 * time.Hour)
	deaf := func(context.Context) error { time.Sleep(10 * time.Hour); return nil }
	atWrite := func(operation string, f func(context.Context) error) func(context.Context, string) error {
		return func(ctx context.Context, asked string) error {
			if asked == operation {
				return f(ctx)
			}
			return nil
		}
	}
	tests := []struct {
		name   string
		does   func(*setting)
		within time.Duration
		listed []audit.Result // in the store afterwards, after the first
		judged bool           // whether the second run was recorded with its findings
	}{
		{"idle", nil, 0, nil, false},
		{"Discover", func(s *setting) { s.estate.discover = stuck }, 0, []audit.Result{audit.Partial}, false},
		{"Collect", func(s *setting) { s.estate.collect = stuck }, 0, []audit.Result{audit.Partial}, false},
		{"Collect, deaf", func(s *setting) { s.estate.collect = deaf }, 4 * time.Second, nil, false},
		{"a slow check", func(s *setting) { s.estate.eval = func(string) { time.Sleep(3 * time.Second) } }, 3 * time.Second, []audit.Result{audit.Partial}, false},
		{"a hanging check", func(s *setting) { s.estate.eval = func(string) { time.Sleep(time.Hour) } }, 4 * time.Second, nil, false},
		{"Keep, slow", func(s *setting) { s.disk.fails(atWrite("keep", taking(1500*time.Millisecond))) }, 1500 * time.Millisecond, []audit.Result{audit.Complete}, true},
		{"Keep, stuck", func(s *setting) { s.disk.fails(atWrite("keep", stuck)) }, 2 * time.Second, nil, false},
		{"Record, slow", func(s *setting) { s.disk.fails(atWrite("record", taking(1500*time.Millisecond))) }, 1500 * time.Millisecond, []audit.Result{audit.Complete}, true},
		{"Record, stuck", func(s *setting) { s.disk.fails(atWrite("record", stuck)) }, 2 * time.Second, nil, false},
		{"Publish", func(s *setting) { s.page.does(func(ctx context.Context, _ *audit.Run) error { return stuck(ctx) }) }, 2 * time.Second, []audit.Result{audit.Complete}, true},
		{"Publish, deaf", func(s *setting) { s.page.does(func(ctx context.Context, _ *audit.Run) error { return deaf(ctx) }) }, 4 * time.Second, []audit.Result{audit.Complete}, true},
		{"Prune", func(s *setting) {
			time.Sleep(2 * time.Hour)
			s.disk.fails(atWrite("prune", stuck))
		}, 0, []audit.Result{audit.Complete}, true},
		{"Close, stuck", func(s *setting) {
			s.disk.fails(atWrite("close", func(context.Context) error { time.Sleep(time.Hour); return nil }))
			s.estate.discover = stuck
		}, time.Second, []audit.Result{audit.Partial}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, s *setting) {
				l := s.begin(s.planned(never{}))
				_ = l.Start()
				synctest.Wait()
				s.estate.becomes("bad", audit.StatusPass)
				s.estate.becomes("good", audit.StatusFail)
				if test.does != nil {
					test.does(s)
					_ = l.Start()
				}
				synctest.Wait()
				if took := l.end(); took > test.within {
					t.Errorf("it took %v, want %v", took, test.within)
				}
				var listed []audit.Result
				for _, r := range s.disk.runs[1:] {
					listed = append(listed, r.Header.Result)
				}
				if diff := cmp.Diff(test.listed, listed); diff != "" {
					t.Errorf("listed (-want +got):\n%s", diff)
				}
				// Nothing was flipped, or all.
				want := []audit.ChangeKind{audit.Opened}
				if test.judged {
					want = append(want, audit.Resolved, audit.Opened)
				}
				if diff := cmp.Diff(want, s.disk.kinds()); diff != "" {
					t.Errorf("changes (-want +got):\n%s", diff)
				}
				if s.witness.storeFailures > 0 {
					t.Errorf("%d failures of the store, and it was only told to stop", s.witness.storeFailures)
				}
				if s.logged("old history") > 0 {
					t.Error("the log tells of old history, which the next start drops")
				}
				time.Sleep(20 * time.Hour) // those that are deaf come to an end
			})
		})
	}
}

// The stop comes while it is read what the store holds.
func TestStopWhileReadingTheHistory(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		s.disk.fails(func(ctx context.Context, operation string) error {
			if operation == "prior" {
				return taking(time.Hour)(ctx)
			}
			return nil
		})
		l := s.begin(s.planned(never{}))
		_ = l.Start()
		synctest.Wait()
		if took := l.end(); took > 0 || s.witness.storeFailures > 0 {
			t.Errorf("it took %v, %d failures of the store", took, s.witness.storeFailures)
		}
		s.witness.wantResults("partial")
		if len(s.disk.runs) != 1 || !s.disk.runs[0].LeftOut.Everything {
			t.Errorf("recorded: %+v", s.disk.runs)
		}
	})
}

func TestStopBeforeTheStart(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		l := s.prepared()
		l.cancel()
		l.goes(s.planned(minutely{}))
		if took := l.end(); took > 0 {
			t.Errorf("it took %v", took)
		}
		s.witness.wantResults()
	})
}

// Starts and plans that race with the stop are refused, or done with.
func TestCallsThatRaceWithTheStop(t *testing.T) {
	t.Parallel()
	for range 100 {
		bubble(t, func(_ *testing.T, s *setting) {
			s.estate.collect = taking(time.Minute)
			l := s.begin(s.planned(minutely{}))
			plans := []*plan{s.planned(never{}), s.planned(never{}), s.planned(never{})}
			for _, p := range plans {
				go func() { _ = l.Use(&p.Plan) }()
				go func() { _ = l.Start() }()
			}
			l.end()
			synctest.Wait()
		})
	}
}

func TestStopTriesThePendingExportOnce(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		failing, hanging, slow := newSink("failing"), newSink("hanging"), newSink("slow")
		failing.does(func(context.Context, *audit.Run) error { return errors.New("no") })
		hanging.does(func(context.Context, *audit.Run) error { time.Sleep(time.Hour); return nil })
		slow.does(func(context.Context, *audit.Run) error { time.Sleep(200 * time.Millisecond); return nil })
		l := s.begin(s.planned(slots(t, "0 0 1 1 *", ""), failing, hanging, slow))
		time.Sleep(500 * time.Millisecond)
		if took := l.end(); took > time.Second {
			t.Errorf("it took %v", took)
		}
		if failing.tried() != 2 || len(slow.ids()) != 1 {
			t.Errorf("tried %d times, the slow one has %v", failing.tried(), slow.ids())
		}
		time.Sleep(2 * time.Hour)
	})
}
