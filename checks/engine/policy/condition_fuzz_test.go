package policy_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// fuzzedOperators are drawn upon by number.
var fuzzedOperators = []string{
	"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
	"ArnLike", "ArnNotLike", "Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null",
	"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals",
	"DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThanEquals",
}

// FuzzConditions holds one condition on a known key against the plain evaluator:
// what is granted for certain, that grants for certain too. Refusals are replayed by
// it in any case.
func FuzzConditions(f *testing.F) {
	for i := range fuzzedOperators {
		for _, c := range conditionCases {
			var values any
			if err := json.Unmarshal([]byte(c.values), &values); err != nil {
				f.Fatal(err)
			}
			if text, single := values.(string); single {
				f.Add(uint8(i), text, c.known, i%2 == 0)
			}
		}
	}
	f.Fuzz(func(t *testing.T, operator uint8, wanted, value string, list bool) {
		if !utf8.ValidString(wanted) || !utf8.ValidString(value) {
			return
		}
		key := "test:key"
		if list {
			key = "aws:TagKeys"
		}
		q := ask(roleARN, "s3:GetObject")
		q.Context = map[string][]string{"aws:username": {"alice"}, key: {value}}
		name := fuzzedOperators[int(operator)%len(fuzzedOperators)]
		conditional := policy.Statement{
			Effect: policy.Allow, Principals: []policy.Principal{{Kind: "*", Value: "*"}}, Actions: []string{"*"}, Resources: []string{"*"},
			Conditions: []policy.Condition{{Operator: name, Key: key, Values: []string{wanted}}},
		}
		denying, all := conditional, conditional
		denying.Effect, all.Conditions = policy.Deny, nil
		for _, statements := range [][]policy.Statement{{conditional}, {all, denying}} {
			d := &policy.Document{Kind: policy.Resource, Version: policy.Version2012, Statements: statements}
			l := policy.Layers{Bucket: d.Compile()}
			a := mustDecide(t, q, l)
			single := replay(q, l, roleARN, "arn:aws:s3:::foo/z", q.Context)
			if a.Kind == policy.Granted && single != policy.SingleAllowed || strings.Contains(a.Reason, "disagree") {
				t.Errorf("%s of %q on %q: %s, but %v", name, wanted, value, asJSON(t, a), single)
			}
		}
	})
}
