package excess

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// rewriting is the policy with one Allow and the Denies, what is said of a
// servant being said of everybody.
type rewriting struct {
	statement int // the Allow in the policy
	sources   []string
	document  *policy.Document
}

func (f *finder) rewritten(allow int, s servant) *rewriting {
	d := policy.Document{Kind: policy.Resource, Version: f.Policy.Version}
	all := []policy.Principal{{Kind: "*", Value: "*"}}
	for i, statement := range f.Policy.Statements {
		switch {
		case i == allow:
			statement.Principals, statement.NotPrincipals = all, nil
		case statement.Effect == policy.Allow, slices.ContainsFunc(statement.NotPrincipals, s.is):
			continue
		case slices.ContainsFunc(statement.Principals, s.is):
			statement.Principals = all
		}
		d.Statements = append(d.Statements, statement)
	}
	r := rewriting{statement: allow, document: d.Compile()}
	for _, condition := range f.Policy.Statements[allow].Conditions {
		for _, value := range condition.Values {
			r.sources = append(r.sources, writtenOut(value)...)
		}
	}
	return &r
}

// guarded is the document with a Deny of each kind of request that a service
// does not send on behalf of the account, or that is no excess: for a resource of
// another account, for the bucket itself, with a name that there is not, and for
// the own organization.
func (r *rewriting) guarded(c *Case, account string) *policy.Document {
	var guards policy.Document
	deny := func(conditions ...policy.Condition) {
		guards.Statements = append(guards.Statements, policy.Statement{
			Effect: policy.Deny, Principals: []policy.Principal{{Kind: "*", Value: "*"}}, Actions: []string{"*"}, Resources: []string{"*"}, Conditions: conditions,
		})
	}
	if c.asksFor("aws:SourceArn") {
		deny(policy.Condition{Operator: "ArnNotLike", Key: "aws:SourceArn", Values: []string{"arn:*:*:*:" + account + ":*", "arn:*:*:*::*"}},
			policy.Condition{Operator: "Null", Key: "aws:SourceArn", Values: []string{"false"}})
		// The ARN of any other bucket does not say of which account it is.
		deny(policy.Condition{Operator: "StringEquals", Key: "aws:SourceArn", Values: []string{"arn:" + c.Partition + ":s3:::" + c.Bucket}})
		// Trails and distributions have an account, and no colon in their names
		// ("Naming requirements for CloudTrail resources").
		deny(policy.Condition{Operator: "ArnLike", Key: "aws:SourceArn", Values: []string{
			"arn:*:cloudtrail:*:*:*:*", "arn:*:cloudtrail:*::*", "arn:*:cloudfront:*:*:*:*", "arn:*:cloudfront:*::*",
		}})
	}
	if c.Organization != "" && c.asksFor("aws:SourceOrgID") {
		deny(policy.Condition{Operator: "StringEquals", Key: "aws:SourceOrgID", Values: []string{c.Organization}})
	}
	if c.Organization != "" && c.asksFor("aws:SourceOrgPaths") {
		deny(policy.Condition{Operator: "ForAnyValue:StringLike", Key: "aws:SourceOrgPaths", Values: []string{c.Organization + "/*"}})
	}
	if guards.Statements == nil {
		return r.document
	}
	places := make([]int, 0, len(r.document.Statements)+len(guards.Statements))
	for i := range r.document.Statements {
		places = append(places, i)
	}
	for i := range guards.Statements {
		places = append(places, -1-i)
	}
	guards.Kind, guards.Version = policy.Resource, r.document.Version
	return r.document.Arrange(guards.Compile(), places...)
}

// asksFor reports whether a condition of the policy asks for the key.
func (c *Case) asksFor(key string) bool {
	for i := range c.Policy.Statements {
		if slices.ContainsFunc(c.Policy.Statements[i].Conditions, func(condition policy.Condition) bool { return strings.EqualFold(condition.Key, key) }) {
			return true
		}
	}
	return false
}
