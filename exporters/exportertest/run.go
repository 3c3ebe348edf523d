// Package exportertest has runs for the tests of exporters: one with all that
// a run can hold, one of an enemy of whoever reads it, and large ones.
package exportertest

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Version is the product version to export with.
const Version = "1.2.0"

// TakenAt is when the runs were taken.
func TakenAt() time.Time { return time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC) }

func digest() string { return "sha256:" + strings.Repeat("0123456789abcdef", 4) }

// The checks of the runs.
const (
	policyCheck    = "s3-bucket-policy-required-actions"
	ownershipCheck = "s3-object-ownership"
	roleCheck      = "iam-prefix-role-quilt-folder"
	accessCheck    = "sts-account-access"
)

// Full has every member of everything, and a finding for each way in which
// status, what is known and waivers go together. It is partial.
func Full() *audit.Run {
	run := &audit.Run{Header: header(), Unread: unread(), Findings: findings()}
	for i := range run.Findings {
		f := &run.Findings[i]
		f.ID = audit.FindingID(f.Check, f.Resource, f.Subject)
	}
	audit.SortFindings(run.Findings)
	run.Changes = []audit.Change{
		{Check: policyCheck, AccountID: "444455556666", Region: "us-east-1", Resource: "arn:aws:s3:::acme-genomics-raw", Kind: audit.Opened, From: audit.StatusPass, To: audit.StatusFail},
		{Check: ownershipCheck, AccountID: "444455556666", Region: "us-west-2", Resource: "arn:aws:s3:::acme-gone", Kind: audit.Removed, From: audit.StatusFail},
	}
	for i := range run.Changes {
		c := &run.Changes[i]
		c.FindingID, c.At, c.RunID = audit.FindingID(c.Check, c.Resource, c.Subject), TakenAt(), run.Header.RunID
	}
	return Tallied(run)
}

func header() audit.Header {
	return audit.Header{
		RunID: "0190f0e0-0000-7000-8000-000000000000", Result: audit.Partial,
		StartedAt: TakenAt().Add(-time.Second), TakenAt: TakenAt(), EndedAt: TakenAt().Add(1500 * time.Millisecond),
		ControlAccountID: "111122223333", Profile: "quilt-2024",
		Checks:       []string{roleCheck, policyCheck, ownershipCheck, accessCheck},
		ChecksDigest: digest(), ConfigDigest: digest(),
		Accounts: []audit.HeaderAccount{
			{ID: "444455556666", Name: "genomics", Regions: []string{"us-east-1", "us-west-2"}, Buckets: 12, Access: audit.AccessOK},
			{ID: "777788889999", Regions: []string{}, Buckets: 1, Access: audit.AccessDenied},
		},
	}
}

func unread() []audit.Unread {
	return []audit.Unread{
		{
			AccountID: "444455556666", Region: "us-east-1", Operation: "s3:GetBucketPolicy", ErrorCode: "AccessDenied",
			MissingPermission: "s3:GetBucketPolicy", Count: 3, Examples: []string{"arn:aws:s3:::acme-imaging"},
		},
		{AccountID: "777788889999", Operation: "sts:AssumeRole", ErrorCode: "Timeout", Count: 1},
	}
}

// finding is one of today, to be changed.
func finding(check, title string, severity audit.Severity, status audit.Status, resource, reason string) audit.Finding {
	f := audit.Finding{
		Check: check, Title: title, Status: status, Severity: severity, AccountID: "444455556666", Region: "us-east-1",
		Resource: resource, Reason: reason, Fingerprint: digest(), Evidence: json.RawMessage(`{}`), Controls: []audit.Control{},
		FirstSeen: TakenAt(), StatusSince: TakenAt(),
	}
	if status != audit.StatusUnknown {
		f.Known, f.LastSeen = &audit.Known{Status: status, Since: TakenAt()}, TakenAt()
	}
	return f
}
