//go:build simulate

package policy_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// simListing says which of the caller's names a list of principals holds.
type simListing struct{ account, role, session bool }

func (l simListing) some() bool { return l.account || l.role || l.session }
func (l simListing) all() bool  { return l.account && l.role && l.session }

func (c simCase) listed(who simPrincipals) simListing {
	var l simListing
	parts := strings.Split(c.Request.Principal, ":")
	if len(parts) < 6 {
		return l
	}
	role := ""
	if names := strings.Split(parts[5], "/"); names[0] == "assumed-role" {
		role = names[1]
	}
	for _, name := range who["AWS"] {
		switch {
		case name == parts[4], name == "arn:aws:iam::"+parts[4]+":root":
			l.account = true
		case name == c.Request.Principal:
			l.session = true
			l.role = l.role || role == ""
		case role != "" && strings.HasPrefix(name, "arn:aws:iam::"+parts[4]+":role/") && strings.HasSuffix(name, "/"+role):
			l.role = true
		}
	}
	return l
}

// rewriteNotPrincipal says whom a NotPrincipal means: nobody of those concerned
// or everyone.
func rewriteNotPrincipal(c *simCase) bool {
	changed := false
	c.Policies.statements(func(_ simLayer, s *simStatement) {
		if s.NotPrincipal == nil {
			return
		}
		l := c.listed(s.NotPrincipal)
		spared := s.NotPrincipal["*"] != nil || slices.Contains(s.NotPrincipal["AWS"], "*") || l.all()
		s.NotPrincipal, s.Principal = nil, simEveryone()
		if spared && (s.Effect == policy.Allow || c.Policies.Boundary == nil) {
			s.Principal = simPrincipals{"AWS": {"arn:aws:iam::000000000000:role/" + simUnmatched}}
		}
		changed = true
	})
	return changed
}

// rewriteEndpoint leaves out the statements of the endpoint policy that name
// others. An account there is its root user, which is none of the callers.
func rewriteEndpoint(c *simCase) bool {
	if c.Policies.Endpoint == nil {
		return false
	}
	d := c.Policies.Endpoint
	before := len(d.Statement)
	d.Statement = slices.DeleteFunc(d.Statement, func(s simStatement) bool {
		l := c.listed(s.Principal)
		return s.Principal["*"] == nil && !slices.Contains(s.Principal["AWS"], "*") && !l.role && !l.session
	})
	return len(d.Statement) < before
}

// rewriteSessionGrant leaves of identity and session policies what they deny,
// so that only the bucket policy can grant.
func rewriteSessionGrant(c *simCase) bool {
	if c.Policies.Session == nil || c.Policies.Bucket == nil || !strings.Contains(c.Request.Principal, ":"+simOwner+":") {
		return false
	}
	allows := func(s simStatement) bool { return s.Effect == policy.Allow }
	for i := range c.Policies.Identity {
		d := &c.Policies.Identity[i]
		d.Statement = slices.DeleteFunc(d.Statement, allows)
	}
	c.Policies.Session.Statement = append(slices.DeleteFunc(c.Policies.Session.Statement, allows), simStatement{
		Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"},
	})
	return true
}

// rewriteProviders lets the statements for identity providers, which none of the
// callers are, grant no action to everyone.
func rewriteProviders(c *simCase) bool {
	changed := false
	c.Policies.statements(func(_ simLayer, s *simStatement) {
		if s.Effect == policy.Allow && s.Principal["Federated"] != nil {
			s.Principal, s.Action, s.NotAction = simEveryone(), []string{"s3:" + simUnmatched}, nil
			changed = true
		}
	})
	return changed
}

// rewriteLimits gives values that are not fixed an operator that the oracle does
// not take for a limit, and fixed values one that it does.
func rewriteLimits(c *simCase) bool {
	changed := false
	c.Policies.statements(func(l simLayer, s *simStatement) {
		if l.kind != policy.Resource || s.Effect != policy.Allow {
			return
		}
		for operator, keys := range maps.Clone(s.Condition) {
			for key, values := range maps.Clone(keys) {
				loose := slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "*?") || strings.Contains(v, "${") })
				switch {
				case loose && slices.Contains(s.Condition["Null"][key], "true") && operator != "Null" && !strings.Contains(operator, "IfExists"):
					s.Action, s.NotAction = []string{"s3:" + simUnmatched}, nil // it never applies
					delete(s.Condition[operator], key)
				case !loose && (operator == "ArnLike" || operator == "StringLike"):
					s.moveTest(operator, strings.Replace(operator, "Like", "Equals", 1), key)
				case !loose && fixesOneValue(operator, key):
					s.moveTest(operator, strings.NewReplacer("ForAnyValue:", "", "Like", "Equals").Replace(operator), key)
				case loose && !strings.HasSuffix(operator, "IfExists") && !strings.HasPrefix(operator, "ForAllValues:") && operator != "Null" &&
					!strings.Contains(operator, "Not") && s.Condition["Null"][key] == nil:
					s.moveTest(operator, strings.TrimPrefix(operator, "ForAnyValue:")+"IfExists", key)
					s.addTest("Null", key, "false")
				default:
					continue
				}
				changed = true
			}
		}
	})
	return changed
}

// fixesOneValue reports whether ForAnyValue is put before an operator that limits
// a key of one value, for which it changes nothing.
func fixesOneValue(operator, key string) bool {
	multi := slices.ContainsFunc(simMultiValued, func(name string) bool { return strings.EqualFold(name, key) })
	return !multi && slices.Contains([]string{
		"ForAnyValue:StringLike", "ForAnyValue:StringEqualsIgnoreCase", "ForAnyValue:ArnLike", "ForAnyValue:ArnEquals", "ForAnyValue:IpAddress",
	}, operator)
}

// moveTest gives a condition another operator. One that has the key already
// keeps both.
func (s *simStatement) moveTest(from, to, key string) {
	if s.Condition[to][key] != nil {
		return
	}
	s.addTest(to, key, s.Condition[from][key]...)
	delete(s.Condition[from], key)
}

func (s *simStatement) addTest(operator, key string, values ...string) {
	if s.Condition[operator] == nil {
		s.Condition[operator] = simKeyValues{}
	}
	s.Condition[operator][key] = values
}
