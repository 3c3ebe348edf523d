package report

import (
	"strconv"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/report"
)

// column is one of the table: its name, and what it says of a failure.
type column struct {
	name string
	of   func(*report.Failure) string
}

// columnsOf are the columns, in their order. Those of the report are the same
// in every row, so that files of several periods can be put together.
func columnsOf(r *report.Report) []column {
	names, controls := map[string]string{}, map[string]string{}
	for _, a := range r.Completeness.ByAccount {
		names[a.ID] = a.Name
	}
	for _, c := range r.Checks {
		controls[c.ID] = joined(c.Controls)
	}
	period := r.Identity.Period
	head := []column{
		{"period_since", func(*report.Failure) string { return stamp(period.Since) }},
		{"period_until", func(*report.Failure) string { return stamp(period.Until) }},
		{"account_id", func(f *report.Failure) string { return f.AccountID }},
		{"account_name", func(f *report.Failure) string { return names[f.AccountID] }},
	}
	tail := []column{{"controls", func(f *report.Failure) string { return controls[f.Check] }}}
	return append(append(append(head, failureColumns()...), detailColumns()...), tail...)
}

// failureColumns say which failure it is and when it was open. Spans are in
// seconds.
func failureColumns() []column {
	return []column{
		{"region", func(f *report.Failure) string { return f.Region }},
		{"resource", func(f *report.Failure) string { return f.Resource }},
		{"subject", func(f *report.Failure) string { return f.Subject.Subject }},
		{"bucket", func(f *report.Failure) string { return f.Bucket() }},
		{"check", func(f *report.Failure) string { return f.Check }},
		{"title", func(f *report.Failure) string { return f.Title }},
		{"severity", func(f *report.Failure) string { return f.Severity.String() }},
		{"outcome", func(f *report.Failure) string { return string(f.Outcome) }},
		{"opened", func(f *report.Failure) string { return stamp(f.Opened) }},
		{"opened_before_period", func(f *report.Failure) string { return strconv.FormatBool(f.OpenedBefore) }},
		{"opened_run", func(f *report.Failure) string { return f.OpenedRun }},
		{"ended", func(f *report.Failure) string { return stamp(f.Ended) }},
		{"ended_run", func(f *report.Failure) string { return f.EndedRun }},
		{"open_seconds", openSeconds},
		{"open_in_period_seconds", func(f *report.Failure) string { return seconds(f.OpenInPeriod) }},
		{"unreadable_seconds", func(f *report.Failure) string { return seconds(f.Unreadable) }},
		{"finding_id", func(f *report.Failure) string { return f.FindingID }},
	}
}

// detailColumns say what was found; they are empty where it was not kept.
func detailColumns() []column {
	of := func(name string, say func(*report.Detail) string) column {
		return column{name, func(f *report.Failure) string {
			if f.Detail == nil {
				return ""
			}
			return say(f.Detail)
		}}
	}
	return []column{
		of("detail_of", func(d *report.Detail) string { return string(d.Of) }),
		of("reason", func(d *report.Detail) string { return d.Reason }),
		of("witness", func(d *report.Detail) string { return string(d.Witness) }),
		of("decided_by", func(d *report.Detail) string { return string(d.DecidedBy) }),
		of("evidence", func(d *report.Detail) string { return string(d.Evidence) }),
		of("fingerprint", func(d *report.Detail) string { return d.Fingerprint }),
		of("remediation_kind", func(d *report.Detail) string { return string(remedy(d).Kind) }),
		of("remediation", func(d *report.Detail) string { return remedy(d).Summary }),
		of("remediation_cli", func(d *report.Detail) string { return remedy(d).CLI }),
		of("waiver_owner", func(d *report.Detail) string { return waiver(d).Owner }),
		of("waiver_reason", func(d *report.Detail) string { return waiver(d).Reason }),
		of("waiver_ticket", func(d *report.Detail) string { return waiver(d).Ticket }),
		of("waiver_expires", expires),
	}
}

func remedy(d *report.Detail) report.Remedy {
	if d.Remedy == nil {
		return report.Remedy{}
	}
	return *d.Remedy
}

func waiver(d *report.Detail) audit.WaiverNote {
	if d.Waiver == nil {
		return audit.WaiverNote{}
	}
	return *d.Waiver
}

func expires(d *report.Detail) string {
	if d.Waiver == nil {
		return ""
	}
	return d.Waiver.Expires.String()
}

// openSeconds is "" where it is not known since when the failure is open.
func openSeconds(f *report.Failure) string {
	if f.Opened.IsZero() {
		return ""
	}
	return seconds(f.Open)
}

func seconds(d report.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// joined are published controls, each with how the check stands to it.
func joined(controls []audit.Control) string {
	list := make([]string, len(controls))
	for i, k := range controls {
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
