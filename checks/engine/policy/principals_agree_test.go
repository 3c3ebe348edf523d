package policy_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// agreeNames are principals in every relation to the callers of
// TestPrincipalsAgree.
var agreeNames = []policy.Principal{
	{Kind: "*", Value: "*"},
	{Kind: "AWS", Value: control},
	{Kind: "AWS", Value: roleARN},
	{Kind: "AWS", Value: sessionARN},
	{Kind: "AWS", Value: userARN},
	{Kind: "AWS", Value: federatedARN},
	{Kind: "CanonicalUser", Value: "abc"},
	{Kind: "Federated", Value: "x.com"},
	{Kind: "AWS", Value: "AROAEXAMPLEEXAMPLE123"},
	{Kind: "AWS", Value: "whoever"},
	{Kind: "AWS", Value: "arn:aws:iam::111122223333:role/team/Indexer"},
}

// TestPrincipalsAgree puts one or two principals into every kind of statement of
// a bucket or endpoint policy, beside every combination of the caller's own
// policies: what the decision grants, the plain evaluator allows.
func TestPrincipalsAgree(t *testing.T) {
	t.Parallel()
	var lists [][]policy.Principal
	for i, one := range agreeNames {
		lists = append(lists, []policy.Principal{one})
		for _, other := range agreeNames[i+1:] {
			lists = append(lists, []policy.Principal{one, other})
		}
	}
	kinds := map[policy.AnswerKind]int{}
	for _, list := range lists {
		for shape := range 8 {
			for _, l := range agreeLayers(t, list, shape&1 != 0, shape&2 != 0, shape&4 != 0) {
				checkPrincipalsAgree(t, l, kinds)
			}
		}
	}
	t.Logf("%v", kinds)
	for _, kind := range []policy.AnswerKind{policy.Granted, policy.Refused, policy.Undecided} {
		if kinds[kind] == 0 {
			t.Errorf("nothing is %s", kind)
		}
	}
}

// agreeLayers has the principals in an Allow, or in a Deny beside an Allow for
// everyone.
func agreeLayers(t *testing.T, list []policy.Principal, not, deny, endpoint bool) (all []policy.Layers) {
	t.Helper()
	everyone := policy.Statement{
		Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}, Principals: []policy.Principal{{Kind: "*", Value: "*"}},
	}
	s := everyone
	s.Principals = list
	if not {
		s.Principals, s.NotPrincipals = nil, list
	}
	statements := []policy.Statement{s}
	if deny {
		statements[0].Effect = policy.Deny
		statements = append(statements, everyone)
	}
	document := func(kind policy.Kind, statements ...policy.Statement) *policy.Document {
		return (&policy.Document{Kind: kind, Version: policy.Version2012, Statements: statements}).Compile()
	}
	l := policy.Layers{Bucket: document(policy.Resource, statements...)}
	if endpoint {
		l = policy.Layers{Bucket: document(policy.Resource, everyone), Endpoint: document(policy.Endpoint, statements...)}
	}
	allow, nothing := identityPolicy(t, `{"Effect":"Allow","Action":"*","Resource":"*"}`), identityPolicy(t, "")
	asked, bounded := l, l
	asked.Identity = []*policy.Document{allow}
	bounded.Identity, bounded.Boundary = asked.Identity, nothing
	return []policy.Layers{l, asked, bounded}
}

func checkPrincipalsAgree(t *testing.T, l policy.Layers, kinds map[policy.AnswerKind]int) {
	t.Helper()
	for _, caller := range []string{roleARN, sessionARN, userARN, federatedARN, "*"} {
		for _, owner := range []string{control, data} {
			if caller == "*" && l.Identity != nil {
				continue
			}
			q := ask(caller, "s3:GetObject")
			q.BucketAccount = owner
			a := mustDecide(t, q, l)
			kinds[a.Kind]++
			if a.Kind == policy.Granted && replay(q, l, caller, "arn:aws:s3:::foo/z", nil) != policy.SingleAllowed {
				t.Errorf("%s of account %s: %s", describeCase(t, q, l), owner, asJSON(t, a))
			}
			if a.Reason != "" && a.DecidedBy == nil {
				t.Errorf("%s of account %s: %s", describeCase(t, q, l), owner, a.Reason)
			}
		}
	}
}
