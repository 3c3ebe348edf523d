package main

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
)

// broken is how many files are broken: the whole way to the daemon takes many
// times what reading a file takes, of which package config tests more.
const broken = 500

// ledger is a configured estate that reads nothing from AWS. It keeps account
// of the plans that it gave.
type ledger struct {
	*configured
	t     *testing.T
	given []*atomic.Int32 // how often each plan was closed
	told  told
}

func (l *ledger) plan(ctx context.Context, page *prometheus.Exporter, log *zap.Logger) (*daemon.Plan, error) {
	plan, err := l.configured.plan(ctx, page, log)
	if (plan == nil) == (err == nil) {
		l.t.Fatalf("got plan %+v and error %v", plan, err)
	}
	if err != nil {
		return nil, err
	}
	wantWhole(l.t, plan)
	closed := &atomic.Int32{}
	l.given = append(l.given, closed)
	release := plan.Close
	plan.Close = func() {
		closed.Add(1)
		release()
	}
	plan.Discoverer, plan.Collector, plan.Exporters = still{}, still{}, nil
	return plan, nil
}

// wantWhole: the plan has all that a run needs.
func wantWhole(t *testing.T, p *daemon.Plan) {
	t.Helper()
	switch {
	case p.Schedule == nil || p.Schedule.Interval() <= 0, len(p.Declared.Accounts) == 0, p.Declared.ConfigDigest == "",
		len(p.Checks) == 0 || len(p.Checks) != len(p.Declared.Checks), p.Discovers == nil || p.Discoverer == nil || p.Collector == nil,
		p.Keep <= 0, p.Close == nil:
		t.Fatalf("the plan lacks something: %+v", p)
	}
}

// still is an AWS in which nothing is to be seen.
type still struct{}

func (still) Discover(ctx context.Context, declared snapshot.Scope) (snapshot.Scope, error) {
	return declared, ctx.Err()
}

func (still) Collect(_ context.Context, takenAt time.Time, scope snapshot.Scope, _ []snapshot.Fact) (*snapshot.Snapshot, error) {
	return snapshot.New(snapshot.Contents{TakenAt: takenAt, EndedAt: takenAt, Scope: scope})
}

// TestReloadMutants breaks the configuration or the waivers in many ways and
// reloads: the daemon then goes by a whole new plan, or still by the old one,
// and no plan is left over.
func TestReloadMutants(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	original := strings.ReplaceAll(siteConfig, "path: history", "path: "+filepath.Join(dir, "history")) + "waivers_file: waivers.yaml\n"
	files := map[string]string{"config.yaml": original, "waivers.yaml": siteWaivers[:strings.LastIndex(siteWaivers, ", fingerprint")] + "}\n"}
	for name, text := range files {
		write(t, dir, name, text)
	}
	s, e, stop := beginService(t, dir)
	random, reloaded := rand.New(rand.NewPCG(5, 10)), 0
	for i := range broken {
		name := []string{"config.yaml", "waivers.yaml"}[i%2]
		mutant := mutated(random, files[name])
		write(t, dir, name, mutant)
		given, before := len(e.given), e.told.interval.Load()
		err := s.reloads.reload(t.Context())
		wantAllOrNothing(t, e, err, given, before)
		if err == nil {
			reloaded++
		}
		if t.Failed() {
			t.Fatalf("mutant %d of %s:\n%s", i, name, mutant)
		}
		write(t, dir, name, files[name])
	}
	stop()
	for i, closed := range e.given {
		if closed.Load() != 1 {
			t.Errorf("plan %d of %d was closed %d times", i, len(e.given), closed.Load())
		}
	}
	if reloaded < broken/50 || reloaded > broken*49/50 {
		t.Errorf("%d of %d mutants are valid", reloaded, broken)
	}
	t.Logf("%d of %d mutants are valid", reloaded, broken)
}

// beginService runs a service without HTTP over the files of the directory.
func beginService(t *testing.T, dir string) (*service, *ledger, func()) {
	t.Helper()
	p := &program{stdout: io.Discard, stderr: io.Discard}
	e := &ledger{configured: &configured{program: p, flags: pflag.NewFlagSet("", pflag.ContinueOnError), file: filepath.Join(dir, "config.yaml")}, t: t}
	s, err := p.newService(&serviceOptions{maxFindings: 10, log: logOptions{"error", "logfmt"}}, e)
	if err != nil {
		t.Fatal(err)
	}
	e.told.Exporter = s.page
	plan, err := e.plan(t.Context(), s.page, s.log)
	if err != nil {
		t.Fatal(err)
	}
	s.daemon = daemon.New(daemon.Options{
		Open: e.open, Page: s.page, Metrics: &e.told, Log: s.log, NewRunID: newRunID, Report: func(*audit.Run) {},
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.daemon.Run(ctx, plan)
	}()
	stop := func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	return s, e, stop
}

// wantAllOrNothing: after an error everything is as it was before.
func wantAllOrNothing(t *testing.T, e *ledger, err error, given int, before int64) {
	t.Helper()
	open := 0
	for _, closed := range e.given {
		if closed.Load() == 0 {
			open++
		}
	}
	newest := e.given[len(e.given)-1]
	switch {
	case newest.Load() != 0:
		t.Error("the newest plan is closed already")
	case open > 2: // the newest one and that of a run that goes on
		t.Errorf("%d plans are open", open)
	case err == nil && len(e.given) != given+1:
		t.Errorf("%d plans were given", len(e.given)-given)
	case err != nil && (len(e.given) != given || e.told.interval.Load() != before):
		t.Errorf("after %v there is a plan more, or the schedule is another: %v, was %v", err, e.told.interval.Load(), before)
	case err != nil && strings.Contains(err.Error(), fakeExternalID):
		t.Errorf("the error tells a secret: %v", err)
	}
}

// told is the metrics, and notes what they are told of the schedule.
type told struct {
	*prometheus.Exporter
	interval atomic.Int64
}

func (m *told) ScheduleInterval(d time.Duration) {
	m.interval.Store(int64(d))
	m.Exporter.ScheduleInterval(d)
}

// mutated is the text with a few mistakes: bits, lines, ends and marks.
func mutated(r *rand.Rand, text string) string {
	data := []byte(text)
	for range 1 + r.IntN(2) {
		at := r.IntN(len(data) + 1)
		lines := bytes.SplitAfter(data, []byte("\n"))
		i, j := r.IntN(len(lines)), r.IntN(len(lines))
		switch r.IntN(6) {
		case 0:
			if at < len(data) {
				data[at] ^= 1 << r.IntN(8)
			}
		case 1:
			data = data[:at]
		case 2:
			data = bytes.Join(slices.Delete(lines, i, i+1), nil)
		case 3:
			data = bytes.Join(slices.Insert(lines, i, lines[j]), nil)
		case 4:
			lines[i], lines[j] = lines[j], lines[i]
			data = bytes.Join(lines, nil)
		case 5:
			marks := []string{":", "- ", "[", "}", "#", "&a ", "*a", "!", "|", "'", "~", "\t", "0", "é"}
			data = slices.Insert(data, at, []byte(marks[r.IntN(len(marks))])...)
		}
	}
	return string(data)
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
