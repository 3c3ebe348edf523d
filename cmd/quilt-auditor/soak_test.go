package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/exporters/file"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
)

// soak is the service, without HTTP, over simulated hours at a run a minute:
// an estate that drifts, a store and sinks that fail, reloads and restarts.
type soak struct {
	*testing.T
	*chances
	estate           *soakEstate
	history, exports string // directories
	keep             time.Duration

	page                  *prometheus.Exporter
	daemon                *daemon.Daemon
	cancel                context.CancelFunc
	stopped               chan struct{}
	storeFails, sinkFails atomic.Bool
	store                 atomic.Pointer[daemon.Store] // that is open
	plans                 atomic.Int64                 // that are not closed

	runs, recorded, storeFaults, sinkFaults atomic.Int64
	restarts, reloads                       int
	told                                    *chronicle
	figures                                 []figures
}

func newSoak(t *testing.T, dir string, keep time.Duration, buckets int, seed uint64) *soak {
	c := newChances(seed)
	e := newSoakEstate(c, buckets)
	return &soak{T: t, chances: c, estate: e, history: filepath.Join(dir, "history"), exports: filepath.Join(dir, "exports"), keep: keep, told: newChronicle(t, e)}
}

// lives goes on for so long, and takes the figures six times an hour.
func (s *soak) lives(simulated time.Duration) {
	s.begin()
	for minute := 1; minute <= int(simulated/time.Minute); minute++ {
		time.Sleep(time.Minute)
		s.happens(minute)
		s.reads()
		if minute%10 == 0 {
			s.quiesces()
			s.figures = append(s.figures, s.measure())
		}
	}
	s.storeFails.Store(false)
	time.Sleep(5 * time.Minute)
	s.quiesces()
	s.reads()
	s.told.closes(*s.store.Load())
	s.end()
	if n := s.plans.Load(); n != 0 {
		s.Errorf("%d plans are not closed", n)
	}
}

// happens does something in most minutes, for example a restart in one of 37,
// which comes before, in or after a run.
func (s *soak) happens(minute int) {
	s.storeFails.Store(s.in(12) || s.storeFails.Load() && !s.in(3))
	s.sinkFails.Store(s.in(12) || s.sinkFails.Load() && !s.in(3))
	switch {
	case minute%37 == 20:
		time.Sleep(time.Duration(s.below(40)) * time.Second)
		s.end()
		s.wantSound()
		time.Sleep(time.Duration(s.below(240)) * time.Second)
		s.restarts++
		s.begin()
	case minute%13 == 7:
		s.reloads++
		if err := s.daemon.Use(s.plan()); err != nil {
			s.Error(err)
		}
	case minute%11 == 5:
		if err := s.daemon.Start(); err != nil && !errors.Is(err, daemon.ErrRunning) {
			s.Error(err)
		}
	}
}

// quiesces waits for half past a minute in which no run is going on.
func (s *soak) quiesces() {
	for ended := s.runs.Load(); ; ended = s.runs.Load() {
		time.Sleep(time.Until(time.Now().Truncate(time.Minute).Add(90 * time.Second)))
		synctest.Wait()
		if s.runs.Load() == ended+1 {
			return
		}
	}
}

// begin starts the service anew, as a process does.
func (s *soak) begin() {
	s.page = prometheus.New(prometheus.Options{MaxFindings: 100, Checks: checks.All(), Formats: streamFormats(), Version: "soak"})
	s.daemon = daemon.New(daemon.Options{
		Open: s.open, Page: s.page, Metrics: s.page, Log: zap.NewNop(), NewRunID: newRunID, Report: func(*audit.Run) { s.runs.Add(1) },
	})
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel, s.stopped = cancel, make(chan struct{})
	d, plan, stopped := s.daemon, s.plan(), s.stopped
	go func() {
		defer close(stopped)
		d.Run(ctx, plan)
	}()
}

func (s *soak) end() {
	s.cancel()
	<-s.stopped
	synctest.Wait()
}

func (s *soak) plan() *daemon.Plan {
	slots, err := schedule.Parse("* * * * *", "UTC")
	if err != nil {
		s.Fatal(err)
	}
	s.plans.Add(1)
	write := func(w io.Writer, run *audit.Run) error { return json.Write(w, "soak", run) }
	day := audit.Date{Year: 2100, Month: time.January, Day: 1}
	return &daemon.Plan{
		Schedule: slots, Declared: soakScope(), Checks: checks.All(), Discoverer: s.estate, Collector: s.estate, Keep: s.keep,
		Waivers: []audit.Waiver{{Check: soakOwnership, Bucket: "acme-soak-*" + string(rune('0'+s.below(10))), Owner: "o", Reason: "r", Expires: day}},
		Exporters: []audit.Exporter{
			&flaky{file.NewExporter("json", filepath.Join(s.exports, "last.ndjson"), write), s},
			&flaky{file.NewDirectory("json", filepath.Join(s.exports, "each"), "ndjson", s.keep, write), s},
		},
		Close: func() { s.plans.Add(-1) },
	}
}

// flaky is an exporter that fails now and then.
type flaky struct {
	audit.Exporter
	soak *soak
}

func (f *flaky) Publish(ctx context.Context, run *audit.Run) error {
	if f.soak.sinkFails.Load() {
		f.soak.sinkFaults.Add(1)
		return errSoak
	}
	return f.Exporter.Publish(ctx, run)
}

func (s *soak) open(ctx context.Context) (daemon.Store, error) {
	if s.storeFails.Load() {
		s.storeFaults.Add(1)
		return nil, errSoak
	}
	opened, err := openHistory(ctx, s.history)
	if err != nil {
		s.Error(err)
		return nil, err
	}
	s.store.Store(&opened)
	return &worn{opened, s}, nil
}

// worn is a store that fails now and then, and panics before and after it
// has written.
type worn struct {
	daemon.Store
	soak *soak
}

func (w *worn) Keep(ctx context.Context, snap *snapshot.Snapshot) (string, error) {
	if err := w.wears(); err != nil {
		return "", err
	}
	return w.Store.Keep(ctx, snap)
}

func (w *worn) Record(ctx context.Context, run *audit.Run, digest string) error {
	if err := w.wears(); err != nil {
		return err
	}
	if err := w.Store.Record(ctx, run, digest); err != nil {
		w.soak.Error(err)
		return err
	}
	w.soak.recorded.Add(1)
	if w.soak.in(100) {
		w.soak.storeFaults.Add(1)
		panic("a panic of the soak, after the commit")
	}
	return nil
}

func (w *worn) wears() error {
	switch {
	case w.soak.storeFails.Load():
		w.soak.storeFaults.Add(1)
		return errSoak
	case w.soak.in(200):
		w.soak.storeFaults.Add(1)
		panic("a panic of the soak")
	}
	return nil
}

// Close is the end of what others may read from.
func (w *worn) Close() error {
	w.soak.store.Store(nil)
	return w.Store.Close()
}

// A service over hours in which everything goes wrong tells the truth, and
// grows no further once its retention is reached. It runs by itself: what it
// measures is of the whole process.
func TestSoak(t *testing.T) {
	const simulated, keep, buckets = 150 * time.Minute, 20 * time.Minute, 5
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := newSoak(t, dir, keep, buckets, 1)
		s.lives(simulated)
		t.Logf("%d runs, %d recorded, %d restarts, %d reloads, faults: %d of the store, %d of sinks, %d panics and %d errors of the collector",
			s.runs.Load(), s.recorded.Load(), s.restarts, s.reloads, s.storeFaults.Load(), s.sinkFaults.Load(), s.estate.panics, s.estate.errors)
		if s.runs.Load() < 100 || s.restarts < 3 || s.reloads < 5 || s.estate.panics < 2 || s.estate.errors < 2 ||
			s.storeFaults.Load() == 0 || s.sinkFaults.Load() == 0 || s.told.opened < 5 {
			t.Errorf("hardly anything happened; %d failures opened", s.told.opened)
		}
		// What is pruned once an hour is reached after keep and an hour.
		s.wantNoGrowth(8)
	})
}
