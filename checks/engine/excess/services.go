package excess

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// services looks for grants to AWS services that they can use for whichever
// account they act: nothing ties them to a source account, organization or
// resource. The engine has no callers that are services, so the policy is
// rewritten: what a service is allowed, everybody is.
func (f *finder) services() {
	for i := range f.Policy.Statements {
		s := &f.Policy.Statements[i]
		if !serves(s) {
			continue
		}
		for _, p := range s.Principals {
			if p.Kind == service {
				f.service(i, p.Value)
			}
		}
	}
}

// service is the kind of the principals that are AWS services.
const service = "Service"

// serves reports whether the statement allows a service something whichever
// account it acts for, as far as shows at a glance.
func serves(s *policy.Statement) bool {
	return s.Effect == policy.Allow && slices.ContainsFunc(s.Principals, func(p policy.Principal) bool { return p.Kind == service }) && !tied(s)
}

// servesAny reports whether some statement serves.
func (c *Case) servesAny() bool {
	for i := range c.Policy.Statements {
		if serves(&c.Policy.Statements[i]) {
			return true
		}
	}
	return false
}

// tied reports whether a condition plainly ties the statement to accounts by
// their ids.
func tied(s *policy.Statement) bool {
	return slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool {
		source := strings.EqualFold(c.Key, "aws:SourceAccount") || strings.EqualFold(c.Key, "aws:SourceArn")
		positive := slices.Contains([]string{"StringEquals", "StringLike", "ArnEquals", "ArnLike"}, c.Operator)
		return source && positive && !slices.ContainsFunc(c.Values, func(value string) bool { return accountOf(value) == "" })
	})
}

func (f *finder) service(statement int, name string) {
	layers := policy.Layers{Bucket: f.rewritten(statement, name)}
	groups := grouped(layers.Bucket)
	for i := range groups {
		g := &groups[i]
		s := policy.Search{Budget: &f.budget, Question: policy.Question{
			Principal: "*", Action: g.actions[0].Name, Bucket: f.Bucket, BucketAccount: f.Owner, Partition: f.Partition,
			UnknownByDefault: true, Context: f.serviceContext(name), Absent: []string{"aws:SourceOrgID", "aws:SourceOrgPaths", "aws:PrincipalOrg*"},
		}}
		if !g.listing {
			s.Absent = append(s.Absent, listingKeys...)
		}
		found := f.some(s, layers)
		if found.GrantedBy != nil {
			found.GrantedBy.Statement = &statement
		}
		switch found.Kind {
		case policy.Untold:
			f.doubt(name, g.actions, found)
		case policy.Exists:
			found.Witness.Principal = name
			found.Witness.Context["aws:SourceAccount"] = []string{f.stranger}
			f.add(Service, name, g.actions, found)
		}
	}
}

// serviceContext is what a service's request carries when it acts for a
// stranger.
func (f *finder) serviceContext(name string) map[string][]string {
	context := map[string][]string{}
	for key, values := range f.Context {
		context[key] = values
	}
	context["aws:PrincipalIsAWSService"] = []string{"true"}
	context["aws:PrincipalServiceName"] = []string{name}
	context["aws:SourceAccount"] = []string{f.stranger}
	context["aws:SourceArn"] = []string{"arn:" + f.Partition + ":service:region:" + f.stranger + ":resource"}
	return context
}

// rewritten is the policy with the one Allow and the Denies, what is said of
// the service being said of everybody.
func (f *finder) rewritten(allow int, name string) *policy.Document {
	d := policy.Document{Kind: policy.Resource, Version: f.Policy.Version}
	everybody := []policy.Principal{{Kind: "*", Value: "*"}}
	for i, s := range f.Policy.Statements {
		if i != allow && s.Effect == policy.Allow {
			continue
		}
		if slices.ContainsFunc(s.Principals, func(p policy.Principal) bool { return p.Kind == service && p.Value == name }) {
			s.Principals = everybody
		}
		d.Statements = append(d.Statements, s)
	}
	return d.Compile()
}
