package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	model "github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report"
)

// maxHTML is the most bytes that an HTML report has.
const maxHTML = 5_000_000

// large is the report of an estate of 10,000 buckets in 50 accounts over 90
// days, with so many failures and changes.
func large(failures, changes int) *model.Report {
	r := made()
	r.Identity.Period.Since = ago(90 * day)
	r.Completeness.Buckets = model.BucketCounts{Listed: 10_000, WithFindings: 10_000, Judged: 10_000}
	for i := range 48 {
		r.Completeness.ByAccount = append(r.Completeness.ByAccount, account(fmt.Sprintf("9%011d", i), fmt.Sprintf("team-%d", i), 200, 2866, 0))
	}
	for i := range 1000 {
		r.Identity.Snapshots = append(r.Identity.Snapshots, model.Snapshot{RunID: run(i), TakenAt: ago(time.Duration(i) * time.Hour), SHA256: digest(i), Kept: true, Changes: 3})
	}
	templates := r.Failures
	r.Failures = nil
	for i := range failures {
		f := templates[i%len(templates)]
		f.Subject = subject(f.Check, genomics, fmt.Sprintf("acme-genomics-project-%05d", i))
		if f.Detail != nil {
			d := *f.Detail
			d.Evidence = json.RawMessage(fmt.Sprintf(`{"n":%d,"statements":[%s"end"],"was":%s}`, i, strings.Repeat(`{"sid":"AllowQuilt","actions":["s3:GetObject","s3:GetObjectVersion"],"effect":"Allow"},`, 10), d.Evidence))
			f.Detail = &d
		}
		r.Failures = append(r.Failures, f)
	}
	first := r.Changes[0]
	r.Changes = nil
	for i := range changes {
		c := first
		s := subject(c.Check, genomics, fmt.Sprintf("acme-genomics-project-%05d", i))
		c.FindingID, c.Resource, c.Kind, c.From, c.To = s.FindingID, s.Resource, audit.Opened, audit.StatusPass, audit.StatusFail
		c.At = ago(time.Duration(changes-i) * time.Minute)
		r.Changes = append(r.Changes, c)
	}
	return r
}

// TestLargeReportIsCutAloud holds that HTML stays small, and says of every list
// that is cut how much of it is left out.
func TestLargeReportIsCutAloud(t *testing.T) {
	t.Parallel()
	const failures, changes = 5000, 9000
	page := written(t, "html", large(failures, changes))
	if len(page) > maxHTML {
		t.Errorf("the HTML has %d bytes", len(page))
	}
	listed := strings.Count(page, `">F`) + strings.Count(page, `"row" class="s">F`)
	changed := strings.Count(page, "<td class=\"s\">opened</td>")
	detailed := strings.Count(page, `<article aria-labelledby="failure-`)
	for _, want := range []string{
		fmt.Sprintf("%d more changes are not listed here", changes-changed),
		fmt.Sprintf("of %s more it is in the CSV and JSON forms", thousands(failures-detailed)),
		"more failures are not listed here",
		"more snapshots are not listed here",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("nothing says that %s", want)
		}
	}
	if detailed < 300 || changed < 1500 || listed < 1500 {
		t.Errorf("only %d failures are listed, %d detailed, and %d changes", listed, detailed, changed)
	}
	if rows := strings.Count(written(t, "csv", large(failures, changes)), "\r\n"); rows != failures+1 {
		t.Errorf("the CSV has %d rows", rows)
	}
}

func thousands(n int) string { return fmt.Sprintf("%d,%03d", n/1000, n%1000) }

// TestLongTextsDoNotFillTheReport holds the limit whatever the texts are.
func TestLongTextsDoNotFillTheReport(t *testing.T) {
	t.Parallel()
	for _, text := range []string{strings.Repeat(`"<&`, 2000), strings.Repeat("\u202e", 5000), strings.Repeat("\xff", 5000)} {
		r := hostile(text)
		for len(r.Failures) < 2000 {
			r.Failures = append(r.Failures, r.Failures...)
			r.Changes = append(r.Changes, r.Changes...)
			r.Waivers = append(r.Waivers, r.Waivers...)
			r.Unknowns = append(r.Unknowns, r.Unknowns...)
			r.Completeness.Unread = append(r.Completeness.Unread, r.Completeness.Unread...)
		}
		if page := written(t, "html", r); len(page) > maxHTML {
			t.Errorf("with %.6q… the HTML has %d bytes", text, len(page))
		}
	}
}

// BenchmarkWrite writes the report of 90 days and 10,000 buckets.
func BenchmarkWrite(b *testing.B) {
	for _, f := range report.Formats() {
		b.Run(f.Name, func(b *testing.B) {
			r := large(2000, 5000)
			var page bytes.Buffer
			if err := report.Write(&page, f.Name, r); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := report.Write(io.Discard, f.Name, r); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(page.Len()), "bytes")
		})
	}
}
