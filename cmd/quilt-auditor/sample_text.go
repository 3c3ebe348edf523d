package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

// guide says what to open, and what will happen when.
func guide(base, configFile string) string {
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
A report for an auditor:  quilt-auditor report --since 10m --output html --out report.html --config.file %s
                          (from another terminal, after a minute or two)
All findings as a table:  quilt-auditor demo --once
Your own accounts:        quilt-auditor config example > quilt-auditor.yaml    # then edit it
                          quilt-auditor serve --config.file quilt-auditor.yaml
Ctrl-C ends the demo.

`, configFile)
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
