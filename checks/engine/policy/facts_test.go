package policy_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// TestFactsOfRequests leaves open keys that are tied together: what no request
// carries decides nothing.
func TestFactsOfRequests(t *testing.T) {
	t.Parallel()
	const (
		everything  = `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`
		fromRange   = `{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`
		notInRange  = `{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`
		throughVpce = `{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`
		account     = "111122223333"
		session     = "arn:aws:sts::111122223333:assumed-role/Indexer/s1"
	)
	when := func(effect, condition string) string {
		return `{"Effect":"` + effect + `","Principal":"*","Action":"*","Resource":"*","Condition":` + condition + `}`
	}
	network := []string{"aws:SourceIp", "aws:SourceVpce"}
	arn := []string{"aws:PrincipalArn"}
	for name, c := range map[string]struct {
		principal    string
		bucket       string
		unknown, any []string
		context      map[string][]string
		want         policy.AnswerKind
		sentence     string
	}{
		"an endpoint and an address, both demanded": {bucket: when("Allow", throughVpce) + "," + when("Deny", notInRange), unknown: network, want: policy.Refused},
		"an address demanded of requests through an endpoint": {
			bucket: everything + "," + when("Deny", notInRange), unknown: network[:1], want: policy.Refused,
			context: map[string][]string{"AWS:SourceVpce": {"vpce-1"}},
		},
		"an endpoint demanded of requests with an address": {
			bucket: when("Allow", throughVpce), any: network[1:], want: policy.Refused,
			context: map[string][]string{"aws:SourceIp": {"203.0.113.7"}},
		},
		"what the question states stays": {
			bucket: when("Allow", throughVpce) + "," + when("Deny", notInRange), want: policy.Granted,
			context: map[string][]string{"aws:SourceIp": {"203.0.113.7"}, "aws:SourceVpce": {"vpce-1"}},
		},
		"an endpoint and an address, both hit": {
			bucket: everything + "," + when("Deny", `{"StringEquals":{"aws:SourceVpce":"vpce-1"},"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`),
			any:    network, want: policy.Granted,
		},
		"an endpoint or an address": {
			bucket: when("Allow", throughVpce) + "," + when("Allow", fromRange), unknown: network, want: policy.Conditional,
			sentence: "granted unless both aws:SourceIp is not in 203.0.113.0/24 and aws:SourceVpce is not vpce-1",
		},
		"with and without TLS": {
			bucket:  when("Allow", `{"Bool":{"aws:SecureTransport":"true"}}`) + "," + when("Allow", `{"Bool":{"aws:SecureTransport":"false"}}`),
			unknown: []string{"aws:SecureTransport"}, want: policy.Granted,
		},
		"TLS as stated, not at all": {
			bucket:  when("Allow", `{"Bool":{"aws:SecureTransport":"true"}}`) + "," + when("Allow", `{"Bool":{"aws:SecureTransport":"false"}}`),
			context: map[string][]string{"aws:SecureTransport": {}}, unknown: []string{"aws:SecureTransport"}, want: policy.Refused,
		},
		"an ARN of another account": {
			principal: account, any: arn, want: policy.Granted,
			bucket: everything + "," + when("Deny", `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::999922223333:role/evil*"}}`),
		},
		"an ARN of the account": {
			principal: account, any: arn, want: policy.Refused,
			bucket: everything + "," + when("Deny", `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/evil*"}}`),
		},
		"the ARN of a session, which no request carries": {
			principal: session, unknown: arn, want: policy.Refused,
			bucket: when("Allow", `{"ArnEquals":{"aws:PrincipalArn":"`+session+`"}}`),
		},
		"the ARN of the role": {principal: roleARN, unknown: arn, bucket: when("Allow", `{"ArnEquals":{"aws:PrincipalArn":"`+roleARN+`"}}`), want: policy.Granted},
		"the ARN of another role": {
			principal: roleARN, unknown: arn, bucket: when("Allow", `{"ArnEquals":{"aws:PrincipalArn":"`+roleARN+`2"}}`), want: policy.Refused,
		},
		"the ARN of anonymous requests": {principal: "*", any: arn, bucket: when("Allow", `{"Null":{"aws:PrincipalArn":"true"}}`), want: policy.Granted},
		"the account": {
			principal: session, unknown: []string{"aws:PrincipalAccount"}, bucket: when("Allow", `{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}`), want: policy.Granted,
		},
		"a variable with an unknown value": {
			bucket:  `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:s3:::foo/${aws:PrincipalTag/t}*"}`,
			unknown: []string{"aws:PrincipalTag/t"}, want: policy.Conditional,
		},
		"a variable that must hold for every value": {
			bucket: `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:s3:::foo/${aws:PrincipalTag/t}*"}`,
			any:    []string{"aws:PrincipalTag/t"}, want: policy.Refused,
		},
		"two unknown tags": {
			bucket:  when("Allow", `{"StringEquals":{"aws:PrincipalTag/a":"${aws:ResourceTag/a}"}}`),
			unknown: []string{"aws:PrincipalTag/a", "aws:ResourceTag/a"}, want: policy.Conditional,
		},
		"a known tag and one that fills": {
			bucket:  when("Allow", `{"StringEquals":{"aws:PrincipalTag/a":"${aws:ResourceTag/a, 'x'}"}}`),
			unknown: []string{"aws:ResourceTag/a"}, context: map[string][]string{"aws:PrincipalTag/a": {"x"}}, want: policy.Conditional,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := ask(roleARN, "s3:GetObject")
			if c.principal != "" {
				q.Principal = c.principal
			}
			q.Unknown, q.Any, q.Context = c.unknown, c.any, c.context
			a := mustDecide(t, q, policy.Layers{Bucket: bucketPolicy(t, c.bucket)})
			if a.Kind != c.want || c.sentence != "" && a.Sentence != c.sentence {
				t.Errorf("got %s, want %s %s", asJSON(t, a), c.want, c.sentence)
			}
		})
	}
}
