package policy_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// TestSentences holds what conditional answers say of one or more unknown keys.
// Allow statements carry the condition, Deny statements stand beside a full
// Allow.
func TestSentences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ allow, deny, deny2, want string }{
		{allow: `"StringEquals":{"aws:SourceVpce":"vpce-1"}`, want: "granted if and only if aws:SourceVpce is vpce-1"},
		{allow: `"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}`, want: "granted if and only if aws:SourceVpce is vpce-1 or vpce-2"},
		{allow: `"StringLike":{"aws:SourceVpce":["vpce-1","vpce-2*"]}`, want: "granted if and only if aws:SourceVpce is vpce-1 or is like vpce-2*"},
		{allow: `"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}`, want: "granted if and only if aws:SourceVpce is vpce-1 or is absent"},
		{allow: `"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`, want: "granted unless aws:SourceVpce is vpce-1"},
		{allow: `"Null":{"aws:SourceVpce":"true"}`, want: "granted if and only if aws:SourceVpce is absent"},
		{allow: `"Null":{"aws:SourceVpce":"false"}`, want: "granted if and only if aws:SourceVpce is present"},
		{allow: `"StringLike":{"aws:SourceVpce":"*"}`, want: "granted if and only if aws:SourceVpce is like *"},
		{allow: `"StringEqualsIgnoreCase":{"aws:UserAgent":"a b"}`, want: `granted if and only if aws:UserAgent is, in any case, "a b"`},
		{deny: `"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`, want: "granted if and only if aws:SourceVpce is vpce-1"},
		{deny: `"StringNotEqualsIfExists":{"aws:SourceVpce":"vpce-1"}`, want: "granted if and only if aws:SourceVpce is vpce-1"},
		{deny: `"IpAddress":{"aws:SourceIp":["10.0.0.0/8","10.1.0.0/16"]}`, want: "granted unless aws:SourceIp is in 10.0.0.0/8"},
		{deny: `"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32"]}`, want: "granted if and only if aws:SourceIp is in 203.0.113.0/24 or 2001:db8::/32"},
		{allow: `"NumericLessThanEquals":{"s3:max-keys":"10"}`, want: "granted if and only if s3:max-keys is at most 10"},
		{allow: `"NumericLessThan":{"s3:max-keys":"10"},"NumericGreaterThan":{"s3:max-keys":"5"}`, want: "granted if and only if s3:max-keys is less than 10 and is more than 5"},
		{allow: `"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T00:00:00Z"}`, want: "granted if and only if aws:TokenIssueTime is before 2026-01-01T00:00:00Z"},
		{allow: `"Bool":{"aws:MultiFactorAuthPresent":"true"}`, want: "granted if and only if aws:MultiFactorAuthPresent is true"},
		{deny: `"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}`, want: "granted if and only if aws:MultiFactorAuthPresent is true"},
		{deny: `"Bool":{"aws:MultiFactorAuthPresent":"false"}`, want: "granted unless aws:MultiFactorAuthPresent is false"},
		{allow: `"StringEquals":{"aws:UserAgent":"a"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, want: "granted if and only if aws:SourceIp is in 10.0.0.0/8 and aws:UserAgent is a"},
		{deny: `"StringEquals":{"aws:UserAgent":"a"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, want: "granted unless both aws:SourceIp is in 10.0.0.0/8 and aws:UserAgent is a"},
		{deny: `"StringEquals":{"aws:SourceVpce":"a"}`, deny2: `"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, want: "granted if and only if aws:SourceIp is not in 10.0.0.0/8 and aws:SourceVpce is not a"},
		{
			deny: `"StringNotEquals":{"aws:SourceVpce":"a"},"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}`,
			want: "granted unless both (aws:SourceIp is not in 10.0.0.0/8 or 192.0.2.0/24) and aws:SourceVpce is not a",
		},
		{
			deny: `"StringEquals":{"aws:UserAgent":"a","aws:Referer":"b"},"Bool":{"aws:SecureTransport":"true"}`,
			want: "granted unless aws:Referer is b and aws:SecureTransport is true and aws:UserAgent is a",
		},
		{deny: `"StringLike":{"aws:SourceVpce":"a*"},"StringNotLike":{"aws:SourceVpce":"ab*"}`, want: "granted unless aws:SourceVpce is like a* but not like ab*"},
		{deny: `"BinaryEquals":{"test:k":"YQ=="}`, want: "granted unless test:k is YQ=="},
		{allow: `"StringLike":{"aws:SourceVpce":"${aws:PrincipalOrgID}-*"}`, want: "granted if and only if aws:SourceVpce is like o-1-*"},
		{allow: `"ForAnyValue:StringEquals":{"aws:TagKeys":"a"}`, want: ""},
	} {
		statements := allowEverything
		if c.allow != "" {
			statements = statement("Allow", "Resource", `"*"`, `,"Condition":{`+c.allow+`}`)
		}
		for _, deny := range []string{c.deny, c.deny2} {
			if deny != "" {
				statements += "," + statement("Deny", "Resource", `"*"`, `,"Condition":{`+deny+`}`)
			}
		}
		q := ask(roleARN, "s3:ListBucket")
		q.UnknownByDefault = true
		q.Context = map[string][]string{"aws:PrincipalOrgID": {"o-1"}}
		a := mustDecide(t, q, policy.Layers{Bucket: bucketPolicy(t, statements)})
		if a.Kind != policy.Conditional || a.Sentence != c.want {
			t.Errorf("allow {%s} deny {%s} {%s}:\n got %s: %s\nwant %s", c.allow, c.deny, c.deny2, a.Kind, a.Sentence, c.want)
		}
	}
}

// TestCasesAreDescribedHonestly holds the table behind a sentence.
func TestCasesAreDescribedHonestly(t *testing.T) {
	t.Parallel()
	q := ask(roleARN, "s3:GetObject")
	q.Unknown = []string{"aws:SourceVpce"}
	a := mustDecide(t, q, policy.Layers{Bucket: bucketPolicy(t,
		statement("Allow", "Resource", `"*"`, `,"Condition":{"StringLike":{"aws:SourceVpce":["a*","b"]}}`)+","+
			statement("Deny", "Resource", `"*"`, `,"Condition":{"StringEquals":{"aws:SourceVpce":"ab"}}`))})
	const want = `[{"classes":[{"key":"aws:SourceVpce","any_of":[{"absent":true},{"fails":[{"how":"like","value":"a*"},{"how":"equals","value":"b"},{"how":"equals","value":"ab"}]}]}],"answer":"refused"},` +
		`{"classes":[{"key":"aws:SourceVpce","any_of":[{"matches":[{"how":"like","value":"a*"}],"fails":[{"how":"equals","value":"ab"}]},{"matches":[{"how":"equals","value":"b"}]}]}],"answer":"granted"},` +
		`{"classes":[{"key":"aws:SourceVpce","any_of":[{"matches":[{"how":"equals","value":"ab"}]}]}],"answer":"refused"}]`
	if got := asJSON(t, a.When); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if a.Sentence != "granted if and only if aws:SourceVpce is like a* but not ab or is b" {
		t.Errorf("sentence: %s", a.Sentence)
	}
}
