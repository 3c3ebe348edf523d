package config

import (
	"path"
	"slices"
)

func (v *validator) prefixRoles() {
	type pair struct{ role, bucket string }
	listed := map[pair]place{}
	for i, role := range v.config.PrefixRoles {
		at := place("prefix_roles").item(i)
		v.prefixRole(at, role)
		p := pair{role.RoleARN, role.Bucket}
		if first, ok := listed[p]; ok && p.role != "" && p.bucket != "" {
			v.report.broken(at, "this role and bucket are already listed on %s", v.report.where(first))
			continue
		}
		listed[p] = at
	}
}

func (v *validator) prefixRole(at place, r PrefixRole) {
	if arn := at.key("role_arn"); v.required(arn, r.RoleARN, "the ARN of the role") {
		if role, ok := v.role(arn, r.RoleARN); ok {
			v.knownAccount(arn, role.account)
		}
	}
	if bucket := at.key("bucket"); v.bucketName(bucket, r.Bucket) {
		v.knownBucket(bucket, r.Bucket)
	}
	prefixes := at.key("prefixes")
	if len(r.Prefixes) == 0 {
		v.report.broken(prefixes, "missing: at least one folder of the role, such as projects/alice/")
	}
	v.prefixes(prefixes, r.Prefixes)
	access := at.key("access")
	if v.required(access, string(r.Access), "read or read_write") && r.Access != AccessRead && r.Access != AccessReadWrite {
		v.report.broken(access, "expected read or read_write, found %q", r.Access)
	}
}

// knownAccount checks that the account of a prefix role is one that is read.
func (v *validator) knownAccount(p place, account string) {
	if account == v.config.Control.AccountID || v.report.partial("control.account_id") || v.report.partial("accounts") {
		return
	}
	if !slices.ContainsFunc(v.config.Accounts, func(a Account) bool { return a.ID == account }) {
		v.report.broken(p, "a role of account %s, which is neither the control account nor under accounts", account)
	}
}

// knownBucket checks that a bucket is named under some account, or that a
// discovery could find it. Its tags are not known here.
func (v *validator) knownBucket(p place, bucket string) {
	if v.report.partial("accounts") || slices.ContainsFunc(v.config.Accounts, func(a Account) bool { return a.mayHold(bucket) }) {
		return
	}
	v.report.broken(p, "bucket %q is neither named under accounts nor matched by a discover.include there", bucket)
}

// mayHold reports whether the account names the bucket or would discover it
// by name.
func (a Account) mayHold(bucket string) bool {
	if slices.ContainsFunc(a.Buckets, func(b Bucket) bool { return b.Name == bucket }) {
		return true
	}
	return a.Discover != nil && matchesAny(a.Discover.Include, bucket) && !matchesAny(a.Discover.Exclude, bucket)
}

// matchesAny reports whether one of the globs matches a bucket's name.
// path.Match means the same by * and ? as the globs do, since no bucket's
// name holds a slash. A glob that it does not take was reported before.
func matchesAny(globs []string, bucket string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool {
		ok, err := path.Match(glob, bucket)
		return ok && err == nil
	})
}
