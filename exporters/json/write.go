package json

import (
	"fmt"
	"io"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Write writes the run as a findings stream; version is that of the product.
// The same run and version give the same bytes. The run is left as it is. An
// error is either the destination's or names the finding that has no JSON
// form, which is a defect of its check, or comes of reading findings that the
// run keeps elsewhere; the stream is then incomplete.
func Write(w io.Writer, version string, run *audit.Run) error {
	enc := NewEncoder(w, version)
	if err := enc.Header(run); err != nil {
		return err
	}
	for f, err := range run.All() {
		if err != nil {
			return fmt.Errorf("read the findings of run %s: %w", run.Header.RunID, err)
		}
		if err := enc.Finding(&f); err != nil {
			return err
		}
	}
	return enc.Flush()
}

// headerOf is the header as the stream promises it: times in UTC, lists that
// are never null.
func headerOf(h audit.Header) audit.Header {
	h.StartedAt, h.TakenAt, h.EndedAt = h.StartedAt.UTC(), h.TakenAt.UTC(), h.EndedAt.UTC()
	h.Checks = listed(h.Checks)
	accounts := make([]audit.HeaderAccount, len(h.Accounts))
	for i, a := range h.Accounts {
		a.Regions = listed(a.Regions)
		accounts[i] = a
	}
	h.Accounts = accounts
	return h
}

// findingOf is the finding as the stream promises it.
func findingOf(original *audit.Finding) audit.Finding {
	f := *original
	f.FirstSeen, f.LastSeen, f.StatusSince = f.FirstSeen.UTC(), f.LastSeen.UTC(), f.StatusSince.UTC()
	if f.Known != nil {
		f.Known = &audit.Known{Status: f.Known.Status, Since: f.Known.Since.UTC()}
	}
	f.Controls = listed(f.Controls)
	return f
}

// runOf is the line of a recorded run.
func runOf(r *audit.Recorded) runLine {
	line := runLine{
		Type: typeRun, SchemaVersion: SchemaVersion, Header: headerOf(r.Header),
		Changes: r.Changes, SnapshotDigest: r.SnapshotDigest,
	}
	if left := &r.LeftOut; left.Everything || len(left.Checks) > 0 || len(left.Accounts) > 0 {
		line.LeftOut = left
	}
	return line
}

func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
