package excess

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// services looks for grants to AWS services that they can use for accounts
// that nobody declared: nothing ties them to a source account, organization or
// resource of the estate.
func (f *finder) services() {
	if !f.servesAny() {
		return
	}
	f.sources = f.outsiders(sourceKeys())
	for i := range f.Policy.Statements {
		for _, s := range f.servants(&f.Policy.Statements[i]) {
			f.serve(i, s)
		}
	}
}

// service is the kind of the principals that are AWS services.
const service = "Service"

// servant is who asks on behalf of others: a service, any service, or an origin
// access identity of CloudFront.
type servant struct{ name string }

// AnyService is whoever of AWS's services asks, as a principal of "*" lets them.
const AnyService = "services"

// identity reports whether the servant is an origin access identity.
func (s servant) identity() bool { return IsOriginAccessIdentity(s.name) }

// IsOriginAccessIdentity reports whether the principal is "a special CloudFront
// user". It belongs to an account, and its ARN does not say to which ("Restrict
// access to an Amazon S3 origin", Amazon CloudFront Developer Guide).
func IsOriginAccessIdentity(principal string) bool {
	partition, found := strings.CutPrefix(principal, "arn:")
	partition, name, ok := strings.Cut(partition, ":iam::cloudfront:user/")
	return found && ok && name != "" && !strings.Contains(partition, ":")
}

// is reports whether the principal names the servant.
func (s servant) is(p policy.Principal) bool {
	return p.Value == s.name && (p.Kind == service || p.Kind == "AWS" && s.identity())
}

// servants are those whom the statement allows something, but for such as show
// at a glance to act for declared accounts only.
func (c *Case) servants(s *policy.Statement) []servant {
	if s.Effect != policy.Allow {
		return nil
	}
	var out []servant
	for _, p := range s.Principals {
		switch {
		case p.Kind == service && !c.tied(s), p.Kind == "AWS" && IsOriginAccessIdentity(p.Value):
			out = append(out, servant{p.Value})
		case everybody(p):
			out = append(out, c.amongEverybody(s)...)
		}
	}
	if s.NotPrincipals != nil && !slices.ContainsFunc(s.NotPrincipals, everybody) {
		out = append(out, c.amongEverybody(s)...)
	}
	return out
}

// amongEverybody are the servants of a statement for everybody: any service, and
// those whom a Deny spares by name.
func (c *Case) amongEverybody(s *policy.Statement) []servant {
	var out []servant
	tied := c.tied(s)
	if !tied && c.tellsServices(s) {
		out = append(out, servant{AnyService})
	}
	spared := func(p policy.Principal) {
		one := servant{p.Value}
		if (p.Kind == service && !tied || p.Kind == "AWS" && one.identity()) && !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	for i := range c.Policy.Statements {
		if deny := &c.Policy.Statements[i]; deny.Effect != policy.Allow {
			for _, p := range deny.NotPrincipals {
				spared(p)
			}
		}
	}
	c.conditions(func(key, value string) {
		if key == "aws:principalarn" {
			spared(policy.Principal{Kind: "AWS", Value: value})
		}
	})
	return slices.DeleteFunc(out, func(one servant) bool { return slices.ContainsFunc(s.NotPrincipals, one.is) })
}

func everybody(p policy.Principal) bool { return p.Value == "*" && (p.Kind == "*" || p.Kind == "AWS") }

// servesAny reports whether some statement has servants.
func (c *Case) servesAny() bool {
	for i := range c.Policy.Statements {
		if len(c.servants(&c.Policy.Statements[i])) > 0 {
			return true
		}
	}
	return false
}

// tellsServices reports whether the statement, or some Deny, tells requests of
// services from others. Where none does, what they are granted everybody is.
func (c *Case) tellsServices(s *policy.Statement) bool {
	return asksOfServices(s) || slices.ContainsFunc(c.Policy.Statements, func(s policy.Statement) bool { return s.Effect != policy.Allow && asksOfServices(&s) })
}

func asksOfServices(s *policy.Statement) bool {
	return slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool {
		key := strings.ToLower(c.Key)
		return key == "aws:principalisawsservice" || strings.HasPrefix(key, "aws:principalservicename") || slices.ContainsFunc(serviceKeys, func(k string) bool { return strings.EqualFold(k, key) })
	})
}

// tied reports whether a condition plainly ties the statement to declared
// accounts or to the own organization.
func (c *Case) tied(s *policy.Statement) bool {
	return slices.ContainsFunc(s.Conditions, func(condition policy.Condition) bool {
		switch condition.Operator {
		case "StringEquals", "StringLike", "ArnEquals", "ArnLike":
			return !slices.ContainsFunc(condition.Values, func(value string) bool { return !c.ties(condition.Operator, condition.Key, value) })
		default:
			return false
		}
	})
}

// ties is tied for a condition with one value.
func (c *Case) ties(operator, key, value string) bool {
	switch {
	case strings.EqualFold(key, "aws:SourceAccount"):
		return isAccount(value) && c.declared(value)
	case strings.EqualFold(key, "aws:SourceArn"):
		return operator != "StringLike" && c.declared(accountOf(value)) // whose * matches colons
	case strings.EqualFold(key, "aws:SourceOrgID"):
		return c.Organization != "" && value == c.Organization
	default:
		return false
	}
}
