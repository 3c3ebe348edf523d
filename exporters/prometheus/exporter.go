// Package prometheus shows the last run and the auditor's own state on
// /metrics, in the text format 0.0.4 of Prometheus.
//
// What a run found is rendered once, when it is published, and swapped whole:
// a scrape writes bytes that are ready. What the process tells of itself is
// gathered by each scrape. Scrapes and publishing never wait for each other.
package prometheus

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Options set up an Exporter.
type Options struct {
	// MaxFindings is how many series finding_since_timestamp_seconds has at
	// most; 0 shows none.
	MaxFindings int
	// Checks are those there are. A run itself has the severities of its
	// findings, but not that of a check which found nothing to judge, and that
	// one has series at 0 too. They, and the collectors that read for them, have
	// durations before the first run.
	Checks []audit.Check
	// Formats are the exporters that ExportFailed will be told of: each counts
	// from 0, so that the first failure is an increase.
	Formats []string
	// Version is the auditor's, for build_info.
	Version string
}

// Exporter is an audit.Exporter that serves what was published. All its
// methods can be called at any time from several goroutines.
type Exporter struct {
	*live
	maxFindings int
	severities  map[string]audit.Severity
	empty       *page // until the first run
	page        atomic.Pointer[page]
	replies     sync.Pool // of *reply
}

// New makes an Exporter that has nothing published yet.
func New(o Options) *Exporter {
	e := &Exporter{live: newLive(o), maxFindings: o.MaxFindings, severities: severitiesOf(o.Checks), empty: newPage(nil)}
	e.replies.New = func() any { return newReply() }
	return e
}

// Format is "prometheus".
func (e *Exporter) Format() string { return "prometheus" }

// Publish replaces what the page tells of the last run. All counts are those
// of run.Tallies; of run.Findings it needs but the outstanding ones, so that a
// run out of the store does as well. A run that was cut short before it could
// judge leaves the page as it is: its silence is no evidence. The only error
// is that ctx is done, and then the page is as it was.
func (e *Exporter) Publish(ctx context.Context, run *audit.Run) error {
	if run.LeftOut.Everything {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("render metrics of run %s: %w", run.Header.RunID, err)
	}
	next := newPage(render(newView(run, e.maxFindings, e.severities)))
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("render metrics of run %s: %w", run.Header.RunID, err)
	}
	e.page.Store(next)
	return nil
}

func (e *Exporter) current() *page {
	if p := e.page.Load(); p != nil {
		return p
	}
	return e.empty
}
