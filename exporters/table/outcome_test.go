package table_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

// TestOutcome holds that a page says that all is well only where everything in
// scope was seen and judged, and nothing is open.
func TestOutcome(t *testing.T) {
	t.Parallel()
	with := func(change func(*audit.Run)) *audit.Run {
		run := cleanRun()
		change(run)
		return tallied(run)
	}
	add := func(status audit.Status, waived bool) func(*audit.Run) {
		return func(run *audit.Run) {
			f := finding("s3-object-ownership", audit.Informational, status, "acme-x", "So it is.")
			f.Waived = waived
			run.Findings = append(run.Findings, f)
		}
	}
	for name, tt := range map[string]struct {
		run  *audit.Run
		well bool
	}{
		"passes only": {cleanRun(), true},
		"fail":        {with(add(audit.StatusFail, false)), false},
		"unknown":     {with(add(audit.StatusUnknown, false)), false},
		"waived fail": {with(add(audit.StatusFail, true)), true},
		"partial":     {with(func(run *audit.Run) { run.Header.Accounts[0].Access = audit.AccessUnreachable }), false},
		"nothing":     {with(func(run *audit.Run) { run.Findings = nil }), false},
		"no result":   {&audit.Run{Findings: cleanRun().Findings}, false},
		"waived pass": {with(func(run *audit.Run) { run.Findings[0].Waived = true }), true},
	} {
		page := render(t, tt.run, terminal.Options{Width: 80})
		if well := strings.Contains(page, "Nothing needs attention."); well != tt.well {
			t.Errorf("%s: says that all is well: %t, want %t", name, well, tt.well)
		}
	}
}

// TestTheWorstComeFirst holds that of the findings of a check the worst are
// listed first, and that the others say how severe they are.
func TestTheWorstComeFirst(t *testing.T) {
	t.Parallel()
	run := cleanRun()
	for i := range 100 {
		severity, status := audit.Medium, audit.StatusFail
		switch i {
		case 90, 91:
			severity = audit.Critical
		case 92:
			status = audit.StatusUnknown
		}
		run.Findings = append(run.Findings, finding("s3-object-ownership", severity, status, fmt.Sprintf("acme-%02d", i), "As it is."))
	}
	page := render(t, tallied(run), terminal.Options{Width: 120})
	_, attention, _ := strings.Cut(page, "Needs attention")
	var listed []string
	for line := range strings.Lines(attention) {
		if strings.Contains(line, "arn:aws:s3:::acme-") {
			listed = append(listed, strings.TrimSpace(line))
		}
	}
	want := []string{
		"✗ arn:aws:s3:::acme-90  444455556666 genomics, us-east-1", "✗ arn:aws:s3:::acme-91  444455556666 genomics, us-east-1",
		"✗ arn:aws:s3:::acme-00  444455556666 genomics, us-east-1, medium", "✗ arn:aws:s3:::acme-01  444455556666 genomics, us-east-1, medium",
	}
	if len(listed) < len(want) {
		t.Fatalf("listed are %q", listed)
	}
	if diff := cmp.Diff(want, listed[:len(want)]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
