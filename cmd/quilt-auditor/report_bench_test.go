package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/audit/sqlite"
	"github.com/quilt-auditor/quilt-auditor/checks"
)

// The estate of BenchmarkReport: 70,000 findings, and 90 days with a run each
// 15 minutes.
const (
	reportBuckets  = 10_000
	reportAccounts = 20
	reportDays     = 90
	reportRuns     = reportDays * 24 * 4
	reportDrifts   = 5_000 // runs that change something
)

// BenchmarkReport makes a report over 90 days, as a process of its own.
// Targets: 5 s, 200 MB; the HTML 5 MB.
//
//	go test -run '^$' -bench Report -benchtime 1x ./cmd/quilt-auditor
func BenchmarkReport(b *testing.B) {
	dir := b.TempDir()
	d := newDrifting(b, dir)
	file := filepath.Join(dir, "quilt-auditor.yaml")
	if err := os.WriteFile(file, []byte(strings.Replace(hourly, "0 * * * *", "*/15 * * * *", 1)), 0o600); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d changes, %.1f MB in the history", d.changes, directoryMB(b, filepath.Join(dir, "history")))
	for _, format := range reportFormats() {
		b.Run(format, func(b *testing.B) {
			out := filepath.Join(b.TempDir(), "report")
			for b.Loop() {
				c := exec.Command("measured", "report", "--config.file", file, "--since", d.first.Format(time.DateOnly), "--output", format, "--out", out)
				text, err := c.CombinedOutput()
				var peak float64
				lines := strings.Split(strings.TrimSpace(string(text)), "\n") // warnings come first
				if _, scanErr := fmt.Sscan(lines[len(lines)-1], &peak); err != nil || scanErr != nil {
					b.Fatal(err, string(text))
				}
				b.ReportMetric(peak/1024, "peak-MB")
			}
			info, err := os.Stat(out)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(info.Size())/1e6, "MB")
		})
	}
}

// measured is the program, which tells the most memory that it had, in KiB: that
// of a child as its parent sees it counts what the parent had too.
func measured() {
	code := run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Fprint(os.Stderr, rest)
		}
	}
	os.Exit(code)
}

// drifting records runs over an estate that drifts.
type drifting struct {
	b       *testing.B
	store   *sqlite.Store
	first   time.Time
	run     *audit.Run
	random  *rand.Rand
	changes int
}

func newDrifting(b *testing.B, dir string) *drifting {
	b.Helper()
	d := &drifting{b: b, random: rand.New(rand.NewPCG(1, 2)), first: time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -reportDays)}
	var err error
	if d.store, err = sqlite.Open(b.Context(), filepath.Join(dir, "history")); err != nil {
		b.Fatal(err)
	}
	d.run = d.start()
	d.record(d.run)
	for n := 1; n < reportRuns; n++ {
		d.record(d.next(n))
	}
	if err := d.store.Prune(b.Context(), time.Time{}); err != nil {
		b.Fatal(err)
	}
	if err := d.store.Close(); err != nil {
		b.Fatal(err)
	}
	return d
}

func (d *drifting) record(run *audit.Run) {
	if err := d.store.Record(d.b.Context(), run, ""); err != nil {
		d.b.Fatal(err)
	}
	d.changes += len(run.Changes)
}

// start is the first run, in which 3 of 100 findings fail and 1 is unknown.
func (d *drifting) start() *audit.Run {
	c := snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: d.first, EndedAt: d.first}
	c.Scope.ControlAccountID, c.Scope.Profile, c.Scope.Profiles = "111122223333", "quilt-2024", map[string][]string{"quilt-2024": {"s3:GetObject"}}
	s := audit.Settlement{RunID: "run-0000", Prior: audit.NewPrior(0), Checks: checks.All(), Times: audit.Times{StartedAt: d.first, EndedAt: d.first}}
	for i := range reportAccounts {
		id := fmt.Sprintf("%012d", 444400000000+i)
		c.Scope.Accounts = append(c.Scope.Accounts, snapshot.Account{
			ID: id, Name: "account-" + id, Partition: "aws", Data: true, Regions: []string{"us-east-1", "us-west-2"},
			Identity: snapshot.Got(snapshot.Identity{AccountID: id}), Listing: snapshot.Got(snapshot.Listing{}),
		})
		for j := range reportBuckets / reportAccounts {
			bucket := snapshot.ScopeBucket{AccountID: id, Name: fmt.Sprintf("acme-genomics-%02d-%04d", i, j), Partition: "aws", Region: "us-east-1", Profile: "quilt-2024"}
			c.Scope.Buckets = append(c.Scope.Buckets, bucket)
			subject := audit.Subject{AccountID: id, Region: "us-east-1", Resource: bucket.ARN()}
			for _, check := range s.Checks {
				s.Verdicts = append(s.Verdicts, d.verdict(check.ID, subject, d.status()))
			}
		}
	}
	var err error
	if s.Snapshot, err = snapshot.New(c); err != nil {
		d.b.Fatal(err)
	}
	return audit.Settle(s)
}

func (d *drifting) status() audit.Status {
	switch n := d.random.IntN(100); {
	case n < 3:
		return audit.StatusFail
	case n < 4:
		return audit.StatusUnknown
	default:
		return audit.StatusPass
	}
}

func (d *drifting) verdict(check string, s audit.Subject, status audit.Status) audit.Verdict {
	v := audit.Verdict{Check: check, Subject: s, Status: status, Reason: "Everything that is required is granted.", Evidence: map[string]string{"value": "as it should be"}, Basis: status}
	switch status {
	case audit.StatusFail:
		v.Reason = "The bucket policy does not let account 111122223333 s3:GetObjectTagging: no statement allows it."
		v.Evidence = map[string]any{
			"missing": []string{"s3:GetObjectTagging"}, "not_considered": []string{"identity policies", "SCPs", "RCPs"},
			"witness":    map[string]any{"principal": "arn:aws:iam::111122223333:root", "action": "s3:GetObjectTagging", "resource": s.Resource + "/z", "context": map[string]string{}},
			"decided_by": map[string]string{"layer": "bucket_policy", "effect": "implicit"},
		}
		document := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[%s{"Effect":"Allow"}]}`, strings.Repeat(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"`+s.Resource+`/*"},`, 10))
		v.Remediation = &audit.Remediation{Kind: audit.RemedyChange, Summary: "Allow the actions that are missing.", CLI: "aws s3api put-bucket-policy --bucket " + s.Resource, Document: json.RawMessage(document)}
	case audit.StatusUnknown:
		unread := audit.Unreadable("The bucket policy", &snapshot.ReadError{Operation: "s3:GetBucketPolicy", Code: "AccessDenied", MissingPermission: "s3:GetBucketPolicy"})
		v.Reason, v.Evidence = unread.Reason, unread.Evidence
	}
	return v
}

// next is a later run, in most of which a finding became another one.
func (d *drifting) next(n int) *audit.Run {
	run := *d.run
	at := d.first.Add(time.Duration(n) * 15 * time.Minute)
	run.Header.RunID, run.Header.StartedAt, run.Header.TakenAt, run.Header.EndedAt = fmt.Sprintf("run-%04d", n), at, at, at.Add(time.Minute)
	run.Changes, run.Delta, run.Findings = nil, audit.Delta{}, nil
	if d.random.IntN(reportRuns) > reportDrifts {
		return &run
	}
	f := &d.run.Findings[d.random.IntN(len(d.run.Findings))]
	if d.random.IntN(2) == 0 { // what fails is mended more often than the rest breaks
		for !f.Outstanding() {
			f = &d.run.Findings[d.random.IntN(len(d.run.Findings))]
		}
	}
	was := *f
	status := audit.StatusFail
	if was.OpenFailure() {
		status = audit.StatusPass
	}
	v := d.verdict(was.Check, audit.Subject{AccountID: was.AccountID, Region: was.Region, Resource: was.Resource}, status)
	evidence, err := json.Marshal(v.Evidence)
	if err != nil {
		d.b.Fatal(err)
	}
	f.Status, f.StatusSince, f.Known, f.Reason, f.Evidence, f.Remediation = status, at, &audit.Known{Status: status, Since: at}, v.Reason, evidence, v.Remediation
	kind := audit.Opened
	if status == audit.StatusPass {
		kind = audit.Resolved
	}
	c := audit.Change{
		FindingID: f.ID, Check: f.Check, AccountID: f.AccountID, Region: f.Region, Resource: f.Resource, Kind: kind, From: was.Status, To: status, At: at,
		RunID: run.Header.RunID, FirstSeen: f.FirstSeen,
	}
	if was.Known != nil {
		c.Known, c.KnownSince = was.Known.Status, was.Known.Since
	}
	row := *f
	run.Changes, run.Delta.Changes, run.Delta.Rows = []audit.Change{c}, []audit.Change{c}, audit.RowsOf(audit.Row{Finding: &row, Digest: int64(n)})
	return &run
}
