package daemon_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
)

// Starts, reloads and slots come as thick as they can: the estate and the
// witness see one run at a time.
func TestOneRunAtATime(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		s.estate.collect = taking(50 * time.Second)
		l := s.begin(s.planned(minutely{}))
		var callers sync.WaitGroup
		var started atomic.Int32
		for i := range 8 {
			callers.Go(func() {
				for range 100 {
					time.Sleep(time.Duration(1+i) * time.Second)
					if l.Start() == nil {
						started.Add(1)
					}
				}
			})
		}
		storm := make([]*plan, 300)
		for i := range storm {
			storm[i] = s.planned(minutely{})
		}
		callers.Go(func() {
			for _, p := range storm {
				if err := l.Use(&p.Plan); err != nil {
					t.Error(err)
				}
				time.Sleep(2 * time.Second)
			}
		})
		callers.Wait()
		l.end()
		if started.Load() == 0 || len(s.witness.starts) < 10 {
			t.Errorf("only %d runs, %d of them by Start", len(s.witness.starts), started.Load())
		}
	})
}

func TestConcurrentStartsBeginOneRun(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		s.estate.collect = taking(time.Minute)
		p := s.planned(never{})
		l := s.begin(p)
		var callers sync.WaitGroup
		var started, refused atomic.Int32
		for range 50 {
			callers.Go(func() {
				switch err := l.Start(); {
				case err == nil:
					started.Add(1)
				case errors.Is(err, daemon.ErrRunning):
					refused.Add(1)
				}
			})
		}
		callers.Wait()
		if started.Load() != 1 || refused.Load() != 49 {
			t.Errorf("%d started, %d refused", started.Load(), refused.Load())
		}
		time.Sleep(time.Hour)
		if err := l.Start(); err != nil {
			t.Error(err)
		}
		l.end()
		if err := l.Start(); !errors.Is(err, daemon.ErrStopped) {
			t.Errorf("Start after the end: %v", err)
		}
		late := s.planned(never{})
		if err := l.Use(&late.Plan); !errors.Is(err, daemon.ErrStopped) {
			t.Errorf("Use after the end: %v", err)
		}
	})
}

// Start and Use wait for the daemon to run.
func TestCallsBeforeRun(t *testing.T) {
	t.Parallel()
	bubble(t, func(_ *testing.T, s *setting) {
		l := s.prepared()
		var callers sync.WaitGroup
		p := s.planned(never{})
		callers.Go(func() { _ = l.Start() })
		callers.Go(func() { _ = l.Use(&p.Plan) })
		synctest.Wait()
		l.goes(s.planned(never{}))
		callers.Wait()
		synctest.Wait()
		s.witness.wantResults("success")
		l.end()
	})
}

// Whatever panics, the next run comes, and is as good as if nothing had been.
func TestPanics(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		does   func(s *setting, boom func())
		result string // of the run with the panic
		listed int    // runs in the store afterwards
		sf, ef int    // store and export failures
	}{
		{"Discoverer", func(s *setting, boom func()) { s.estate.discover = panics(boom) }, "error", 3, 0, 0},
		{"Collector", func(s *setting, boom func()) { s.estate.collect = panics(boom) }, "error", 3, 0, 0},
		{"Subjects", func(s *setting, boom func()) { s.estate.subjects = boom }, "error", 3, 0, 0},
		{"Eval", func(s *setting, boom func()) { s.estate.eval = func(string) { boom() } }, "success", 3, 0, 0},
		{"Page", func(s *setting, boom func()) { s.page.does(breaks(boom)) }, "error", 3, 0, 0},
		{"Exporter", func(s *setting, boom func()) { s.plans[0].Exporters[0].(*sink).does(breaks(boom)) }, "success", 3, 0, 1},
		{"NewRunID", func(s *setting, boom func()) {
			id := s.options.NewRunID
			s.options.NewRunID = func() string { boom(); return id() }
		}, "error", 2, 0, 0},
		{"Report", func(s *setting, boom func()) { s.options.Report = func(*audit.Run) { boom() } }, "success", 3, 0, 0},
		{"Prior", func(s *setting, boom func()) { s.disk.fails(onto("prior", boom)) }, "success", 2, 1, 0},
		{"Keep", func(s *setting, boom func()) { s.disk.fails(onto("keep", boom)) }, "success", 2, 1, 0},
		{"Record", func(s *setting, boom func()) { s.disk.fails(onto("record", boom)) }, "success", 2, 1, 0},
		{"Record, at its end", func(s *setting, boom func()) { s.disk.fails(onto("recorded", boom)) }, "success", 3, 1, 0},
		{"Prune", func(s *setting, boom func()) { s.disk.fails(onto("prune", boom)) }, "success", 3, 1, 0},
		{"Open", func(s *setting, boom func()) { s.disk.fails(onto("open", boom)) }, "success", 3, 1, 0},
		{"Last", func(s *setting, boom func()) { s.disk.fails(onto("last", boom)) }, "success", 3, 1, 0},
		{"Close", func(s *setting, boom func()) { s.disk.fails(onto("close", boom)) }, "success", 3, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, s *setting) {
				var done atomic.Bool
				p := s.planned(slots(t, "0 * * * *", ""), newSink("json"))
				test.does(s, func() {
					if done.CompareAndSwap(false, true) {
						panic(secret)
					}
				})
				l := s.begin(p)
				time.Sleep(2*time.Hour + time.Minute)
				l.end()
				s.witness.wantResults(test.result, "success", "success")
				a := s.witness.account()
				got := []int{len(s.disk.runs), a.StoreFailures, a.ExportFailures["json"]}
				if diff := cmp.Diff([]int{test.listed, test.sf, test.ef}, got); diff != "" {
					t.Errorf("runs listed, store failures, export failures (-want +got):\n%s", diff)
				}
				if !done.Load() || s.logged("panicked") != 1 {
					t.Errorf("the log has %d panics", s.logged("panicked"))
				}
				if want := []audit.ChangeKind{audit.Opened}; test.name != "Eval" && !cmp.Equal(want, s.disk.kinds()) {
					t.Errorf("changes %v", s.disk.kinds())
				}
			})
		})
	}
}

// kinds are those of the recorded changes.
func (d *disk) kinds() (kinds []audit.ChangeKind) {
	for _, c := range d.changes {
		kinds = append(kinds, c.Kind)
	}
	return kinds
}

func panics(boom func()) func(context.Context) error {
	return func(context.Context) error { boom(); return nil }
}

func breaks(boom func()) func(context.Context, *audit.Run) error {
	return func(context.Context, *audit.Run) error { boom(); return nil }
}

func onto(operation string, boom func()) func(context.Context, string) error {
	return func(_ context.Context, asked string) error {
		if asked == operation {
			boom()
		}
		return nil
	}
}

// A check that panics on a thousand buckets is told of once.
func TestPanicsOfAKindAreLoggedOnce(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		for i := range 1000 {
			s.estate.becomes(string(rune('a'+i%26))+time.Duration(i).String(), audit.StatusPass)
		}
		s.estate.eval = func(string) { panic(secret) }
		l := s.begin(s.planned(never{}))
		if err := l.Start(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := s.logged("a check panicked"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		l.end()
		s.witness.wantResults("success")
		if counts := s.disk.last.Header.Counts; counts.Unknown != 1002 {
			t.Errorf("%+v", counts)
		}
	})
}

func TestSlotsDuringARunAreSkipped(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		s.estate.collect = taking(2*time.Hour + 30*time.Minute)
		l := s.begin(s.planned(slots(t, "0 * * * *", "")))
		time.Sleep(2*time.Hour + 59*time.Minute)
		want := account{Runs: 1, Skipped: 2, Results: map[string]int{"success": 1}}
		if diff := cmp.Diff(want, s.witness.account()); diff != "" {
			t.Errorf("before the third slot (-want +got):\n%s", diff)
		}
		time.Sleep(2 * time.Minute)
		if s.witness.account().Runs != 2 {
			t.Error("the slot after the run has none")
		}
		l.end()
	})
}

// A run that ends in the instant of a slot makes nobody late.
func TestRunsThatEndAsTheNextIsDue(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		s.estate.collect = taking(time.Hour)
		l := s.begin(s.planned(slots(t, "0 * * * *", "")))
		time.Sleep(50*time.Hour + time.Second)
		l.end()
		a := s.witness.account()
		if a.Runs+a.Skipped != 51 {
			t.Errorf("%d runs and %d skipped", a.Runs, a.Skipped)
		}
		for _, at := range s.witness.starts {
			if at.Sub(at.Truncate(time.Hour)) > time.Second {
				t.Errorf("a run at %v", at)
			}
		}
	})
}
