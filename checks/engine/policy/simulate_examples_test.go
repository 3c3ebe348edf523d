//go:build simulate

package policy_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// simExample is a smallest case of a named one, and what we say of it. The
// oracle says the opposite.
type simExample struct {
	allowed bool
	drawn   simCase
}

const (
	simLocal = 3 // of simCallers: a session in the bucket's account
	simBob   = 4 // a user there
)

// simExampleOf has a bucket policy of the current version.
func simExampleOf(allowed bool, caller int, key string, statements ...simStatement) simExample {
	request := simCase{Request: simCallers[caller]}.clone().Request
	request.Action, request.Resource = "s3:GetObject", simObjects+key
	bucket := &simDocument{Version: policy.Version2012, Statement: statements}
	return simExample{allowed, simCase{Policies: simPolicies{Identity: []simDocument{}, Bucket: bucket}, Request: request}}
}

// with puts a condition key into the request.
func (e simExample) with(key, value string) simExample {
	e.drawn.Request.Context[key] = []string{value}
	return e
}

// change does more to the policies.
func (e simExample) change(change func(*simPolicies)) simExample {
	change(&e.drawn.Policies)
	return e
}

func simAllow(resource string) simStatement {
	return simStatement{Effect: policy.Allow, Principal: simEveryone(), Action: []string{"s3:*"}, Resource: []string{resource}}
}

// when adds a condition.
func (s simStatement) when(operator, key, value string) simStatement {
	s.Condition = map[string]simKeyValues{operator: {key: {value}}}
	return s
}

// deny turns a statement over.
func (s simStatement) deny() simStatement {
	s.Effect = policy.Deny
	return s
}

// to limits a statement to a principal.
func (s simStatement) to(kind, who string) simStatement {
	s.Principal = simPrincipals{kind: {who}}
	return s
}

// simRestricted turns on RestrictPublicBuckets and asks from another account.
func simRestricted(statements ...simStatement) simExample {
	control := simAllow("*").to("AWS", control)
	return simExampleOf(false, 0, "a", append(statements, control)...).change(func(p *simPolicies) {
		p.Restrict = true
		p.Identity = []simDocument{{Version: policy.Version2012, Statement: []simStatement{
			{Effect: policy.Allow, Action: []string{"s3:*"}, Resource: []string{"*"}},
		}}}
	})
}

func simExamples() map[string]simExample {
	everything := simAllow("*")
	notPrincipal := everything.deny()
	notPrincipal.Principal, notPrincipal.NotPrincipal = nil, simPrincipals{"AWS": {data}}
	return map[string]simExample{
		"variable under version 2008-10-17": simExampleOf(false, simBob, "bob/x", simAllow(simObjects+"${aws:username}/*")).
			change(func(p *simPolicies) { p.Bucket.Version = policy.Version2008 }),
		"escape in a text without wildcards": simExampleOf(true, simLocal, "a", everything.when("StringEquals", "aws:PrincipalTag/team", "r${*}d")).
			with("aws:PrincipalTag/team", "r*d"),
		"empty value of a variable": simExampleOf(true, simLocal, "a", simAllow(simObjects+"a${aws:PrincipalTag/team}")).
			with("aws:PrincipalTag/team", ""),
		"negated operator with an unresolved variable": simExampleOf(false, simLocal, "a", everything,
			everything.deny().when("StringNotEquals", "aws:SourceVpce", "${aws:PrincipalTag/team}")).with("aws:SourceVpce", "vpce-1"),
		"NotPrincipal": simExampleOf(false, simLocal, "a", everything, notPrincipal),
		"Principal of an endpoint policy": simExampleOf(false, simLocal, "a", everything).change(func(p *simPolicies) {
			p.Endpoint = &simDocument{Version: policy.Version2012, Statement: []simStatement{everything.to("AWS", roleARN)}}
		}),
		"line break in a text":                    simExampleOf(true, simLocal, "a\nb", simAllow(simObjects+"*")),
		"character outside the basic plane":       simExampleOf(false, simLocal, "\U0001F600", simAllow(simObjects+"??")),
		"wildcard for region, account or service": simExampleOf(true, simLocal, "a", simAllow("arn:aws:s3:*:*:data-bucke?/*")),
		"ARN in another case":                     simExampleOf(false, simLocal, "a", simAllow("arn:AWS:s3:::data-bucket/*")),
		"IP addresses as text": simExampleOf(true, simLocal, "a", everything.when("IpAddress", "aws:SourceIp", "0.0.0.0/0")).
			with("aws:SourceIp", "10.0.0.1"),
		"seconds beside dates": simExampleOf(true, simLocal, "a", everything.when("DateEquals", "aws:CurrentTime", "1767225600")).
			with("aws:CurrentTime", "2026-01-01T00:00:00Z"),
		"tag in another case": simExampleOf(false, simLocal, "a", everything.when("StringEquals", "aws:PrincipalTag/Team", "red")).
			with("aws:PrincipalTag/team", "red"),
		"an identity provider as principal of a public policy": simRestricted(everything.to("Federated", "graph.facebook.com")),
		"values that limit a public policy":                    simRestricted(everything.when("StringEquals", "aws:SourceVpce", "${aws:PrincipalTag/team}")),
		"grant to a session beside a session policy": simExampleOf(true, simLocal, "a", everything.to("AWS", simCallers[simLocal].Principal)).
			change(func(p *simPolicies) {
				p.Session = &simDocument{Version: policy.Version2012, Statement: []simStatement{
					{Effect: policy.Allow, Action: []string{"s3:ListBucket"}, Resource: []string{"*"}},
				}}
			}),
	}
}

// TestSimulateNamedCases shows each named case by an example, so that none
// outlives its fault in the oracle, and none is there for nothing.
func TestSimulateNamedCases(t *testing.T) {
	t.Parallel()
	c := &simComparison{oracle: startOracle(t)}
	examples := simExamples()
	for _, named := range simNamedCases {
		example, found := examples[named.name]
		if !found {
			t.Errorf("%q has no example", named.name)
			continue
		}
		layers := example.drawn.Policies.layers(t, false)
		ours := policy.EvaluateSingle(example.drawn.Request.single(), singlePolicies(layers)).Answer
		if want := map[bool]policy.SingleAnswer{true: policy.SingleAllowed, false: policy.SingleDenied}[example.allowed]; ours != want {
			t.Errorf("%q: %v, want %v: %s", named.name, ours, want, example.drawn)
		}
		theirs, err := c.oracle.allows(example.drawn.Policies, example.drawn.Request)
		if err != nil {
			t.Fatal(err)
		}
		if theirs == example.allowed {
			t.Errorf("%q: the oracle is right by now: %s", named.name, example.drawn)
			continue
		}
		if by, err := c.explain(example.drawn, example.allowed); err != nil || by != named.name {
			t.Errorf("%q is explained by %q: %v", named.name, by, err)
		}
	}
}
