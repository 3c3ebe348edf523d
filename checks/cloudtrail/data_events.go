// Package cloudtrail holds the check of what CloudTrail records of a bucket.
package cloudtrail

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
	"github.com/quilt-auditor/quilt-auditor/checks/standard"
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
	Controls: slices.Concat(
		standard.FSBP(audit.Supports, "S3.22", "S3.23"),
		standard.CIS(audit.Supports, "3.8", "3.9"),
		standard.NIST(audit.Supports, "AC-2(4)", "AC-6(9)", "AU-2", "AU-3", "AU-6(3)", "AU-6(4)", "AU-10", "AU-12", "AU-14", "CA-7", "SI-4(20)", "SI-7(8)"),
		standard.PCI(audit.Supports, "10.2.1", "10.2.2", "10.3.1"),
		standard.SOC2(audit.Supports, "CC2.1", "CC7.2", "PI1.2"),
		standard.HIPAA(audit.Supports, "164.308(a)(1)(ii)(D)", "164.308(a)(6)(ii)", "164.312(b)"),
		standard.Part11(audit.Supports, "11.10(e)", "11.10(k)"),
		standard.Annex11(audit.Supports, "8.2", "9", "12.4"),
	),
	Reads:    []snapshot.Fact{snapshot.BucketPresence, snapshot.TrailList, snapshot.TrailStatuses, snapshot.TrailSelectors},
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
