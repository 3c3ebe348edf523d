package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/config"
	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

// demoPace is how often the demo audits.
const demoPace = 10 * time.Second

// sample is the drifting sample estate, and tells how it drifts.
type sample struct {
	program *program
	dir     string // of the history
	out     io.Writer
	page    *prometheus.Exporter
	runs    int // that were read
}

func (s *sample) plan(_ context.Context, page *prometheus.Exporter, _ *zap.Logger) (*daemon.Plan, error) {
	still, err := testdata.Sample(time.Now(), checkIDs(checks.All()))
	if err != nil {
		return nil, err
	}
	waivers, err := s.waivers()
	if err != nil {
		return nil, err
	}
	if err := s.writeConfig(&still.Scope); err != nil {
		return nil, err
	}
	if s.page == nil { // it is the same one at a reload, during which a run may read it
		s.page = page
	}
	return &daemon.Plan{
		Schedule: paced{time.Now(), demoPace}, Declared: still.Scope, Checks: checks.All(), Waivers: waivers,
		Discoverer: s, Collector: s, Keep: time.Hour, Close: func() {},
	}, nil
}

// waivers are those of the sample estate.
func (s *sample) waivers() ([]audit.Waiver, error) {
	text, err := testdata.Waivers(time.Now())
	if err != nil {
		return nil, err
	}
	file := filepath.Join(s.dir, "waivers.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, fmt.Errorf("writing the waivers of the demo: %w", err)
	}
	list, _, err := config.LoadWaivers(config.WaiversOptions{File: file, CheckIDs: checkIDs(checks.All())})
	return list, err
}

func (s *sample) open(ctx context.Context) (daemon.Store, error) { return openHistory(ctx, s.dir) }

// Discover finds what the sample estate declares: it is read whole by Collect.
func (s *sample) Discover(_ context.Context, declared snapshot.Scope) (snapshot.Scope, error) {
	return declared, nil
}

// Collect reads the estate as it has drifted by now.
func (s *sample) Collect(_ context.Context, takenAt time.Time, _ snapshot.Scope, _ []snapshot.Fact) (*snapshot.Snapshot, error) {
	began := time.Now()
	read, err := testdata.Drifted(s.runs, takenAt, checkIDs(checks.All()))
	s.runs++
	s.page.CollectorTook(snapshot.InventoryCollector, time.Since(began))
	return read, err
}

// listening shows what to open.
func (s *sample) listening(base string) {
	fmt.Fprint(s.out, guide(base, s.program.again(), s.configFile()))
}

// ended shows of each run what happened to the estate before it and what came
// of it.
func (s *sample) ended(run *audit.Run) {
	out := s.out
	for _, e := range testdata.Timeline() {
		if s.runs > 1 && e.Run%testdata.Cycle == (s.runs-1)%testdata.Cycle {
			fmt.Fprintf(out, "        %s\n", e.What)
		}
	}
	fmt.Fprintf(out, "run %-3d %s: %s\n", s.runs-1, countsLine(run.Header.Counts), changesLine(run.Changes))
}
