package s3

import (
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/standard"
)

// BucketInventory demands that every bucket in scope exists where it was
// declared, so that a bucket that was deleted, renamed or moved is a finding
// and not silence.
var BucketInventory = audit.Check{
	ID:    "s3-bucket-inventory",
	Title: "The bucket exists in its declared account and region",
	Doc: audit.Doc{
		Why: "A bucket that is gone, or that another account has made under the same name, is lost to Quilt and would otherwise only vanish from the report. " +
			"A name that a stranger now owns must never receive Quilt's data.",
		Judges: "Passes when the bucket was listed in its account, in a region that the configuration lists. Fails when S3 says that there is no such bucket, " +
			"when another account owns it, or when it lies in another region. Unknown when that cannot be told.",
		Fix: "Correct the configuration, or create the bucket in the declared account and region. Where another account owns the name, remove the bucket from Quilt.",
		Sources: []string{
			"https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html",
			"https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html",
		},
	},
	Severity: audit.Medium,
	Controls: slices.Concat(
		standard.NIST(audit.Informative, "CM-8"),
		standard.PCI(audit.Informative, "12.5.1"),
	),
	AlwaysOn: true,
	Reads:    []snapshot.Fact{snapshot.BucketPresence},
	Subjects: buckets,
	Eval:     bucketInventory,
}

type inventoryEvidence struct {
	Presence snapshot.Presence `json:"presence"`
	Named    bool              `json:"named"` // in the configuration, as opposed to discovered
	Region   string            `json:"region,omitempty"`
	Declared []string          `json:"declared_regions,omitempty"`
}

func bucketInventory(s *snapshot.Snapshot, subject audit.Subject) audit.Verdict {
	b := s.ScopeBucket(subject.AccountID, subject.Resource)
	presence, err := b.Presence.Get()
	if err != nil {
		return cannotTell(b, err)
	}
	e := inventoryEvidence{Presence: presence, Named: b.Named, Region: b.Region, Declared: s.Account(b.AccountID).Regions}
	v := audit.Verdict{Status: audit.StatusFail, Evidence: e, Basis: e}
	var fix string
	switch presence {
	case snapshot.Present:
		v.Status = audit.StatusPass
		v.Reason = fmt.Sprintf("The bucket is in account %s, region %s.", b.AccountID, b.Region)
		return v
	case snapshot.Absent:
		v.Reason = fmt.Sprintf("There is no bucket %s: S3 answered 404 to a look at it from account %s.", b.Name, b.AccountID)
		fix = "Create the bucket in its account, or remove it from the configuration and from Quilt."
	case snapshot.Elsewhere:
		v.Reason = fmt.Sprintf("The bucket %s exists, but account %s does not own it.", b.Name, b.AccountID)
		fix = "Find out who owns the bucket. Move it to that account in the configuration, or remove it from Quilt: a stranger's bucket must not receive data."
	case snapshot.OtherRegion:
		v.Reason = fmt.Sprintf("The bucket lies in %s, which is not among the account's regions: %s.", b.Region, strings.Join(e.Declared, ", "))
		fix = fmt.Sprintf("Add %s to the account's regions if data may lie there; otherwise move the data.", b.Region)
	default:
		v.Status = audit.StatusUnknown
		v.Reason = "Where the bucket lies could not be told."
		return v
	}
	v.Remediation = &audit.Remediation{Kind: audit.RemedyAdvice, Summary: fix}
	return v
}

func cannotTell(b *snapshot.ScopeBucket, err error) audit.Verdict {
	if b.Directory() {
		e := directoryEvidence{DirectoryBucket: true}
		return audit.Verdict{
			Status: audit.StatusUnknown, Evidence: e, Basis: e,
			Reason: "Directory buckets are not among the buckets that S3 lists, and Quilt cannot index them; remove it from the configuration.",
		}
	}
	v := audit.Unreadable("The bucket", err)
	v.Reason = fmt.Sprintf("Whether the bucket is where it was declared to be cannot be told: %s.", err)
	return v
}
