package json

import (
	"bufio"
	stdjson "encoding/json"
	"fmt"
	"io"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// writeBuffer is what is gathered before each write to the destination.
const writeBuffer = 64 << 10

// Write writes the run as a findings stream; version is that of the product.
// The same run and version give the same bytes. The run is left as it is. An
// error is either the destination's or names the finding that has no JSON
// form, which is a defect of its check; the stream is then incomplete.
func Write(w io.Writer, version string, run *audit.Run) error {
	out := bufio.NewWriterSize(w, writeBuffer)
	enc := stdjson.NewEncoder(out)
	enc.SetEscapeHTML(false)

	header := headerLine{typeHeader, SchemaVersion, product{productName, version}, headerOf(run)}
	if err := enc.Encode(&header); err != nil {
		return fmt.Errorf("write the header of the findings stream: %w", err)
	}
	for i := range run.Unread {
		if err := enc.Encode(&unreadLine{typeUnread, run.Unread[i]}); err != nil {
			return fmt.Errorf("write the findings stream: %w", err)
		}
	}
	line := findingLine{Type: typeFinding}
	for i := range run.Findings {
		line.Finding = findingOf(&run.Findings[i])
		if err := enc.Encode(&line); err != nil {
			return fmt.Errorf("write finding %s of check %s: %w", line.ID, line.Check, err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the findings stream: %w", err)
	}
	return nil
}

// headerOf is the header as the stream promises it: times in UTC, lists that
// are never null.
func headerOf(run *audit.Run) audit.Header {
	h := run.Header
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

func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
