// Package cloudtrail holds the check of what CloudTrail records of a bucket.
package cloudtrail

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

// DataEvents demands that the side of the bucket's owner records reads and
// writes of every key (CloudTrail User Guide, "Logging data events").
var DataEvents = audit.Check{
	ID:    "cloudtrail-data-events",
	Title: "CloudTrail records reads and writes of every object",
	Doc: audit.Doc{
		Why: "Quilt's usage analytics and its EventBridge route live on these events, and an audit trail that misses reads or keys is no audit trail. " +
			"A trail in the control account records only what the control account's own principals do.",
		Judges: "Passes when the logging trails of the bucket's account and the organization trails seen there record, together, reads and writes of every key. " +
			"Fails when some event is not recorded and shows one. A trail counts when it is logging, has no delivery error, and is homed in the bucket's region or multi-region. " +
			"Unknown when something that could not be read or understood might close the gap. Not applicable to directory buckets.",
		Fix: "Add arn:PARTITION:s3:::BUCKET/ (with the slash, without *) to the selectors of a trail in the bucket's account, for reads and writes. " +
			"put-event-selectors replaces all selectors: apply the merged document.",
		Sources: []string{
			"https://docs.quilt.bio/advanced/crossaccount",
			"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html",
			"https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html",
		},
	},
	Severity: audit.Medium,
	Controls: []audit.Control{
		{Standard: "AWS Foundational Security Best Practices", Version: "1.0.0", ID: "S3.22", Relation: audit.Supports},
		{Standard: "AWS Foundational Security Best Practices", Version: "1.0.0", ID: "S3.23", Relation: audit.Supports},
		{Standard: "CIS AWS Foundations Benchmark", Version: "5.0.0", ID: "3.8", Relation: audit.Supports},
		{Standard: "CIS AWS Foundations Benchmark", Version: "5.0.0", ID: "3.9", Relation: audit.Supports},
		{Standard: "NIST SP 800-53", Version: "Rev. 5", ID: "AU-2", Relation: audit.Supports},
		{Standard: "NIST SP 800-53", Version: "Rev. 5", ID: "AU-12", Relation: audit.Supports},
		{Standard: "PCI DSS", Version: "4.0.1", ID: "10.2.1", Relation: audit.Supports},
		{Standard: "SOC 2", Version: "2017 TSC", ID: "CC7.2", Relation: audit.Supports},
		{Standard: "HIPAA Security Rule", Version: "45 CFR 164 (2013)", ID: "164.312(b)", Relation: audit.Supports},
		{Standard: "21 CFR Part 11", Version: "1997", ID: "11.10(e)", Relation: audit.Supports},
		{Standard: "EU GMP Annex 11", Version: "2011", ID: "9", Relation: audit.Supports},
	},
	Reads:    []snapshot.Fact{snapshot.TrailList, snapshot.TrailStatuses, snapshot.TrailSelectors},
	Subjects: buckets,
	Eval:     dataEvents,
}

func buckets(s *snapshot.Snapshot) []audit.Subject {
	subjects := make([]audit.Subject, 0, len(s.Scope.Buckets))
	for i := range s.Scope.Buckets {
		b := &s.Scope.Buckets[i]
		subjects = append(subjects, audit.Subject{AccountID: b.AccountID, Region: b.Region, Resource: b.ARN()})
	}
	return subjects
}

func dataEvents(s *snapshot.Snapshot, subject audit.Subject) audit.Verdict {
	b := s.ScopeBucket(subject.AccountID, subject.Resource)
	if b.Directory() {
		e := struct {
			DirectoryBucket bool `json:"directory_bucket"`
		}{true}
		return audit.Verdict{
			Status: audit.StatusNotApplicable, Evidence: e, Basis: e,
			Reason: "A directory bucket's events are of another type, and Quilt cannot index it.",
		}
	}
	owner, caller := sideOf(s, b, b.AccountID), sideOf(s, b, s.Scope.ControlAccountID)
	e := evidenceOf(owner, caller)
	v := audit.Verdict{Status: owner.status(), Evidence: e, Basis: owner.basis()}
	switch v.Status {
	case audit.StatusPass:
		v.Reason = "Trails on the owner's side record reads and writes of every key."
	case audit.StatusUnknown:
		v.Reason = owner.doubt()
	default:
		v.Reason = owner.gap(b, caller)
		v.Remediation = remediation(b, owner)
	}
	return v
}

// status makes the verdict of its two parts: one that is refuted fails the
// whole, else one that is open leaves it unknown.
func (s *side) status() audit.Status {
	switch {
	case refuted(s.read.Level) || refuted(s.write.Level):
		return audit.StatusFail
	case s.read.Level == selector.All && s.write.Level == selector.All:
		return audit.StatusPass
	default:
		return audit.StatusUnknown
	}
}

func refuted(l selector.Level) bool { return l == selector.None || l == selector.Partial }
