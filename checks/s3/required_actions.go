package s3

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/standard"
)

// RequiredActions demands that the bucket's side grants Quilt every action of
// the profile on every key (Quilt documentation, "Cross-account access"). It
// parses policies through the cache.
func RequiredActions(policies *policy.Cache) audit.Check {
	return audit.Check{
		ID:    "s3-bucket-policy-required-actions",
		Title: "The bucket policy grants Quilt every required action",
		Doc: audit.Doc{
			Why: "Across accounts nothing is allowed that the bucket policy does not allow. An action that is missing, or that a Deny takes away for some keys, makes data silently " +
				"invisible, unindexed or read-only in Quilt.",
			Judges: "Passes when bucket policy and public access block are proved to grant every required principal every action of the profile: bucket actions on the bucket, object actions on " +
				"every key, or on every key below the bucket's prefixes. Fails with a request that is refused. Unknown when the answer hangs on a condition key whose value is not known (control.context " +
				"can settle it), or when something cannot be read or understood. Not applicable where the caller is in the bucket's own account, whose identity policies grant, unless a Deny hits. " +
				"Identity policies, SCPs, RCPs, endpoint and KMS policies are not part of it; the grant holds for objects that the bucket owner owns.",
			Fix: "Apply the changed policy: it adds what is missing, to a statement or as one, narrows each Deny in the way so that it spares just the principals that Quilt needs, and keeps the rest. " +
				"Where a public statement meets RestrictPublicBuckets, limit that statement to an organization or an account.",
			Sources: []string{
				"https://docs.quilt.bio/advanced/crossaccount",
				"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
				"https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
			},
		},
		Severity: audit.High,
		Controls: slices.Concat(
			standard.NIST(audit.Informative, "CM-2", "CM-6", "CP-2", "SA-9"),
			standard.SOC2(audit.Informative, "A1.2", "PI1.1"),
			standard.Part11(audit.Informative, "11.10(a)"),
		),
		Reads: []snapshot.Fact{
			snapshot.BucketPolicy, snapshot.BucketPolicyStatus, snapshot.BucketPublicAccessBlock, snapshot.AccountPublicAccessBlock,
			snapshot.OrganizationID,
		},
		Subjects: buckets,
		Eval: func(s *snapshot.Snapshot, subject audit.Subject) audit.Verdict {
			return requiredActions(s, subject, policies)
		},
	}
}

func requiredActions(s *snapshot.Snapshot, subject audit.Subject, policies *policy.Cache) audit.Verdict {
	if s.ScopeBucket(subject.AccountID, subject.Resource).Directory() {
		return directoryBucket("The actions that Quilt needs do not exist")
	}
	return judgeAlike(s, sharedGrants{}, subject, policies, func(b *snapshot.ScopeBucket, f *snapshot.Bucket) audit.Verdict {
		g, verdict := newGrant(s, b, f, policies)
		if g == nil {
			return verdict
		}
		return g.verdict(g.ask())
	})
}

type sharedGrants struct{}
