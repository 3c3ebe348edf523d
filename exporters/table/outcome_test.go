package table_test

import (
	"strings"
	"testing"

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
