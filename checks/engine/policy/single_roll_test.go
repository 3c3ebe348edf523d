package policy

import (
	"fmt"
	"slices"
	"testing"
)

// TestSingleManySessions names so many sessions of a role that rolls are made of
// their names. What is said of one of them decides, as it does among few.
func TestSingleManySessions(t *testing.T) {
	t.Parallel()
	const session = "arn:aws:sts::111122223333:assumed-role/Quilt/%d"
	named := func(from, to int) (list []Principal) {
		for n := from; n < to; n++ {
			list = append(list, Principal{Kind: "AWS", Value: fmt.Sprintf(session, n)})
		}
		return list
	}
	account := []Principal{{Kind: "AWS", Value: "111122223333"}}
	role := []Principal{{Kind: "AWS", Value: singleQuiltRole}}
	all := func(effect string, principals, not []Principal) Statement {
		return Statement{Effect: effect, Actions: []string{"*"}, Resources: []string{"*"}, Principals: principals, NotPrincipals: not}
	}
	allow := all(Allow, account, nil)
	for name, c := range map[string]struct {
		statements []Statement
		want       SingleAnswer
		who        string // of the sessions
	}{
		"allowed":               {[]Statement{allow, all(Allow, named(0, 20), nil)}, SingleAllowed, ""},
		"one is denied":         {[]Statement{allow, all(Allow, named(0, 20), nil), all(Deny, named(13, 14), nil)}, SingleDenied, fmt.Sprintf(session, 13)},
		"one other is denied":   {[]Statement{allow, all(Allow, named(0, 20), nil), all(Deny, []Principal{{Kind: "AWS", Value: "arn:aws:sts::111122223333:assumed-role/Other/13"}}, nil)}, SingleAllowed, ""},
		"the role is denied":    {[]Statement{allow, all(Deny, slices.Concat(role, named(0, 20)), nil)}, SingleDenied, ""},
		"the unnamed is denied": {[]Statement{allow, all(Deny, nil, slices.Concat(account, role, named(0, 20)))}, SingleUndetermined, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			outcome := EvaluateSingle(
				SingleRequest{Principal: singleQuiltRole, Action: "s3:GetObject", Resource: "arn:aws:s3:::data/a", ResourceAccount: singleOwnerAccount},
				SinglePolicies{Bucket: &Document{Kind: Resource, Version: Version2012, Statements: c.statements}},
			)
			if outcome.Answer != c.want || c.who != "" && outcome.Principal != c.who {
				t.Errorf("%s to %s, want %s", outcome.Answer, outcome.Principal, c.want)
			}
		})
	}
}
