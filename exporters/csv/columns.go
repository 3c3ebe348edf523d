package csv

import (
	"strconv"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// column is one of the table: its name, and what it says of a finding.
type column struct {
	name string
	of   func(*audit.Finding) string
}

// columnsOf are the columns, in their order. Those of the run are the same in
// every row, so that files of several runs can be put together.
func columnsOf(run *audit.Run) []column {
	h := &run.Header
	names := make(map[string]string, len(h.Accounts))
	for _, a := range h.Accounts {
		names[a.ID] = a.Name
	}
	same := func(text string) func(*audit.Finding) string {
		return func(*audit.Finding) string { return text }
	}
	return append([]column{
		{"run_id", same(h.RunID)},
		{"run_result", same(string(h.Result))},
		{"taken_at", same(stamp(h.TakenAt))},
		{"account_name", func(f *audit.Finding) string { return names[f.AccountID] }},
	}, findingColumns()...)
}

func findingColumns() []column {
	return append([]column{
		{"account_id", func(f *audit.Finding) string { return f.AccountID }},
		{"region", func(f *audit.Finding) string { return f.Region }},
		{"resource", func(f *audit.Finding) string { return f.Resource }},
		{"subject", func(f *audit.Finding) string { return f.Subject }},
		{"bucket", (*audit.Finding).Bucket},
		{"check", func(f *audit.Finding) string { return f.Check }},
		{"title", func(f *audit.Finding) string { return f.Title }},
		{"severity", func(f *audit.Finding) string { return f.Severity.String() }},
		{"status", func(f *audit.Finding) string { return string(f.Status) }},
		{"status_since", func(f *audit.Finding) string { return stamp(f.StatusSince) }},
		{"known_status", func(f *audit.Finding) string { return string(known(f).Status) }},
		{"known_since", func(f *audit.Finding) string { return stamp(known(f).Since) }},
		{"reason", func(f *audit.Finding) string { return f.Reason }},
		{"witness", func(f *audit.Finding) string { return string(f.Witness()) }},
		{"first_seen", func(f *audit.Finding) string { return stamp(f.FirstSeen) }},
		{"last_seen", func(f *audit.Finding) string { return stamp(f.LastSeen) }},
	}, dealtWith()...)
}

// dealtWith are the columns on what is done, or is to be done.
func dealtWith() []column {
	return []column{
		{"waived", func(f *audit.Finding) string { return strconv.FormatBool(f.Waived) }},
		{"waiver_owner", func(f *audit.Finding) string { return waiver(f).Owner }},
		{"waiver_reason", func(f *audit.Finding) string { return waiver(f).Reason }},
		{"waiver_ticket", func(f *audit.Finding) string { return waiver(f).Ticket }},
		{"waiver_expires", expires},
		{"remediation", func(f *audit.Finding) string { return remedy(f).Summary }},
		{"remediation_cli", func(f *audit.Finding) string { return remedy(f).CLI }},
		{"controls", controls},
		{"fingerprint", func(f *audit.Finding) string { return f.Fingerprint }},
		{"id", func(f *audit.Finding) string { return f.ID }},
	}
}

func known(f *audit.Finding) audit.Known {
	if f.Known == nil {
		return audit.Known{}
	}
	return *f.Known
}

func waiver(f *audit.Finding) audit.WaiverNote {
	if f.Waiver == nil {
		return audit.WaiverNote{}
	}
	return *f.Waiver
}

func expires(f *audit.Finding) string {
	if f.Waiver == nil {
		return ""
	}
	return f.Waiver.Expires.String()
}

func remedy(f *audit.Finding) audit.Remediation {
	if f.Remediation == nil {
		return audit.Remediation{}
	}
	return *f.Remediation
}

// controls are the published controls, each with how the check stands to it.
func controls(f *audit.Finding) string {
	list := make([]string, len(f.Controls))
	for i, k := range f.Controls {
		list[i] = k.Standard + " " + k.Version + " " + k.ID + " (" + string(k.Relation) + ")"
	}
	return strings.Join(list, ", ")
}

// stamp is the time in RFC 3339, in UTC; "" is none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
