package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

// again is how a person calls the program once more from where it was called.
// What go run made is not where anybody would look for it.
func (p *program) again() string {
	if strings.Contains(filepath.ToSlash(p.name), "/go-build") {
		return "go run ./cmd/quilt-auditor"
	}
	return p.name
}

// guide says what to open, what will happen when, and what else program can do.
func guide(base, program, configFile string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `The sample estate is served as a service would. Open:

  %[1]s/                                       the pages: what is wrong, and how to mend it
  %[1]s/metrics                                for Prometheus
  %[1]s/api/v1/findings?outstanding=true       what somebody has to look after
  %[1]s/api/v1/runs                            the history

It is audited every %[2]s, drifts, and begins anew after %[3]d runs:

`, base, demoPace, testdata.Cycle)
	for _, e := range testdata.Timeline() {
		fmt.Fprintf(&b, "  run %d  %s\n         -> %s\n", e.Run, e.What, e.Shows)
	}
	fmt.Fprintf(&b, `
A report for an auditor:  %[1]s report --since 10m --output html --out report.html --config.file %[2]s
                          (from another terminal, after a minute or two)
All findings as a table:  %[1]s demo --once
Your own accounts:        %[1]s config example > quilt-auditor.yaml    # then edit it
                          %[1]s serve --config.file quilt-auditor.yaml
Ctrl-C ends the demo.

`, program, configFile)
	return b.String()
}

func countsLine(n audit.Counts) string {
	return fmt.Sprintf("%d pass, %d fail, %d unknown", n.Pass, n.Fail, n.Unknown)
}

// changesLine sums up what happened to findings.
func changesLine(changes []audit.Change) string {
	kinds := map[audit.ChangeKind]int{}
	for _, c := range changes {
		kinds[c.Kind]++
	}
	var parts []string
	for _, kind := range []audit.ChangeKind{audit.Opened, audit.Resolved, audit.Changed, audit.Blinded, audit.Regained, audit.Removed} {
		if n := kinds[kind]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kind))
		}
	}
	if len(parts) == 0 {
		return "nothing changed"
	}
	return strings.Join(parts, ", ")
}

// paced is a schedule with a slot at its start and after each pace.
type paced struct {
	start time.Time
	pace  time.Duration
}

// Next is the first slot after an instant.
func (p paced) Next(after time.Time) time.Time {
	if after.Before(p.start) {
		return p.start
	}
	return p.start.Add((after.Sub(p.start)/p.pace + 1) * p.pace)
}

// Missed is the latest slot after last and not after now.
func (p paced) Missed(last, now time.Time) (time.Time, bool) {
	slot := p.Next(now).Add(-p.pace)
	return slot, slot.After(last) && !slot.Before(p.start)
}

// Interval is the time between two slots.
func (p paced) Interval() time.Duration { return p.pace }

// String is empty: no cron spec has such slots.
func (p paced) String() string { return "" }
