package s3

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
)

// Most buckets of an estate have the policy of some template, in which nothing
// but the bucket's name is their own. What S3 does with such a policy does not
// hang on the name: a pattern that is the ARN of the bucket, and what follows
// it, matches of one bucket what it matches of another. So one verdict, on a
// bucket that is called by a stand-in, is the verdict on all of them, once their
// names are put back. It is made when the second of them comes: many a policy is
// met but once.

// standIn is what a stand-in's name is made of. It may stand in no name of a
// bucket, and a policy in which it stands is not shared. It sorts behind the
// wildcards as every name does.
const standIn = "="

// likeness is all that a verdict on a bucket policy rests on, but for the name
// of the bucket and for what is the same in the whole snapshot.
type likeness struct {
	account, partition, region, profile, prefixes string
	blocked                                       bool   // by RestrictPublicBuckets
	alias                                         string // as long as the name, so that sizes are the same
	policy                                        string // with the alias for the name
}

// judgment judges the policy of a bucket.
type judgment func(*snapshot.ScopeBucket, *snapshot.Bucket) audit.Verdict

// judgeAlike is the judgment on the bucket, shared with those that it is alike.
// Of the check there is one memory for a snapshot.
func judgeAlike[Check comparable](s *snapshot.Snapshot, check Check, subject audit.Subject, policies *policy.Cache, judge judgment) audit.Verdict {
	b, f := s.ScopeBucket(subject.AccountID, subject.Resource), facts(s, subject)
	l, ok := likenessOf(s, b, f)
	if !ok {
		return judge(b, f)
	}
	known := snapshot.Derived(s, check, func() *shared { return &shared{} })
	met, again := known.find(l)
	switch {
	case !again: // and perhaps never again: a policy of its own is not judged on a stand-in
		known.keep(l, likewise{})
	case !met.asked:
		met = likewise{asked: true, verdict: l.verdict(f, policies, judge)}
		known.keep(l, met)
	}
	if met.verdict == nil {
		return judge(b, f)
	}
	text, _ := f.Policy.Get() // which was read, or there is no likeness
	return met.verdict.of(b.Name, text)
}

// likenessOf is false where the bucket is to be judged by itself: something of
// it could not be read, or its name may count for something.
func likenessOf(s *snapshot.Snapshot, b *snapshot.ScopeBucket, f *snapshot.Bucket) (likeness, bool) {
	l := likeness{
		account: b.AccountID, partition: b.Partition, region: b.Region, profile: b.Profile, prefixes: strings.Join(b.Prefixes, "\x00"),
		alias: strings.Repeat(standIn, len(b.Name)),
	}
	text, err := f.Policy.Get()
	blocked, errs := quilt.Blocked(s, f)
	if err != nil || len(errs) > 0 || strings.Contains(text, standIn) || countsFor(s, b) {
		return l, false
	}
	l.blocked, l.policy = blocked, renamed(text, b.Name, l.alias)
	return l, true
}

// renamed is the policy with the alias for the name where that is the whole name
// of a bucket in an ARN of S3.
func renamed(text, name, alias string) string {
	const head = ":s3:::"
	var out strings.Builder
	out.Grow(len(text))
	for {
		before, after, found := strings.Cut(text, head+name)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		if strings.HasPrefix(after, "/") || strings.HasPrefix(after, `"`) {
			out.WriteString(head + alias)
		} else {
			out.WriteString(head + name)
		}
		text = after
	}
}

// countsFor reports whether the bucket's name may count for something beyond
// its policy, or the stand-in's be taken for something else.
func countsFor(s *snapshot.Snapshot, b *snapshot.ScopeBucket) bool {
	named := policy.Document{Statements: []policy.Statement{{Resources: []string{b.Name}}}}
	return snapshot.Derived(s, standInUsed{}, func() bool { return usesStandIn(s) }) || strings.Contains(b.Profile, standIn) ||
		slices.ContainsFunc(b.Prefixes, func(p string) bool { return p == "" || strings.Contains(p, standIn) }) ||
		slices.ContainsFunc(s.Scope.PrefixRoles, func(r snapshot.PrefixRole) bool { return r.Bucket == b.Name }) ||
		len(policy.Placeholders(&named)) > 0
}

type standInUsed struct{}

// usesStandIn reports whether what a verdict may quote has the stand-in's
// character.
func usesStandIn(s *snapshot.Snapshot) bool {
	_, err := s.Organization.Get()
	used := err != nil && strings.Contains(err.Error(), standIn) || slices.ContainsFunc(s.Scope.Principals, func(p string) bool { return strings.Contains(p, standIn) })
	for key, values := range s.Scope.Context {
		used = used || strings.Contains(key+strings.Join(values, ""), standIn)
	}
	return used
}

// verdict judges the stand-in of one bucket, whose facts are those; nil if a name
// might make a difference.
func (l *likeness) verdict(f *snapshot.Bucket, policies *policy.Cache, judge judgment) *sharedVerdict {
	if l.policy != "" {
		d, err := policies.Parse(l.policy, policy.Resource)
		if err != nil || !l.interchangeable(d) {
			return nil
		}
	}
	b := &snapshot.ScopeBucket{AccountID: l.account, Name: l.alias, Partition: l.partition, Region: l.region, Profile: l.profile}
	if l.prefixes != "" {
		b.Prefixes = strings.Split(l.prefixes, "\x00")
	}
	v := judge(b, &snapshot.Bucket{
		AccountID: l.account, ARN: b.ARN(), Region: l.region,
		Policy: snapshot.Got(l.policy), Public: f.Public, PublicAccessBlock: f.PublicAccessBlock,
	})
	basis, ok := v.Basis.(policyBasis)
	if !ok {
		return nil
	}
	evidence := encoded(v.Evidence)
	v.Evidence, v.Basis = nil, nil
	return &sharedVerdict{v, evidence, basis, l.alias}
}

// interchangeable reports whether the stand-in's name stands in the policy for
// the whole name of a bucket in an ARN of S3, and whether no other resource
// could be named or not for its name.
func (l *likeness) interchangeable(d *policy.Document) bool {
	elsewhere := func(text string) bool { return strings.Contains(text, standIn) }
	for i := range d.Statements {
		s := &d.Statements[i]
		if elsewhere(s.Sid) || slices.ContainsFunc(slices.Concat(s.Actions, s.NotActions), elsewhere) ||
			slices.ContainsFunc(slices.Concat(s.Principals, s.NotPrincipals), func(p policy.Principal) bool { return elsewhere(p.Value) }) ||
			slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool { return elsewhere(c.Key) || slices.ContainsFunc(c.Values, elsewhere) }) ||
			slices.ContainsFunc(slices.Concat(s.Resources, s.NotResources), func(r string) bool { return !l.regular(r) }) {
			return false
		}
	}
	return true
}

// regular reports whether the entry names all resources, all buckets, what is
// called alike in all buckets, the stand-in, or what is in it.
func (l *likeness) regular(resource string) bool {
	head, path, ok := strings.Cut(resource, ":s3:::")
	partition, arn := strings.CutPrefix(head, "arn:")
	if !ok || !arn || strings.ContainsAny(partition, "*?:") {
		return resource == "*"
	}
	name, key, within := strings.Cut(path, "/")
	return (name == "*" || name == l.alias) && (!within || !strings.Contains(key, standIn))
}
