package markdown_test

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/exportertest"
	"github.com/quilt-auditor/quilt-auditor/exporters/markdown"
)

var update = flag.Bool("update", false, "write the golden files")

func write(w io.Writer, run *audit.Run) error {
	return markdown.Write(w, exportertest.Version, run)
}

func TestWrite(t *testing.T) {
	t.Parallel()
	exportertest.Golden(t, write, "testdata/full.md", *update)
	exportertest.Errors(t, write)
}

// TestFitsIntoAComment holds the limit of GitHub, 65,536 characters, for many
// findings, for texts of any length and for text that has to be escaped.
func TestFitsIntoAComment(t *testing.T) {
	t.Parallel()
	many := exportertest.Full()
	for i := range 50 {
		for _, f := range exportertest.Full().Findings {
			f.Check += fmt.Sprintf("-%02d", i)
			many.Findings = append(many.Findings, f)
		}
		many.Unread = append(many.Unread, many.Unread[0])
		many.Header.Accounts = append(many.Header.Accounts, many.Header.Accounts[1])
	}
	audit.SortFindings(many.Findings)
	for name, run := range map[string]*audit.Run{
		"many checks": exportertest.Tallied(many), "many findings": exportertest.Large(10_000),
		"long": exportertest.Hostile(strings.Repeat("`a|b @c ", 5_000)), "escaped": exportertest.Hostile(strings.Repeat("|*", 490)),
	} {
		page := exportertest.Text(t, write, run)
		if n := utf8.RuneCountInString(page); n > 65_536 {
			t.Errorf("%s: %d characters", name, n)
		}
	}
}

// TestCountsWhatItLeavesOut holds that the findings listed and those counted
// are all there are.
func TestCountsWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	page := exportertest.Text(t, write, exportertest.Large(1000))
	listed, more := strings.Count(page, "\n#### "), 0
	at := strings.Index(page, "\n… and ")
	if _, err := fmt.Sscanf(page[max(at, 0):], "\n… and %d more findings.", &more); err != nil || listed == 0 || listed+more != 1000 {
		t.Errorf("%d listed, %d more: %v", listed, more, err)
	}
	if !strings.Contains(page, "## Failures (1000)") || !strings.Contains(page, "**1000 fail") {
		t.Error("the page does not say how many there are")
	}
}

// TestOutcome holds that a page says that all is well only where everything in
// scope was seen and judged, and nothing is open.
func TestOutcome(t *testing.T) {
	t.Parallel()
	with := func(result audit.Result, keep func(*audit.Finding) bool) *audit.Run {
		run := exportertest.Full()
		run.Header.Result = result
		var kept []audit.Finding
		for _, f := range run.Findings {
			if keep(&f) {
				kept = append(kept, f)
			}
		}
		run.Findings = kept
		return exportertest.Tallied(run)
	}
	closed := func(f *audit.Finding) bool { return f.Waived || f.Status == audit.StatusPass }
	for name, tt := range map[string]struct {
		run                    *audit.Run
		well, partial, nothing bool
	}{
		"passes and waived": {with(audit.Complete, closed), true, false, false},
		"partial":           {with(audit.Partial, closed), false, true, false},
		"a failure":         {with(audit.Complete, func(f *audit.Finding) bool { return f.Status == audit.StatusFail }), false, false, false},
		"an unknown":        {with(audit.Complete, func(f *audit.Finding) bool { return f.Status == audit.StatusUnknown }), false, false, false},
		"nothing":           {with(audit.Complete, func(*audit.Finding) bool { return false }), false, false, true},
	} {
		page := exportertest.Text(t, write, tt.run)
		for text, want := range map[string]bool{"Nothing needs attention.": tt.well, "**Partial:**": tt.partial, "**Nothing was judged:**": tt.nothing} {
			if strings.Contains(page, text) != want {
				t.Errorf("%s: says %q: %t", name, text, !want)
			}
		}
	}
}

// TestLongBlocksAreNotCut holds that a command is whole or not there.
func TestLongBlocksAreNotCut(t *testing.T) {
	t.Parallel()
	run := exportertest.Full()
	for i := range run.Findings {
		if r := run.Findings[i].Remediation; r != nil {
			r.CLI, r.Diff = strings.Repeat("x", 7000), strings.Repeat("y", 7000)
		}
	}
	page := exportertest.Text(t, write, run)
	if strings.Contains(page, "xxx") || strings.Contains(page, "yyy") || !strings.Contains(page, "too long for this page") {
		t.Error("part of a command or of a change is shown, or nothing says that it is not")
	}
}

func BenchmarkWrite(b *testing.B) { exportertest.Benchmark(b, write) }

// TestTheWorstComeFirst holds that of many findings of a check the worst are
// listed, and that the severity of the worst is not said to be that of all.
func TestTheWorstComeFirst(t *testing.T) {
	t.Parallel()
	run := exportertest.Full()
	example := run.Findings[slices.IndexFunc(run.Findings, func(f audit.Finding) bool { return f.Status == audit.StatusFail && !f.Waived })]
	run.Findings = nil
	for i := range 100 {
		f := example
		f.Severity, f.Resource = audit.Medium, fmt.Sprintf("arn:aws:s3:::acme-%02d", i)
		if i == 70 || i == 71 {
			f.Severity = audit.Critical
		}
		run.Findings = append(run.Findings, f)
	}
	page := exportertest.Text(t, write, exportertest.Tallied(run))
	if !strings.Contains(page, "(at most critical, 100 fail)") {
		t.Errorf("the head of the group misleads:\n%.1500s", page)
	}
	var listed []string
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "#### ") || strings.HasPrefix(line, "Account ") {
			listed = append(listed, strings.TrimSpace(line))
		}
	}
	for i, want := range []struct{ resource, severity string }{{"acme-70", ""}, {"acme-71", ""}, {"acme-00", ", medium"}, {"acme-01", ", medium"}} {
		if got := listed[2*i]; !strings.Contains(got, want.resource) || strings.Contains(listed[2*i+1], ", medium") != (want.severity != "") {
			t.Errorf("at %d there is %s: %s, want %s%s", i, got, listed[2*i+1], want.resource, want.severity)
		}
	}
}
