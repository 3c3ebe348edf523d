// Package s3 holds the checks of buckets: their ownership, their policies and
// whether they are where they were declared to be.
package s3

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/remedy"
	"github.com/quilt-auditor/quilt-auditor/checks/standard"
)

const bucketOwnerEnforced = "BucketOwnerEnforced"

// ObjectOwnership demands that the bucket owner owns every object: only then
// does the bucket policy speak for objects that the control account wrote
// (Amazon S3 User Guide, "Controlling ownership of objects").
var ObjectOwnership = audit.Check{
	ID:    "s3-object-ownership",
	Title: "Object Ownership is BucketOwnerEnforced",
	Doc: audit.Doc{
		Why: "With ACLs on, an object that the Quilt stack writes from the control account belongs to the control account: the data account cannot read it, " +
			"and the bucket policy grants nothing on it to anybody.",
		Judges: "Passes when the ownership controls of the bucket say BucketOwnerEnforced. Fails on any other value and when there are no ownership controls " +
			"(OwnershipControlsNotFoundError), which S3 treats as ObjectWriter. Unknown when they cannot be read. Not applicable to directory buckets, which have no ACLs.",
		Fix: "Move grants that bucket or object ACLs give into the bucket policy, then set BucketOwnerEnforced. S3 refuses the change while the bucket ACL grants others " +
			"(InvalidBucketAclWithObjectOwnership), and afterwards refuses uploads that ask for an ACL other than bucket-owner-full-control (AccessControlListNotSupported).",
		Sources: []string{
			"https://docs.quilt.bio/advanced/crossaccount",
			"https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
		},
	},
	Severity: audit.High,
	Controls: slices.Concat(
		standard.FSBP(audit.Stricter, "S3.12"),
		standard.NIST(audit.Supports, "AC-2(1)", "AC-3", "AC-3(7)", "AC-3(15)", "AC-6"),
		standard.PCI(audit.Supports, "7.2.1", "7.2.2", "7.2.5", "7.3.1", "7.3.2", "7.3.3", "8.2.7"),
		standard.SOC2(audit.Supports, "CC6.1"),
		standard.SOC2(audit.Informative, "CC6.3"),
		standard.HIPAA(audit.Supports, "164.308(a)(3)(i)"),
		standard.HIPAA(audit.Informative, "164.312(a)(1)"),
		standard.Part11(audit.Informative, "11.10(d)", "11.10(g)"),
	),
	Reads:    []snapshot.Fact{snapshot.BucketOwnership},
	Subjects: buckets,
	Eval:     objectOwnership,
}

type ownershipEvidence struct {
	// ObjectOwnership is null where the bucket has no ownership controls.
	ObjectOwnership *string `json:"object_ownership"`
}

func objectOwnership(s *snapshot.Snapshot, subject audit.Subject) audit.Verdict {
	if s.ScopeBucket(subject.AccountID, subject.Resource).Directory() {
		return directoryBucket("There is no Object Ownership")
	}
	ownership, err := facts(s, subject).Ownership.Get()
	if err != nil {
		return audit.Unreadable("The ownership controls", err)
	}
	v := audit.Verdict{Status: audit.StatusFail, Evidence: ownershipEvidence{&ownership}, Basis: ownership}
	switch ownership {
	case bucketOwnerEnforced:
		v.Status = audit.StatusPass
		v.Reason = "Object Ownership is BucketOwnerEnforced: the bucket owner owns every object."
		return v
	case "":
		v.Evidence = ownershipEvidence{}
		v.Reason = "The bucket has no ownership controls, so ACLs are on and whoever writes an object owns it."
	default:
		v.Reason = fmt.Sprintf("Object Ownership is %q instead of BucketOwnerEnforced, so ACLs are on and objects can belong to other accounts.", ownership)
	}
	v.Remediation = enforceOwnership(s.ScopeBucket(subject.AccountID, subject.Resource), ownership)
	return v
}

func enforceOwnership(b *snapshot.ScopeBucket, from string) *audit.Remediation {
	before := ""
	if from != "" {
		before = ownershipControls(from)
	}
	after := ownershipControls(bucketOwnerEnforced)
	return &audit.Remediation{
		Kind: audit.RemedyChange,
		Summary: "Move what ACLs grant into the bucket policy, then set Object Ownership to BucketOwnerEnforced. " +
			"Uploads that ask for an ACL other than bucket-owner-full-control are refused from then on.",
		CLI: remedy.Command("aws", "s3api", "put-bucket-ownership-controls", "--bucket", b.Name, "--expected-bucket-owner", b.AccountID,
			"--ownership-controls", "Rules=[{ObjectOwnership=BucketOwnerEnforced}]"),
		Document: json.RawMessage(after),
		Diff:     remedy.Diff("ownership-controls.json", before, after),
	}
}

func ownershipControls(value string) string {
	quoted, err := json.Marshal(value)
	if err != nil {
		panic(err) // a string always marshals
	}
	return fmt.Sprintf("{\n  \"Rules\": [\n    {\n      \"ObjectOwnership\": %s\n    }\n  ]\n}\n", quoted)
}
