package inventory

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// sortScope gives the scope the order that snapshot.Scope asks for.
func sortScope(scope *snapshot.Scope) {
	slices.SortFunc(scope.Accounts, func(a, b snapshot.Account) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(scope.Buckets, func(a, b snapshot.ScopeBucket) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Name, b.Name))
	})
}

// locate fills in the account of each prefix role's bucket, where a bucket of
// that name and of the role's partition is in scope.
func locate(declared []snapshot.PrefixRole, buckets []snapshot.ScopeBucket) []snapshot.PrefixRole {
	owner := make(map[string]string, len(buckets))
	for _, b := range buckets {
		owner[b.ARN()] = b.AccountID
	}
	roles := slices.Clone(declared)
	for i := range roles {
		roles[i].BucketAccountID = owner["arn:"+partition(roles[i].RoleARN)+":s3:::"+roles[i].Bucket]
	}
	return roles
}

// partition is the partition that an ARN names, "aws" if it names none: aws,
// aws-cn, aws-us-gov and others of that form (IAM User Guide, "Amazon
// Resource Names").
func partition(arn string) string {
	if m := partitionOf.FindStringSubmatch(arn); m != nil {
		return m[1]
	}
	return "aws"
}

var partitionOf = regexp.MustCompile(`^arn:(aws[a-z-]*):`)
