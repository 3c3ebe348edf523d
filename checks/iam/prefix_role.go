// Package iam holds the check of roles that are limited to folders of a
// bucket.
package iam

import (
	"fmt"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/standard"
)

// PrefixRoleQuiltFolder demands that a prefix role reaches its folders and the
// .quilt folder, without which its users see no packages (Quilt documentation,
// "Restrict access to bucket prefixes"). It parses policies through the cache.
func PrefixRoleQuiltFolder(policies *policy.Cache) audit.Check {
	return audit.Check{
		ID:    "iam-prefix-role-quilt-folder",
		Title: "The prefix role reaches its folders and .quilt/",
		Doc: audit.Doc{
			Why: "Package manifests lie under .quilt/: a role that cannot read them shows its users no packages. One that may not list the whole bucket gets Access Denied in the catalog's bucket tab.",
			Judges: "Asks the role's policies, its permissions boundary and the bucket policy together. On the bucket: ListBucket and ListBucketVersions, with any s3:prefix and without. " +
				"On .quilt/ and on each prefix: GetObject, GetObjectVersion, GetObjectTagging and GetObjectVersionTagging, and for read_write also PutObject, PutObjectTagging and DeleteObject. " +
				"Fails when one is refused, or when there is no such role. DeleteObjectVersion and RestoreObject are reported and decide nothing. " +
				"Session policies, SCPs and RCPs are not part of it.",
			Fix: "Change the role's policy in Quilt's admin panel if the role is managed there; otherwise apply the changed inline policy. Where the bucket policy refuses, mend that first.",
			Sources: []string{
				"https://docs.quilt.bio/advanced/s3-prefix-permissions",
				"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
			},
		},
		Severity: audit.Medium,
		Controls: slices.Concat(
			standard.NIST(audit.Informative, "AC-3", "AC-6", "CM-6"),
			standard.PCI(audit.Informative, "7.2.1", "7.2.2"),
			standard.SOC2(audit.Informative, "CC6.3"),
			standard.HIPAA(audit.Informative, "164.308(a)(4)"),
			standard.Part11(audit.Informative, "11.10(d)", "11.10(g)"),
		),
		Reads: []snapshot.Fact{
			snapshot.CallerIdentity, snapshot.BucketListing, snapshot.RoleDetails, snapshot.RolePolicies, snapshot.BucketPolicy, snapshot.BucketPolicyStatus,
			snapshot.BucketPublicAccessBlock, snapshot.AccountPublicAccessBlock, snapshot.OrganizationID,
		},
		Subjects: prefixRoles,
		Eval: func(s *snapshot.Snapshot, subject audit.Subject) audit.Verdict {
			return prefixRole(s, subject, policies)
		},
	}
}

func prefixRoles(s *snapshot.Snapshot) []audit.Subject {
	subjects := make([]audit.Subject, 0, len(s.Scope.PrefixRoles))
	for _, r := range s.Scope.PrefixRoles {
		subjects = append(subjects, audit.Subject{AccountID: r.AccountID, Resource: r.RoleARN, Key: r.Bucket})
	}
	return subjects
}

func prefixRole(s *snapshot.Snapshot, subject audit.Subject, policies *policy.Cache) audit.Verdict {
	declared := find(s, subject)
	bucket := s.ScopeBucket(declared.BucketAccountID, bucketARN(s, declared))
	if bucket == nil {
		return notInScope(s, declared.Bucket)
	}
	role := s.Role(declared.RoleARN)
	if role == nil {
		role = &snapshot.Role{}
	}
	if detail, err := role.Detail.Get(); err == nil && !detail.Exists {
		return absentRole(declared)
	}
	a, err := newAccess(s, declared, bucket, role, policies)
	if err != nil {
		return audit.Verdict{
			Status: audit.StatusUnknown, Reason: fmt.Sprintf("The policies cannot be understood: %s.", err), Basis: err.Error(),
			Evidence: struct {
				Error string `json:"error"`
			}{err.Error()},
		}
	}
	return a.verdict()
}

func find(s *snapshot.Snapshot, subject audit.Subject) *snapshot.PrefixRole {
	for i := range s.Scope.PrefixRoles {
		if r := &s.Scope.PrefixRoles[i]; r.RoleARN == subject.Resource && r.Bucket == subject.Key {
			return r
		}
	}
	panic("subject is no prefix role of the snapshot")
}

// bucketARN is the ARN of the prefix role's bucket, "" if it is not in scope.
func bucketARN(s *snapshot.Snapshot, r *snapshot.PrefixRole) string {
	account := s.Account(r.BucketAccountID)
	if account == nil {
		return ""
	}
	b := snapshot.ScopeBucket{Name: r.Bucket, Partition: account.Partition}
	return b.ARN()
}

func absentRole(r *snapshot.PrefixRole) audit.Verdict {
	e := struct {
		Exists bool `json:"exists"`
	}{}
	return audit.Verdict{
		Status: audit.StatusFail, Evidence: e, Basis: e,
		Reason: fmt.Sprintf("There is no role %s.", r.RoleARN),
		Remediation: &audit.Remediation{
			Kind: audit.RemedyAdvice, Summary: "Create the role in Quilt's admin panel, or correct role_arn in the configuration. Statements that name a deleted role do not come back to life with a new one.",
		},
	}
}
