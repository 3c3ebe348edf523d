package daemon_test

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// witness is a daemon.Metrics that remembers, and sees to it that there is one
// run at a time, each ended as often as started.
type witness struct {
	t testing.TB

	mu                     sync.Mutex
	running                bool
	starts                 []time.Time
	results                []string
	took                   []time.Duration
	skipped, storeFailures int
	exportFailures         map[string]int
	succeeded              time.Time
	interval               time.Duration
	checks                 map[string]int
}

func newWitness(t testing.TB) *witness {
	return &witness{t: t, exportFailures: map[string]int{}, checks: map[string]int{}}
}

func (w *witness) RunStarted() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running {
		w.t.Error("two runs at once")
	}
	w.running = true
	w.starts = append(w.starts, time.Now().UTC())
}

func (w *witness) RunEnded(result string, took time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.running {
		w.t.Error("a run ended that never began, or ended twice")
	}
	w.running = false
	w.results = append(w.results, result)
	w.took = append(w.took, took)
}

func (w *witness) RunSkipped() { w.note(func() { w.skipped++ }) }

func (w *witness) Succeeded(at time.Time) { w.note(func() { w.succeeded = at }) }

func (w *witness) ScheduleInterval(d time.Duration) { w.note(func() { w.interval = d }) }

func (w *witness) CheckTook(check string, _ time.Duration) { w.note(func() { w.checks[check]++ }) }

func (w *witness) StoreWriteFailed() { w.note(func() { w.storeFailures++ }) }

func (w *witness) ExportFailed(format string) { w.note(func() { w.exportFailures[format]++ }) }

func (w *witness) note(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

// busy reports whether a run is going on.
func (w *witness) busy() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.running
}

// wantInterval fails unless that is the schedule's.
func (w *witness) wantInterval(want time.Duration) {
	w.t.Helper()
	w.note(func() {
		if w.interval != want {
			w.t.Errorf("the interval is %v, want %v", w.interval, want)
		}
	})
}

// account is what a witness has seen, to compare.
type account struct {
	Runs                   int
	Results                map[string]int
	Skipped, StoreFailures int
	ExportFailures         map[string]int
}

func (w *witness) account() account {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := account{Runs: len(w.starts), Skipped: w.skipped, StoreFailures: w.storeFailures}
	if len(w.exportFailures) > 0 {
		a.ExportFailures = maps.Clone(w.exportFailures)
	}
	for _, r := range w.results {
		if a.Results == nil {
			a.Results = map[string]int{}
		}
		a.Results[r]++
	}
	return a
}

// wantResults fails unless the runs ended so, in that order.
func (w *witness) wantResults(want ...string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Equal(w.results, want) {
		w.t.Errorf("the runs ended %v, want %v", w.results, want)
	}
}

// sink is an exporter that remembers; publish is asked first.
type sink struct {
	format  string
	publish func(context.Context, *audit.Run) error

	mu    sync.Mutex
	tries []time.Time
	runs  []*audit.Run // that were published
}

func newSink(format string) *sink {
	return &sink{format: format, publish: func(context.Context, *audit.Run) error { return nil }}
}

func (s *sink) Format() string { return s.format }

func (s *sink) Publish(ctx context.Context, run *audit.Run) error {
	s.mu.Lock()
	s.tries = append(s.tries, time.Now().UTC())
	publish := s.publish
	s.mu.Unlock()
	if err := publish(ctx, run); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs = append(s.runs, run)
	return nil
}

// does sets what publishing does.
func (s *sink) does(publish func(context.Context, *audit.Run) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publish = publish
}

// ids are those of the runs that were published.
func (s *sink) ids() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for _, r := range s.runs {
		ids = append(ids, r.Header.RunID)
	}
	return ids
}

func (s *sink) tried() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.tries)
}
