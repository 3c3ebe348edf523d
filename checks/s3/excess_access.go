package s3

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/excess"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/standard"
)

// ExcessAccess demands that the bucket policy grants nobody outside of the
// owner's account more than Quilt needs: the reverse of RequiredActions. It
// parses policies through the cache.
func ExcessAccess(policies *policy.Cache) audit.Check {
	return audit.Check{
		ID:    "s3-bucket-policy-excess-access",
		Title: "The bucket policy grants nobody else anything, and Quilt no more than it needs",
		Doc: audit.Doc{
			Why: "A statement that was written too widely is not noticed while everything works: a bucket that the public can read, an account that nobody remembers, " +
				"or a role of Quilt that can replace the policy itself. Each lets data out, or be lost, by way of somebody else's mistake.",
			Judges: "Looks for every S3 action on the bucket and its objects that the bucket policy, Denies and conditions included, grants to a principal outside of the owner's account: " +
				"to everybody, to members of an organization, to each account that the policy mentions, to AWS services that act for accounts which are not in the configuration, and to origin access identities of CloudFront. " +
				"Needed are the actions of the bucket's profile by the required principals and by the roles that are limited to folders of the bucket. Passes when it is proved that nothing else is granted. " +
				"Fails with a request that is granted; how bad the failure is follows from the worst of what was found: critical for everybody, high for everybody who meets a condition, such as coming from a network, and " +
				"for accounts that are not in the configuration, high also for actions that administrate (policy, ACLs, ownership, deletion and configuration of the bucket), medium for all accounts of the own organization, " +
				"low for other actions beyond the profile and for services that nothing ties to accounts of the configuration or to the own organization, informational where the account as a whole is granted what only some of its principals need. " +
				"While RestrictPublicBuckets voids what a public policy grants, at most medium, but for services, which it lets pass. Unknown when the policy cannot be read or understood and might grant more, also when it tells accounts apart in more ways than are tried. Not applicable to directory buckets. " +
				"Where control.principals is empty, all principals of the control account are meant to have access, so that a grant to the account is none too many. " +
				"A source of a service counts as one of the configuration if its account is, which the ARN of a bucket does not tell. ACLs, access points, KMS keys and what the callers' own policies refuse are not part of it, nor is it which keys are granted.",
			Fix: "Narrow the statements that the finding names: remove the principals and actions, or add an action to the profile, an account to the configuration, if Quilt needs it. " +
				"A waiver for something that is wanted should carry the finding's fingerprint, so that it lapses with the next change of the policy.",
			Sources: []string{
				"https://docs.quilt.bio/advanced/crossaccount",
				"https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
				"https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
				"https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
			},
		},
		Severity: audit.High,
		Controls: slices.Concat(
			standard.FSBP(audit.Stricter, "S3.6"),
			standard.FSBP(audit.Supports, "S3.2", "S3.3"),
			standard.CIS(audit.Supports, "2.1.4"),
			standard.NIST(audit.Supports, "CA-9(1)", "CM-2", "AC-3", "AC-6", "AC-21", "SC-7"),
			standard.PCI(audit.Supports, "7.2.1", "7.2.2", "7.2.5", "7.2.6", "7.3.1", "7.3.2", "7.3.3", "10.6.3", "1.3.1", "1.4.4"),
			standard.SOC2(audit.Supports, "CC6.1", "CC6.2", "CC6.3", "CC6.6"),
			standard.HIPAA(audit.Supports, "164.308(a)(3)(i)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"),
			standard.Part11(audit.Supports, "11.10(d)", "11.10(g)"),
		),
		Reads: []snapshot.Fact{
			snapshot.BucketPolicy, snapshot.BucketPolicyStatus, snapshot.BucketPublicAccessBlock, snapshot.AccountPublicAccessBlock,
			snapshot.OrganizationID,
		},
		Subjects: buckets,
		Eval: func(s *snapshot.Snapshot, subject audit.Subject) audit.Verdict {
			return excessAccess(s, subject, policies)
		},
	}
}

func excessAccess(s *snapshot.Snapshot, subject audit.Subject, policies *policy.Cache) audit.Verdict {
	if s.ScopeBucket(subject.AccountID, subject.Resource).Directory() {
		return directoryBucket("The actions that Quilt needs do not exist")
	}
	return judgeAlike(s, sharedSurpluses{}, subject, policies, func(b *snapshot.ScopeBucket, f *snapshot.Bucket) audit.Verdict {
		surplus, verdict := newSurplus(s, b, f, policies)
		if surplus == nil {
			return verdict
		}
		if surplus.document != nil {
			surplus.report = excess.Find(surplus.question(s))
		}
		return surplus.verdict(s)
	})
}

type sharedSurpluses struct{}
