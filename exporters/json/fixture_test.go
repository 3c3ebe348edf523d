package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
)

var takenAt = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

var digest = "sha256:" + strings.Repeat("0123456789abcdef", 4)

// fullRun has every member of every line.
func fullRun() *audit.Run {
	finding := audit.Finding{
		ID:        audit.FindingID("s3-bucket-policy-required-actions", "arn:aws:s3:::acme-genomics-raw", ""),
		Check:     "s3-bucket-policy-required-actions",
		Title:     "The bucket policy grants what Quilt needs",
		Status:    audit.StatusFail,
		Severity:  audit.High,
		Known:     &audit.Known{Status: audit.StatusFail, Since: takenAt.Add(-time.Hour)},
		AccountID: "444455556666", Region: "us-east-1", Resource: "arn:aws:s3:::acme-genomics-raw", Subject: "",
		Reason:      "The bucket policy does not let account 111122223333 s3:GetObjectTagging: no statement allows it.",
		Fingerprint: digest,
		Evidence:    stdjson.RawMessage(`{"profile":"quilt-2024","principals":["arn:aws:iam::111122223333:root"],"missing":["s3:GetObjectTagging"],"witness":{"principal":"arn:aws:iam::111122223333:root","action":"s3:GetObjectTagging","resource":"arn:aws:s3:::acme-genomics-raw/z<&>é","context":{}},"not_considered":["SCPs"]}`),
		Remediation: &audit.Remediation{
			Kind: audit.RemedyChange, Summary: "Add the statement.",
			CLI:      "aws s3api put-bucket-policy --bucket acme-genomics-raw --policy file://policy.json",
			Document: stdjson.RawMessage(`{"Version":"2012-10-17"}`),
			Diff:     "--- a\n+++ b\n",
		},
		Controls:  []audit.Control{{Standard: "NIST SP 800-53", Version: "5", ID: "AC-3", Relation: audit.Supports}},
		FirstSeen: takenAt.Add(-time.Hour), LastSeen: takenAt, StatusSince: takenAt.Add(-time.Hour), Waived: true,
		Waiver: &audit.WaiverNote{
			Owner: "storage-team@acme.example", Reason: "The vendor cannot tag objects before the migration.",
			Ticket: "SEC-1234", Expires: audit.Date{Year: 2027, Month: time.January, Day: 31},
		},
	}
	return &audit.Run{
		Header: audit.Header{
			RunID: "0190f0e0-0000-7000-8000-000000000000", Result: audit.Partial,
			StartedAt: takenAt.Add(-time.Second), TakenAt: takenAt, EndedAt: takenAt.Add(1500 * time.Millisecond),
			ControlAccountID: "111122223333", Profile: "quilt-2024",
			Checks:       []string{"s3-bucket-policy-required-actions", "s3-object-ownership"},
			ChecksDigest: digest, ConfigDigest: digest,
			Accounts: []audit.HeaderAccount{
				{ID: "444455556666", Name: "genomics", Regions: []string{"us-east-1"}, Buckets: 12, Access: audit.AccessOK},
				{ID: "777788889999", Regions: []string{}, Access: audit.AccessDenied},
			},
			Counts: audit.Counts{Fail: 1, Unknown: 1, Waived: 1},
		},
		Unread: []audit.Unread{
			{
				AccountID: "444455556666", Region: "us-east-1", Operation: "s3:GetBucketPolicy", ErrorCode: "AccessDenied",
				MissingPermission: "s3:GetBucketPolicy", Count: 3, Examples: []string{"arn:aws:s3:::acme-imaging"},
			},
			{AccountID: "777788889999", Operation: "organizations:DescribeOrganization", ErrorCode: "Timeout", Count: 1},
		},
		Findings: []audit.Finding{finding, {
			ID:    audit.FindingID("s3-object-ownership", "arn:aws:s3:::acme-imaging", ""),
			Check: "s3-object-ownership", Title: "ACLs are off", Status: audit.StatusUnknown, Severity: audit.High,
			AccountID: "777788889999", Resource: "arn:aws:s3:::acme-imaging", Reason: "The account could not be entered.",
			Fingerprint: digest, Evidence: stdjson.RawMessage(`{}`), Controls: []audit.Control{},
			FirstSeen: takenAt, StatusSince: takenAt,
		}},
	}
}

// largeRun is a run of n findings like those of a real estate.
func largeRun(n int) *audit.Run {
	run := fullRun()
	run.Header.Counts = audit.Counts{Fail: n}
	example := run.Findings[0]
	run.Findings = make([]audit.Finding, n)
	for i := range run.Findings {
		f := example
		f.Resource = fmt.Sprintf("arn:aws:s3:::acme-%06d", i)
		f.ID = audit.FindingID(f.Check, f.Resource, f.Subject)
		run.Findings[i] = f
	}
	return run
}

func write(t testing.TB, run *audit.Run) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Write(&b, "1.2.0", run); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
