package daemon_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
)

// setting is what daemons of a test live in, one after the other.
type setting struct {
	t       testing.TB
	estate  *estate
	disk    *disk
	witness *witness
	page    *sink
	logs    *observer.ObservedLogs
	options daemon.Options
	hasty   bool // daemons are hastened

	ids    atomic.Int64
	making atomic.Int32 // reports
	plans  []*plan
}

// newSetting has a bucket that fails and one that passes.
func newSetting(t testing.TB) *setting {
	s := &setting{
		t: t, estate: newEstate(map[string]audit.Status{"bad": audit.StatusFail, "good": audit.StatusPass}),
		disk: newDisk(t), witness: newWitness(t), page: newSink("page"),
	}
	core, logs := observer.New(zapcore.InfoLevel)
	s.logs = logs
	s.options = daemon.Options{
		Open: s.disk.open, Page: s.page, Metrics: s.witness, Log: zap.New(core),
		NewRunID: func() string { return fmt.Sprint("run-", s.ids.Add(1)) },
		Report:   func(*audit.Run) {},
	}
	return s
}

// plan is a daemon.Plan that sees to it that it is closed once, and not while
// a run goes by it.
type plan struct {
	daemon.Plan
	closed atomic.Int32
	used   atomic.Int32
}

// planned makes a plan by which to audit the estate at the slots.
func (s *setting) planned(slots daemon.Schedule, exporters ...audit.Exporter) *plan {
	p := &plan{}
	check := s.estate.check()
	p.Plan = daemon.Plan{
		Schedule: slots, Declared: declared(), Checks: []audit.Check{check},
		Discoverer: s.estate, Collector: s.estate, Exporters: exporters, Keep: 90 * 24 * time.Hour,
	}
	p.Close = func() {
		if p.closed.Add(1) > 1 {
			s.t.Error("a plan was closed twice")
		}
		if p.used.Load() > 0 {
			s.t.Error("a plan was closed while in use")
		}
	}
	s.plans = append(s.plans, p)
	return p
}

// wantClosed fails unless all plans were closed.
func (s *setting) wantClosed() {
	s.t.Helper()
	for i, p := range s.plans {
		if p.closed.Load() != 1 {
			s.t.Errorf("plan %d was closed %d times", i, p.closed.Load())
		}
	}
}

// wantQuiet fails if text that is none of the log's business is in it.
func (s *setting) wantQuiet() {
	s.t.Helper()
	for _, e := range s.logs.All() {
		line, err := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()).EncodeEntry(e.Entry, e.Context)
		if err != nil {
			s.t.Error(err)
		}
		if strings.Contains(line.String(), secret) {
			s.t.Errorf("the log tells what made a panic: %s", line)
		}
	}
}

func (s *setting) logged(message string) int { return s.logs.FilterMessageSnippet(message).Len() }

// life is a daemon from its start to its end.
type life struct {
	*daemon.Daemon
	t       testing.TB
	ctx     context.Context
	cancel  context.CancelFunc
	stopped chan struct{}
}

// prepared makes a daemon that does not run yet.
func (s *setting) prepared() *life {
	ctx, cancel := context.WithCancel(context.Background())
	d := daemon.New(s.options)
	if s.hasty {
		d.Hasten()
	}
	return &life{d, s.t, ctx, cancel, make(chan struct{})}
}

// goes lets it run.
func (l *life) goes(p *plan) {
	go func() {
		defer close(l.stopped)
		l.Run(l.ctx, &p.Plan)
	}()
}

// begin starts a daemon.
func (s *setting) begin(p *plan) *life {
	l := s.prepared()
	l.goes(p)
	return l
}

// end stops the daemon, which must take less than five seconds.
func (l *life) end() (took time.Duration) {
	l.t.Helper()
	began := time.Now()
	l.cancel()
	<-l.stopped
	took = time.Since(began)
	if took >= 5*time.Second {
		l.t.Errorf("it took %v to stop", took)
	}
	return took
}

// slots parses a schedule.
func slots(t testing.TB, spec, zone string) *schedule.Schedule {
	t.Helper()
	s, err := schedule.Parse(spec, zone)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// taking makes something of an estate take that long, or until ctx is done.
func taking(d time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// never is a schedule without slots.
type never struct{}

func (never) Next(time.Time) time.Time                       { return time.Time{} }
func (never) Missed(_, _ time.Time) (slot time.Time, _ bool) { return slot, false }
func (never) Interval() time.Duration                        { return 0 }
func (never) String() string                                 { return "" }

// minutely is a schedule of every minute that is quicker to ask than one of
// package schedule.
type minutely struct{}

func (minutely) Next(after time.Time) time.Time { return after.Truncate(time.Minute).Add(time.Minute) }

func (m minutely) Missed(last, now time.Time) (time.Time, bool) {
	return now.Truncate(time.Minute), !m.Next(last).After(now)
}

func (minutely) Interval() time.Duration { return time.Minute }

func (minutely) String() string { return "CRON_TZ=UTC * * * * *" }

// bubble is synctest.Test for a setting.
func bubble(t *testing.T, f func(*testing.T, *setting)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newSetting(t)
		f(t, s)
		s.wantQuiet()
		s.wantClosed()
		if s.estate.crowded.Load() {
			t.Error("two calls of collectors at once")
		}
	})
}
