// Package table writes a run for people at a terminal: what was looked at and
// what could not be read, then what needs attention, the worst first, each
// with its reason and the way to mend it, then what is waived, then the counts
// of every check.
//
// All text of the run is untrusted and is shown without control characters,
// terminal escapes or bidirectional overrides.
package table

import (
	"fmt"
	"io"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

// Limits on what is listed, so that a page stays one; what is left out is
// counted, and is in the findings stream.
const (
	maxFindings = 20 // of one check
	maxAccounts = 20
	maxUnread   = 20 // kinds of failed reads
	maxPlaces   = 5  // accounts of one kind of failed read
)

// Write writes the run. An error is the destination's.
func Write(w io.Writer, run *audit.Run, o terminal.Options) error {
	r := report{Printer: terminal.New(w, o), run: run, names: names(run)}
	r.head()
	r.accounts()
	r.unread()
	r.attention()
	r.waived()
	r.checks()
	if err := r.Flush(); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

// report writes the sections of one run.
type report struct {
	*terminal.Printer
	run   *audit.Run
	names map[string]string // of accounts, by ID
	// documents is set once a command was written that takes a document.
	documents bool
}

func names(run *audit.Run) map[string]string {
	byID := make(map[string]string, len(run.Header.Accounts))
	for _, a := range run.Header.Accounts {
		byID[a.ID] = a.Name
	}
	return byID
}

// account is how an account is called everywhere: its ID and its name, if any.
func (r *report) account(id string) string {
	if name := r.names[id]; name != "" {
		return id + " " + name
	}
	return id
}

// needsAttention tells what a person must look at.
func needsAttention(f *audit.Finding) bool {
	return f.Status == audit.StatusFail || f.Status == audit.StatusUnknown
}
