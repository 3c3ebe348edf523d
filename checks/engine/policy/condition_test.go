package policy_test

import (
	"fmt"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// conditionCase gives what a statement with the condition does for the key
// known, absent and unknown: T it applies, F it does not, ? that cannot be told,
// C it depends on the key.
type conditionCase struct {
	operator, values string
	known            string // value of the key; several are parted by |
	want             string // for known, absent, unknown
}

var conditionCases = []conditionCase{
	{"StringEquals", `"a"`, "a", "TFC"},
	{"StringEquals", `"a"`, "A", "FFC"},
	{"StringEquals", `"a*"`, "ab", "FFC"},
	{"StringEquals", `["b","a"]`, "a", "TFC"},
	{"StringEqualsIfExists", `"a"`, "b", "FTC"},
	{"StringNotEquals", `"a"`, "a", "FTC"},
	{"StringNotEquals", `["a","b"]`, "b", "FTC"},
	{"StringNotEquals", `["a","b"]`, "c", "TTC"},
	{"StringNotEqualsIfExists", `"a"`, "a", "FTC"},
	{"StringEqualsIgnoreCase", `"aB"`, "Ab", "TFC"},
	{"StringEqualsIgnoreCase", `"é"`, "É", "?F?"},
	{"StringNotEqualsIgnoreCase", `"aB"`, "Ab", "FTC"},
	{"StringLike", `"a*"`, "ab", "TFC"},
	{"StringLike", `"a?"`, "a", "FFC"},
	{"StringLike", `"*"`, "x", "TFC"},
	{"StringLikeIfExists", `"*"`, "x", "TTT"},
	{"StringNotLike", `"a*"`, "ab", "FTC"},
	{"StringNotLike", `"*"`, "ab", "FTC"},
	{"StringLike", `"?"`, "é", "?FC"},
	{"StringLike", `"${*}"`, "*", "TFC"},
	{"StringLike", `"${*}"`, "x", "FFC"},
	{"StringEquals", `"${aws:username}"`, "alice", "TFC"},
	{"StringEquals", `"${aws:UserName}"`, "bob", "FFC"},
	{"StringLike", `"${aws:username}-*"`, "alice-1", "TFC"},
	{"StringEquals", `"${aws:userid}"`, "x", "FFF"}, // no value: matches nothing
	{"StringNotEquals", `"${aws:userid}"`, "x", "TTT"},
	{"StringEquals", `"${aws:userid, 'x'}"`, "x", "TFC"},
	{"ArnLike", `"arn:aws:sns:*:*:t"`, "arn:aws:sns:r:1:t", "TFC"},
	{"ArnEquals", `"arn:aws:sns:*:*:t"`, "arn:aws:sns:r:1:t", "TFC"},
	{"ArnLike", `"arn:*:t"`, "arn:aws:sns:r:1:t", "???"},
	{"ArnLike", `"arn:aws:s*:1:t"`, "arn:aws:sns:r:1:t", "???"},
	{"ArnLike", `"arn:aws:sns:r:1:*"`, "arn:aws:sns:r:1:t:u/v", "TFC"},
	{"ArnLike", `"arn:aws:sns:r:1:t"`, "t", "FFC"},
	{"ArnNotLike", `"arn:aws:sns:r:1:t"`, "t", "?TC"},
	{"ArnNotEquals", `"arn:aws:sns:r:1:t"`, "arn:aws:sns:r:1:t", "FTC"},
	{"ArnNotEquals", `"arn:aws:sns:r:1:t"`, "arn:aws:sns:r:2:t", "TTC"},
	{"Bool", `true`, "TRUE", "TFC"},
	{"Bool", `"false"`, "true", "FFC"},
	{"Bool", `["true","false"]`, "true", "TFC"},
	{"Bool", `"yes"`, "true", "???"},
	{"Bool", `"true"`, "yes", "?FC"},
	{"BoolIfExists", `"false"`, "true", "FTC"},
	{"Null", `"true"`, "x", "FTC"},
	{"Null", `"false"`, "x", "TFC"},
	{"Null", `["true","false"]`, "x", "TTT"},
	// "Null dataset, such as an empty string"; Null: "the key exists and its value is not null".
	{"Null", `"true"`, "", "?TC"},
	{"Null", `"false"`, "", "?FC"},
	{"Null", `["true","false"]`, "", "TTT"},
	{"ForAllValues:StringEquals", `"a"`, "", "?TC"},
	{"ForAllValues:StringEquals", `"a"`, "|b", "FTC"},
	{"ForAllValues:StringEquals", `""`, "", "TTC"},
	{"ForAllValues:StringLike", `"*"`, "", "TTT"},
	{"ForAllValues:StringNotEquals", `""`, "", "?T?"},
	// "For no matching key or a null dataset, the condition returns false."
	{"ForAnyValue:StringEquals", `""`, "", "?F?"},
	{"ForAnyValue:StringEquals", `"a"`, "", "FFC"},
	{"ForAnyValue:StringEquals", `["","a"]`, "|a", "TFC"},
	{"ForAnyValue:StringEqualsIfExists", `"a"`, "", "??C"},
	{"NumericEquals", `10`, "10.0", "TFC"},
	{"NumericNotEquals", `10`, "10.0", "FTC"},
	{"NumericLessThan", `10`, "9.999999999999999999", "TFC"},
	{"NumericLessThan", `"10"`, "10", "FFC"},
	{"NumericLessThanEquals", `10`, "10", "TFC"},
	{"NumericGreaterThan", `-1.5`, "-1.4", "TFC"},
	{"NumericGreaterThan", `-1.5`, "-1.6", "FFC"},
	{"NumericGreaterThanEquals", `0`, "-0", "TFC"},
	{"NumericEquals", `1e1`, "10", "???"},
	{"NumericEquals", `10`, "10abc", "?FC"},
	{"NumericLessThanIfExists", `10`, "11", "FTC"},
	{"DateEquals", `"2026-01-01T00:00:00Z"`, "1767225600", "TFC"},
	{"DateLessThan", `"2026-01-01"`, "2025-12-31T23:59:59.5Z", "TFC"},
	{"DateGreaterThan", `"2026-01-01T00:00:00+01:00"`, "2025-12-31T23:00:00Z", "FFC"},
	{"DateGreaterThanEquals", `"2026-01-01T00:00:00+01:00"`, "2025-12-31T23:00:00Z", "TFC"},
	{"DateLessThanEquals", `1767225600`, "2026-01-01T00:00Z", "TFC"},
	{"DateNotEquals", `"2026-01"`, "2026-01-01", "FTC"},
	{"DateEquals", `"2026"`, "2026-01-01", "???"},
	{"IpAddress", `"10.0.0.0/8"`, "10.255.255.255", "TFC"},
	{"IpAddress", `"10.0.0.0/8"`, "11.0.0.0", "FFC"},
	{"IpAddress", `"10.0.0.1"`, "10.0.0.1", "TFC"},
	{"IpAddress", `["10.0.0.0/8","2001:DB8::/32"]`, "2001:0db8:0::1", "TFC"},
	{"IpAddress", `"0.0.0.0/0"`, "::1", "FFC"},
	{"NotIpAddress", `"10.0.0.0/8"`, "10.0.0.1", "FTC"},
	{"NotIpAddress", `["0.0.0.0/0","::/0"]`, "10.0.0.1", "FTC"},
	{"IpAddress", `"10.0.0.0/33"`, "10.0.0.1", "???"},
	{"IpAddress", `"10.0.0.0/8"`, "nowhere", "?FC"},
	{"IpAddressIfExists", `"10.0.0.0/8"`, "11.0.0.1", "FTC"},
	{"ForAnyValue:StringEquals", `["a","b"]`, "c|a", "TFC"},
	{"ForAnyValue:StringEquals", `["a","b"]`, "c|d", "FFC"},
	{"ForAllValues:StringEquals", `["a","b"]`, "b|a", "TTC"},
	{"ForAllValues:StringEquals", `["a","b"]`, "a|c", "FTC"},
	{"ForAllValues:StringLike", `"*"`, "a|c", "TTT"},
	{"ForAnyValue:StringNotEquals", `"a"`, "a|c", "TFC"},
	{"ForAllValues:StringNotEquals", `"a"`, "b|a", "FTC"},
	{"ForAnyValue:NumericLessThan", `5`, "7|4", "TFC"},
	{"ForAnyValue:Bool", `"true"`, "false|true", "TFC"},
	{"ForAnyValue:StringLikeIfExists", `"a*"`, "b", "F?C"},
	{"StringEquals", `"a"`, "a|b", "FFC"},
	{"StringNotEquals", `"a"`, "a|b", "?TC"},
	{"StringEquals", `[]`, "a", "???"},
	{"stringEquals", `"a"`, "a", "???"},
	{"BinaryEquals", `"YQ=="`, "YQ==", "TFC"},
	{"BinaryEquals", `["YQ==","Yg=="]`, "Yw==", "FFC"},
	{"BinaryEquals", `"a"`, "YQ==", "???"},
	{"BinaryEquals", `"YQ=="`, "a", "?FC"},
	{"BinaryEqualsIfExists", `"YQ=="`, "Yg==", "FTC"},
	{"NullIfExists", `"true"`, "a", "???"},
	{"StringEqualsIgnoreCase", `"k"`, "\u212a", "?FC"}, // the Kelvin sign
	{"StringEqualsIgnoreCase", `"k"`, "\u212b", "FFC"},
	{"ArnLike", `"*:aws:sns:r:1:t"`, "arn:aws:sns:r:1:t", "???"},
	{"ArnNotLike", `"arn:aws:sns:r:1:t"`, "x:aws:sns:r:1:t", "?TC"},
	{"Bool", `"falſe"`, "false", "???"},
	{"DateLessThan", `"2026-01-01T1:00:00Z"`, "2025-01-01", "???"},
	{"DateLessThan", `"2026-01-01T01:00:00,5Z"`, "2025-01-01", "???"},
	{"IpAddress", `"::ffff:10.0.0.0/104"`, "10.0.0.1", "???"},
	{"IpAddress", `"10.0.0.0/8"`, "::ffff:10.0.0.1", "?FC"},
	{"IpAddress", `"10.0.0.0/8"`, "::ffff:11.0.0.1", "FFC"},
	{"IpAddress", `"fe80::/10"`, "fe80::1%eth0", "?FC"},
	{"BinaryEquals", `"YR=="`, "YQ==", "???"}, // bits left over
	{"StringEqualsIfExistsIfExists", `"a"`, "a", "???"},
}

// TestConditions asks each condition in an Allow, which grants if it applies,
// and in a Deny beside a full Allow.
func TestConditions(t *testing.T) {
	t.Parallel()
	allowMeans := map[byte]policy.AnswerKind{'T': policy.Granted, 'F': policy.Refused, '?': policy.Undecided, 'C': policy.Conditional}
	denyMeans := map[byte]policy.AnswerKind{'T': policy.Refused, 'F': policy.Granted, '?': policy.Undecided, 'C': policy.Conditional}
	for _, c := range conditionCases {
		condition := fmt.Sprintf(`,"Condition":{%q:{"test:Key":%s}}`, c.operator, c.values)
		allow := statement("Allow", "Resource", `"*"`, condition)
		deny := allowEverything + "," + statement("Deny", "Resource", `"*"`, condition)
		for i, state := range []string{"known", "absent", "unknown"} {
			q := ask(roleARN, "s3:GetObject")
			q.Context = map[string][]string{"aws:username": {"alice"}}
			switch state {
			case "known":
				q.Context["TEST:key"] = splitValues(c.known)
			case "unknown":
				q.Unknown = []string{"Test:Key"}
			}
			name := fmt.Sprintf("%s %s for %s %s", c.operator, c.values, state, c.known)
			check := func(statements string, want policy.AnswerKind) {
				a := mustDecide(t, q, policy.Layers{Bucket: bucketPolicy(t, statements)})
				if a.Kind != want {
					t.Errorf("%s: got %s, want %s", name, asJSON(t, a), want)
				}
			}
			check(allow, allowMeans[c.want[i]])
			check(deny, denyMeans[c.want[i]])
		}
	}
}

// TestConditionsForEveryValue asks with the key among those for which the
// answer must hold whatever it is: granted only if the statement always applies.
func TestConditionsForEveryValue(t *testing.T) {
	t.Parallel()
	for _, c := range conditionCases {
		q := ask(roleARN, "s3:GetObject")
		q.Context = map[string][]string{"aws:username": {"alice"}}
		q.Any = []string{"test:key"}
		allow := statement("Allow", "Resource", `"*"`, fmt.Sprintf(`,"Condition":{%q:{"test:Key":%s}}`, c.operator, c.values))
		a := mustDecide(t, q, policy.Layers{Bucket: bucketPolicy(t, allow)})
		switch want := c.want[2]; {
		case want == 'T' && a.Kind != policy.Granted, want == 'C' && a.Kind != policy.Refused,
			want == '?' && a.Kind != policy.Undecided && a.Kind != policy.Refused:
			t.Errorf("%s %s: got %s", c.operator, c.values, asJSON(t, a))
		}
	}
}

func splitValues(text string) []string {
	var out []string
	start := 0
	for i := range len(text) {
		if text[i] == '|' {
			out = append(out, text[start:i])
			start = i + 1
		}
	}
	return append(out, text[start:])
}

// TestCorrelatedConditions holds that statements which complement each other on
// an unknown key grant together.
func TestCorrelatedConditions(t *testing.T) {
	t.Parallel()
	with := func(condition string) string {
		return statement("Allow", "Resource", `"*"`, `,"Condition":{`+condition+`}`)
	}
	for name, c := range map[string]struct {
		statements string
		want       policy.AnswerKind
	}{
		"like and not like":   {with(`"StringLike":{"test:k":"a*b*"}`) + "," + with(`"StringNotLike":{"test:k":"a*b*"}`), policy.Granted},
		"wider and narrower":  {with(`"StringLike":{"test:k":"a*"}`) + "," + with(`"StringNotLike":{"test:k":"ab*"}`), policy.Granted},
		"narrower and wider":  {with(`"StringLike":{"test:k":"ab*"}`) + "," + with(`"StringNotLike":{"test:k":"a*"}`), policy.Conditional},
		"less and not less":   {with(`"NumericLessThan":{"test:k":5}`) + "," + with(`"NumericGreaterThanEqualsIfExists":{"test:k":5}`), policy.Granted},
		"less and greater":    {with(`"NumericLessThan":{"test:k":5}`) + "," + with(`"NumericGreaterThanIfExists":{"test:k":5}`), policy.Conditional},
		"halves of addresses": {with(`"IpAddressIfExists":{"test:k":["0.0.0.0/1","::/0"]}`) + "," + with(`"IpAddress":{"test:k":"128.0.0.0/1"}`), policy.Granted},
		"most addresses":      {with(`"IpAddressIfExists":{"test:k":["0.0.0.0/1","::/0"]}`) + "," + with(`"IpAddress":{"test:k":"128.0.0.0/2"}`), policy.Conditional},
		"present and absent":  {with(`"Null":{"test:k":"true"}`) + "," + with(`"StringLike":{"test:k":"*"}`), policy.Granted},
		"never both":          {with(`"StringEquals":{"test:k":"a"},"StringLike":{"test:k":"b*"}`), policy.Refused},
		"two keys":            {with(`"StringEquals":{"test:k":"a"},"StringLike":{"test:l":"b*"}`), policy.Conditional},
		"case folding":        {with(`"StringEqualsIgnoreCase":{"test:k":"aB"}`) + "," + with(`"StringNotEquals":{"test:k":["ab","aB","Ab","AB"]}`), policy.Granted},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := ask(roleARN, "s3:GetObject")
			q.Unknown = []string{"test:k", "test:l"}
			if a := mustDecide(t, q, policy.Layers{Bucket: bucketPolicy(t, c.statements)}); a.Kind != c.want {
				t.Errorf("got %s, want %s", asJSON(t, a), c.want)
			}
		})
	}
}
