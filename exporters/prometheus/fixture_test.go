package prometheus

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

const (
	control  = "111122223333"
	genomics = "444455556666"
	imaging  = "777788889999"

	ownership = "s3-object-ownership"
	trails    = "cloudtrail-data-events"
	roles     = "iam-prefix-role-quilt-folder"
	access    = "sts-account-access"
)

var takenAt = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

func catalogue() []audit.Check {
	return []audit.Check{
		{ID: ownership, Severity: audit.High},
		{ID: trails, Severity: audit.Medium},
		{ID: roles, Severity: audit.Medium},
		{ID: access, Severity: audit.High},
		{ID: "s3-not-enabled", Severity: audit.Low},
	}
}

func ago(d time.Duration) time.Time { return takenAt.Add(-d) }

func known(status audit.Status, since time.Time) *audit.Known {
	return &audit.Known{Status: status, Since: since}
}

func bucket(name string) string { return "arn:aws:s3:::" + name }

// fullRun has every case that the page tells apart.
func fullRun() *audit.Run {
	const day = 24 * time.Hour
	fail, unknown, pass := audit.StatusFail, audit.StatusUnknown, audit.StatusPass
	findings := []audit.Finding{
		{Check: roles, Severity: audit.Medium, Status: fail, AccountID: control, Resource: "arn:aws:iam::" + control + ":role/quilt/QuiltAlice", Subject: "acme-raw", Known: known(fail, ago(3*day)), StatusSince: ago(3 * day)},
		{Check: access, Severity: audit.High, Status: pass, AccountID: control, Resource: "arn:aws:iam::" + control + ":root", Known: known(pass, ago(9*day)), StatusSince: ago(9 * day)},
		// in genomics, in every status and waived
		{Check: access, Severity: audit.High, Status: pass, AccountID: genomics, Resource: "arn:aws:iam::" + genomics + ":root", Known: known(pass, ago(9*day)), StatusSince: ago(9 * day)},
		{Check: trails, Severity: audit.Medium, Status: audit.StatusNotApplicable, AccountID: genomics, Region: "us-east-1", Resource: bucket("acme-dir"), Known: known(audit.StatusNotApplicable, ago(day)), StatusSince: ago(day)},
		{Check: ownership, Severity: audit.High, Status: fail, AccountID: genomics, Region: "us-east-1", Resource: bucket("acme-legacy"), Known: known(fail, ago(100*day)), StatusSince: ago(100 * day), Waived: true},
		{Check: ownership, Severity: audit.High, Status: pass, AccountID: genomics, Region: "us-east-1", Resource: bucket("acme-raw"), Known: known(pass, ago(day)), StatusSince: ago(day)},
		{Check: trails, Severity: audit.Medium, Status: fail, AccountID: genomics, Region: "us-east-1", Resource: bucket("acme-logs"), Known: known(fail, ago(day)), StatusSince: ago(day)},
		// an open failure, older than the one before, that cannot be read again
		{Check: trails, Severity: audit.Medium, Status: unknown, AccountID: genomics, Region: "us-west-2", Resource: bucket("acme-raw"), Known: known(fail, ago(7*day)), StatusSince: ago(1500 * time.Millisecond)},
		// never read, and regained and lost again
		{Check: ownership, Severity: audit.High, Status: unknown, AccountID: genomics, Region: "us-west-2", Resource: bucket("acme-shut"), StatusSince: ago(2 * day)},
		{Check: trails, Severity: audit.Medium, Status: unknown, AccountID: genomics, Region: "us-west-2", Resource: bucket("acme-shut"), Known: known(pass, ago(4*day)), StatusSince: ago(2 * day)},
		{Check: access, Severity: audit.High, Status: fail, AccountID: imaging, Resource: "arn:aws:iam::" + imaging + ":root", Known: known(fail, ago(time.Hour)), StatusSince: ago(time.Hour)},
	}
	return &audit.Run{
		Header: audit.Header{
			RunID: "0190f0e0-0000-7000-8000-000000000000", Result: audit.Partial, TakenAt: takenAt,
			Checks: []string{trails, roles, ownership, access},
			Accounts: []audit.HeaderAccount{
				{ID: control, Access: audit.AccessPartial},
				{ID: genomics, Name: "genomics \"raw\"\\\n", Buckets: 12, Access: audit.AccessOK},
				{ID: imaging, Name: "imaging \xff", Access: audit.AccessDenied},
			},
		},
		Findings: findings, Tallies: tallies(findings),
		Collected: []audit.Collected{{Collector: "cloudtrail", AccountID: genomics}, {Collector: "s3", AccountID: genomics, Complete: true}},
		Waivers: []audit.WaiverUse{
			{Waiver: audit.Waiver{Check: "s3-*", Bucket: "acme-legacy", Expires: audit.Date{Year: 2027, Month: time.January, Day: 31}}, State: audit.WaiverActive, Findings: 1},
			{Waiver: audit.Waiver{Check: "s3-*", Bucket: "acme-legacy", Expires: audit.Date{Year: 2026, Month: time.January, Day: 31}}, State: audit.WaiverExpired},
			{Waiver: audit.Waiver{Check: ownership, Account: imaging, Expires: audit.Date{Year: 2027, Month: time.March, Day: 1}}, State: audit.WaiverUnused},
		},
	}
}

// tallies sums findings up as package audit does.
func tallies(findings []audit.Finding) []audit.Tally {
	var list []audit.Tally
	for i := range findings {
		f := &findings[i]
		t := audit.Tally{Check: f.Check, Severity: f.Severity, AccountID: f.AccountID, Status: f.Status, Waived: f.Waived, Findings: 1}
		if f.OpenFailure() {
			t.Open, t.OldestOpen = 1, f.Known.Since
		}
		list = merged(list, t)
	}
	return list
}

func merged(list []audit.Tally, t audit.Tally) []audit.Tally {
	for i := range list {
		at := &list[i]
		if at.Check != t.Check || at.Severity != t.Severity || at.AccountID != t.AccountID || at.Status != t.Status || at.Waived != t.Waived {
			continue
		}
		at.Findings++
		if t.Open > 0 && (at.Open == 0 || t.OldestOpen.Before(at.OldestOpen)) {
			at.OldestOpen = t.OldestOpen
		}
		at.Open += t.Open
		return list
	}
	return append(list, t)
}

func rendered(run *audit.Run, maxFindings int) string {
	return string(render(newView(run, maxFindings, severitiesOf(catalogue()))))
}

// seriesOf is the value of every series of a page by name{label="value",...},
// labels sorted and quoted as in Go; of a histogram it is the count. It fails the test if the page is not in the text format or a
// series is there twice.
func seriesOf(t testing.TB, page string) map[string]float64 {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(page))
	if err != nil {
		t.Fatalf("not in the text format: %v", err)
	}
	all := map[string]float64{}
	for name, family := range families {
		for _, m := range family.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
			}
			slices.Sort(labels)
			at := name + "{" + strings.Join(labels, ",") + "}"
			if _, twice := all[at]; twice {
				t.Fatalf("%s is there twice", at)
			}
			all[at] = m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return all
}

// only keeps the series of one metric, without its namespace.
func only(all map[string]float64, name string) map[string]float64 {
	some := map[string]float64{}
	for at, value := range all {
		if rest, is := strings.CutPrefix(at, namespace+name+"{"); is {
			some["{"+rest] = value
		}
	}
	return some
}
