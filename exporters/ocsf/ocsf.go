// Package ocsf writes the findings of a run as events of the Open
// Cybersecurity Schema Framework, class Compliance Finding (2003), one JSON
// object a line, as Amazon Security Lake and log pipelines take them.
//
// A finding is open, in the words of OCSF, while it fails or is unknown: it is
// created when that begins, updated by every run while it lasts, also where the
// one becomes the other, and closed by every run once it passes or does not
// apply. What is waived is suppressed,
// and what left the configuration is archived, not resolved.
package ocsf

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// SchemaVersion is the version of OCSF that the events say they are of. They
// use nothing that later versions took away.
const SchemaVersion = "1.5.0"

// writeBuffer is what is gathered before each write to the destination.
const writeBuffer = 64 << 10

// Write writes an event for each finding of the run, in the run's order, and
// then one for each finding that was removed; version is that of the product,
// and checks are those there are, for titles and references. The same
// arguments give the same bytes. An error is the destination's, or names the
// finding that has no JSON form, or comes of reading findings that the run
// keeps elsewhere; what was written is then incomplete.
func Write(w io.Writer, version string, checks []audit.Check, run *audit.Run) error {
	out := bufio.NewWriterSize(w, writeBuffer)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	m := newMapper(version, checks, run)
	for f, err := range run.All() {
		if err != nil {
			return fmt.Errorf("read the findings of run %s: %w", run.Header.RunID, err)
		}
		if err := lines.Encode(m.finding(&f)); err != nil {
			return fmt.Errorf("write finding %s of check %s as OCSF: %w", f.ID, f.Check, err)
		}
	}
	for i := range run.Changes {
		if c := &run.Changes[i]; c.Kind == audit.Removed {
			if err := lines.Encode(m.removed(c)); err != nil {
				return fmt.Errorf("write the removal of finding %s as OCSF: %w", c.FindingID, err)
			}
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the OCSF events: %w", err)
	}
	return nil
}

// mapper makes events of what happened in one run.
type mapper struct {
	run      *audit.Run
	version  string
	checks   map[string]*audit.Check
	accounts map[string]string // names by ID
	open     map[string]bool   // by finding ID: it changed in the run, and was open before
}

func newMapper(version string, checks []audit.Check, run *audit.Run) *mapper {
	m := &mapper{run: run, version: version, checks: map[string]*audit.Check{}, accounts: map[string]string{}, open: map[string]bool{}}
	for i := range checks {
		m.checks[checks[i].ID] = &checks[i]
	}
	for _, a := range run.Header.Accounts {
		m.accounts[a.ID] = a.Name
	}
	for i := range run.Changes {
		if c := &run.Changes[i]; open(c.From) {
			m.open[c.FindingID] = true
		}
	}
	return m
}
