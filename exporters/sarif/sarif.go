// Package sarif writes a run as a log of the Static Analysis Results
// Interchange Format (SARIF) 2.1.0, OASIS Standard: a rule for each check, a
// result for each finding, passes included, and a notification for each thing
// that could not be read.
package sarif

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

const (
	version     = "2.1.0"
	schema      = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	productName = "quilt-auditor"
)

// writeBuffer is what is gathered before each write to the destination.
const writeBuffer = 64 << 10

// Write writes the log of the run; productVersion is that of the product, and
// checks are those there are, for the rules. The same arguments give the same
// bytes. An error is the destination's, or names the finding that has no JSON
// form, or comes of reading findings that the run keeps elsewhere; the log is
// then incomplete.
func Write(w io.Writer, productVersion string, checks []audit.Check, run *audit.Run) error {
	l := newLog(w)
	rules, index := rulesOf(checks, run.Header.Checks)
	l.text(`{"$schema":"` + schema + `","version":"` + version + `","runs":[{"tool":`)
	l.value(tool{driver{productName, productVersion, rules, notificationDescriptors()}})
	l.text(`,"automationDetails":`)
	l.value(automationDetails{productName + "/" + run.Header.RunID})
	l.text(`,"invocations":`)
	l.value([]invocation{invocationOf(run)})
	l.text(`,"properties":`)
	l.value(runProperties{run.Header.Profile, run.Header.ControlAccountID, run.Header.ChecksDigest, run.Header.ConfigDigest, run.Header.Counts})
	l.text(",\"results\":[\n")
	if err := l.results(run, index); err != nil {
		return err
	}
	l.text("]}]}\n")
	if err := l.end(); err != nil {
		return fmt.Errorf("write the SARIF log: %w", err)
	}
	return nil
}

// log is written piece by piece, so that not all results are in memory at
// once. It keeps its first error, after which nothing is written.
type log struct {
	out    *bufio.Writer
	values *json.Encoder
	err    error
}

func newLog(w io.Writer) *log {
	out := bufio.NewWriterSize(w, writeBuffer)
	values := json.NewEncoder(out)
	values.SetEscapeHTML(false)
	return &log{out: out, values: values}
}

func (l *log) text(s string) {
	if l.err == nil {
		_, l.err = l.out.WriteString(s)
	}
}

func (l *log) value(v any) {
	if l.err == nil {
		l.err = l.values.Encode(v)
	}
}

func (l *log) end() error {
	if l.err == nil {
		l.err = l.out.Flush()
	}
	return l.err
}

func (l *log) results(run *audit.Run, index map[string]int) error {
	separator := ""
	for f, err := range run.All() {
		if err != nil {
			return fmt.Errorf("read the findings of run %s: %w", run.Header.RunID, err)
		}
		l.text(separator)
		l.value(resultOf(&f, index))
		if l.err != nil {
			return fmt.Errorf("write finding %s of check %s as SARIF: %w", f.ID, f.Check, l.err)
		}
		separator = ","
	}
	return nil
}
