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

// Encoder writes streams whose lines are not in memory together: a findings
// stream is one Header and then its findings in their order, a list of runs is
// its runs alone. Flush ends either. After an error the stream is incomplete
// and nothing more should be written to it.
type Encoder struct {
	version string
	out     *bufio.Writer
	lines   *stdjson.Encoder
	finding findingLine // one for all, so that a line costs no allocation of it
}

// NewEncoder makes an Encoder that writes to w; version is that of the
// product. What is written is gathered, up to 64 KiB, before it is passed on.
func NewEncoder(w io.Writer, version string) *Encoder {
	out := bufio.NewWriterSize(w, writeBuffer)
	lines := stdjson.NewEncoder(out)
	lines.SetEscapeHTML(false)
	return &Encoder{version: version, out: out, lines: lines, finding: findingLine{Type: typeFinding}}
}

// Header writes the run's header line and its unread lines; its Findings are
// not looked at. An error is the destination's.
func (e *Encoder) Header(run *audit.Run) error {
	header := headerLine{typeHeader, SchemaVersion, product{productName, e.version}, headerOf(run.Header)}
	if err := e.lines.Encode(&header); err != nil {
		return fmt.Errorf("write the header of the findings stream: %w", err)
	}
	for i := range run.Unread {
		if err := e.lines.Encode(&unreadLine{typeUnread, run.Unread[i]}); err != nil {
			return fmt.Errorf("write the findings stream: %w", err)
		}
	}
	return nil
}

// Finding writes the line of a finding. An error is either the destination's
// or that the finding has no JSON form, which is a defect of its check; it
// names the finding.
func (e *Encoder) Finding(f *audit.Finding) error {
	e.finding.Finding = findingOf(f)
	if err := e.lines.Encode(&e.finding); err != nil {
		return fmt.Errorf("write finding %s of check %s: %w", f.ID, f.Check, err)
	}
	return nil
}

// Run writes the line of a recorded run. An error is the destination's.
func (e *Encoder) Run(r *audit.Recorded) error {
	line := runOf(r)
	if err := e.lines.Encode(&line); err != nil {
		return fmt.Errorf("write run %s: %w", r.Header.RunID, err)
	}
	return nil
}

// Flush passes on what is gathered. An error is the destination's.
func (e *Encoder) Flush() error {
	if err := e.out.Flush(); err != nil {
		return fmt.Errorf("write the findings stream: %w", err)
	}
	return nil
}
