package policy_test

import (
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// rule is one thing that AWS documents of the policy language, shown on a
// question. Zero fields are a role of another account that asks for
// s3:GetObject on every key, under a bucket policy of the current version.
type rule struct {
	says      string
	principal string
	action    string
	keys      policy.Keys
	context   map[string][]string
	unknown   []string
	version   string
	bucket    string // statements
	document  string // the bucket policy as a whole, instead
	want      policy.AnswerKind
	witness   string // of the witness, its key, if one is expected
}

func checkRules(t *testing.T, rules []rule) {
	t.Helper()
	for _, r := range rules {
		t.Run(r.says, func(t *testing.T) {
			t.Parallel()
			q := ask(roleARN, "s3:GetObject")
			q.Keys, q.Context, q.Unknown = r.keys, r.context, r.unknown
			if r.principal != "" {
				q.Principal = r.principal
			}
			if r.action != "" {
				q.Action = r.action
			}
			text := r.document
			if text == "" {
				version := r.version
				if version == "" {
					version = policy.Version2012
				}
				text = `{"Version":"` + version + `","Statement":[` + r.bucket + `]}`
			}
			a := mustDecide(t, q, policy.Layers{Bucket: mustParse(t, text, policy.Resource)})
			if a.Kind != r.want {
				t.Fatalf("got %s", asJSON(t, a))
			}
			if _, key, _ := strings.Cut(witnessResource(a), "/"); r.witness != "" && key != r.witness {
				t.Errorf("the witness is %q, want the key %q", witnessResource(a), r.witness)
			}
		})
	}
}

func witnessResource(a policy.Answer) string {
	if a.Witness == nil {
		return ""
	}
	return a.Witness.Resource
}

// to is a statement for the role; more are further elements.
func to(effect, action, resource string, more ...string) string {
	return `{"Effect":"` + effect + `","Principal":{"AWS":"` + roleARN + `"},"Action":` + action + `,"Resource":` + resource + strings.Join(append([]string{""}, more...), ",") + `}`
}

const (
	getObject  = `"s3:GetObject"`
	everyKey   = `"arn:aws:s3:::foo/*"`
	allowRole  = `{"Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":"s3:*","Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"]}`
	fromSomeIP = `"Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`
)

// TestGrammarRules goes through documents, statements, actions and resources
// (IAM User Guide, "Grammar of the IAM JSON policy language" and following).
func TestGrammarRules(t *testing.T) {
	t.Parallel()
	checkRules(t, []rule{
		{says: "1: one statement needs no list", document: `{"Version":"2012-10-17","Statement":` + allowRole + `}`, want: policy.Granted},
		{says: "1: a document without Version is of 2008, without variables", document: `{"Statement":[` + to("Allow", getObject, `"arn:aws:s3:::foo/${*}"`) + `]}`, want: policy.Refused},
		{says: "2: every list may be a single string", bucket: to("Allow", getObject, everyKey), want: policy.Granted},
		{
			says: "2: numbers and booleans need no quotes", bucket: to("Allow", getObject, everyKey, `"Condition":{"Bool":{"aws:SecureTransport":true}}`),
			context: map[string][]string{"aws:SecureTransport": {"true"}}, want: policy.Granted,
		},
		{says: "3: a policy of Latin-1 has a character that it does not name", bucket: to("Allow", getObject, `"arn:aws:s3:::foo/[é-ü]*"`), want: policy.Refused},
		{says: "4: actions have no case", bucket: to("Allow", `"S3:gETobject"`, everyKey), want: policy.Granted},
		{says: "4: * and ? in the name of an action are wildcards", bucket: to("Allow", `"s3:?et*Object"`, everyKey), want: policy.Granted},
		{says: "4: * alone is every action", bucket: to("Allow", `"*"`, everyKey), want: policy.Granted},
		{says: "4: another service's actions are none of S3", bucket: to("Allow", `"ec2:*"`, everyKey), want: policy.Refused},
		{
			says: "4: NotAction is all others of all services", want: policy.Granted,
			bucket: `{"Effect":"Allow","Principal":"*","NotAction":"ec2:*","Resource":"*"}`,
		},
		{says: "5: wildcards do not reach over the first five colons", bucket: to("Allow", getObject, `"arn:aws:s3*foo/*:*"`), want: policy.Refused},
		{says: "5: wildcards stand in any part", bucket: to("Allow", getObject, `"arn:*:s?:*:*:foo/*"`), want: policy.Granted},
		{says: "5: in the last part * matches slashes and colons", bucket: to("Allow", getObject, `"arn:aws:s3:::foo*"`), keys: policy.Keys{Exact: "a/b:c//d"}, want: policy.Granted},
		{says: "5: the case of keys counts", bucket: to("Allow", getObject, `"arn:aws:s3:::foo/A*"`), keys: policy.Keys{Prefix: "a"}, want: policy.Refused, witness: "a"},
		{says: "5: all buckets are buckets and objects", action: "s3:ListBucket", bucket: to("Allow", `"s3:*"`, `"arn:aws:s3:::*"`), want: policy.Granted},
		{says: "6: a short ARN of a bucket policy matches nothing without a wildcard", bucket: to("Allow", getObject, `"arn:aws:s3"`), want: policy.Refused},
		{says: "6: a short ARN with a wildcard is of unclear meaning", bucket: to("Allow", getObject, `"arn:aws:s3:*"`), want: policy.Undecided},
		{says: "7: ? is exactly one character", bucket: to("Allow", getObject, `["arn:aws:s3:::foo/?","arn:aws:s3:::foo/??","arn:aws:s3:::foo/????*"]`), want: policy.Refused, witness: "zzz"},
		{says: "8: NotResource is everything else", bucket: `{"Effect":"Allow","Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::foo/secret/*"}`, want: policy.Refused, witness: "secret/"},
		{
			says: "8: a statement applies if all of its elements match", bucket: allowRole + "," + to("Deny", getObject, everyKey, fromSomeIP), want: policy.Granted,
			context: map[string][]string{"aws:SourceIp": {"198.51.100.1"}},
		},
	})
}

// TestPrincipalRules goes through whom a bucket policy names ("AWS JSON policy
// elements: Principal" and "NotPrincipal").
func TestPrincipalRules(t *testing.T) {
	t.Parallel()
	grant := func(principal string) string {
		return `{"Effect":"Allow","Principal":` + principal + `,"Action":"s3:*","Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"]}`
	}
	deny := func(principal string) string { return strings.Replace(grant(principal), "Allow", "Deny", 1) }
	spared := func(principals string) string {
		return grant(`"*"`) + "," + strings.Replace(deny(`{"AWS":[`+principals+`]}`), `"Principal"`, `"NotPrincipal"`, 1)
	}
	const identity = `{"AWS":"` + originIdentity + `"}`
	const root, role, session = `"arn:aws:iam::111122223333:root"`, `"` + roleARN + `"`, `"` + sessionARN + `"`
	checkRules(t, []rule{
		{says: "9: a star is everyone, without a signature too", principal: "*", bucket: grant(`"*"`), want: policy.Granted},
		{says: "9: AWS star is the same", principal: "*", bucket: grant(`{"AWS":"*"}`), want: policy.Granted},
		{says: "10: twelve digits are the account", bucket: grant(`{"AWS":"111122223333"}`), want: policy.Granted},
		{says: "10: the root ARN is the account", bucket: grant(`{"AWS":` + root + `}`), want: policy.Granted},
		{says: "10: a Deny of the account hits its roles", bucket: grant(`"*"`) + "," + deny(`{"AWS":`+root+`}`), want: policy.Refused},
		{says: "11: a role is all its sessions", principal: sessionARN, bucket: grant(`{"AWS":` + role + `}`), want: policy.Granted},
		{says: "11: a session is not the whole role", bucket: grant(`{"AWS":` + session + `}`), want: policy.Refused},
		{says: "11: the session of a role with a path does not show it", principal: sessionARN, bucket: grant(`{"AWS":"arn:aws:iam::111122223333:role/team/Indexer"}`), want: policy.Granted},
		{says: "11: the case of a user counts", principal: userARN, bucket: grant(`{"AWS":"arn:aws:iam::111122223333:user/Alice"}`), want: policy.Refused},
		{says: "11: a part of a name with a star matches nobody", bucket: grant(`{"AWS":"arn:aws:iam::111122223333:role/*"}`), want: policy.Refused},
		{says: "12: a service is none of the callers", bucket: grant(`{"Service":"s3.amazonaws.com"}`), want: policy.Refused},
		{says: "12: whose account a canonical user id is, is not known", bucket: grant(`{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`), want: policy.Undecided},
		{says: "12: an origin access identity is CloudFront, a special user of no account", bucket: grant(identity), want: policy.Refused},
		{says: "12: a Deny of one hits nobody else", bucket: grant(`"*"`) + "," + deny(identity), want: policy.Granted},
		{says: "14: NotPrincipal that lists one spares nobody else", bucket: grant(`"*"`) + "," + strings.Replace(deny(identity), `"Principal"`, `"NotPrincipal"`, 1), want: policy.Refused},
		{says: "13: the id of a deleted role matches nobody", bucket: grant(`{"AWS":"AROAEXAMPLEEXAMPLE00"}`), want: policy.Refused},
		{says: "14: NotPrincipal does not spare a role without its account", bucket: spared(role), want: policy.Refused},
		{says: "14: account and role without the session are of unclear meaning", principal: sessionARN, bucket: spared(root + "," + role), want: policy.Undecided},
		{says: "14: NotPrincipal spares a session named with its role and account", principal: sessionARN, bucket: spared(root + "," + role + "," + session), want: policy.Granted},
		{
			says: "14: NotPrincipal in an Allow is everybody else", want: policy.Granted,
			bucket: `{"Effect":"Allow","NotPrincipal":{"AWS":"999999999999"},"Action":"s3:*","Resource":["arn:aws:s3:::foo/*"]}`,
		},
	})
}

// TestVariableRules goes through policy variables ("IAM policy elements:
// Variables and tags").
func TestVariableRules(t *testing.T) {
	t.Parallel()
	own := `"arn:aws:s3:::foo/home/${aws:username}/*"`
	alice := map[string][]string{"aws:username": {"alice"}}
	checkRules(t, []rule{
		{says: "15: a variable stands for its value", bucket: to("Allow", getObject, own), keys: policy.Keys{Prefix: "home/alice/"}, context: alice, want: policy.Granted},
		{says: "15: variables need version 2012", version: policy.Version2008, bucket: to("Allow", getObject, own), keys: policy.Keys{Prefix: "home/alice/"}, context: alice, want: policy.Refused},
		{says: "15: names of variables have no case", bucket: to("Allow", getObject, `"arn:aws:s3:::foo/home/${AWS:UserName}/*"`), keys: policy.Keys{Prefix: "home/alice/"}, context: alice, want: policy.Granted},
		{says: "15: a star in a value is no wildcard", bucket: to("Allow", getObject, own), keys: policy.Keys{Prefix: "home/bob/"}, context: map[string][]string{"aws:username": {"*"}}, want: policy.Refused},
		{says: "15: the escape of a star is the character", bucket: to("Allow", getObject, `"arn:aws:s3:::foo/${*}"`), want: policy.Refused},
		{says: "15: the escape of a star matches the character", bucket: to("Allow", getObject, `"arn:aws:s3:::foo/${*}${?}${$}"`), keys: policy.Keys{Exact: "*?$"}, want: policy.Granted},
		{says: "16: a default stands in for a key that is absent", bucket: to("Allow", getObject, `"arn:aws:s3:::foo/home/${aws:username, 'nobody'}/*"`), keys: policy.Keys{Prefix: "home/nobody/"}, want: policy.Granted},
		{says: "16: a variable without a value matches nothing", bucket: to("Allow", getObject, own), keys: policy.Keys{Prefix: "home/"}, want: policy.Refused},
		{
			says: "16: in NotResource of a Deny it may mean anything", want: policy.Undecided,
			bucket: allowRole + `,{"Effect":"Deny","Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::foo/${aws:username}*"}`,
		},
		{says: "16: in a positive condition it is false", bucket: to("Allow", getObject, everyKey, `"Condition":{"StringEquals":{"aws:UserAgent":"${aws:username}"}}`), context: map[string][]string{"aws:UserAgent": {"x"}}, want: policy.Refused},
		{says: "16: in a negated condition it is true", bucket: allowRole + "," + to("Deny", getObject, everyKey, `"Condition":{"StringNotEquals":{"aws:UserAgent":"${aws:username}"}}`), context: map[string][]string{"aws:UserAgent": {"x"}}, want: policy.Refused},
	})
}

// TestConditionRules goes through conditions ("IAM JSON policy elements:
// Condition operators", "Conditions with multiple context keys or values").
func TestConditionRules(t *testing.T) {
	t.Parallel()
	when := func(condition string) string { return to("Allow", getObject, everyKey, `"Condition":{`+condition+`}`) }
	agent := func(values ...string) map[string][]string { return map[string][]string{"aws:UserAgent": values} }
	one := func(key, value string) map[string][]string { return map[string][]string{key: {value}} }
	tags := func(values ...string) map[string][]string { return map[string][]string{"aws:TagKeys": values} }
	checkRules(t, []rule{
		{says: "17: aws:PrincipalArn of a session is the role", principal: sessionARN, bucket: when(`"ArnEquals":{"aws:PrincipalArn":"` + roleARN + `"}`), context: one("aws:PrincipalArn", roleARN), want: policy.Granted},
		{says: "18: all conditions must hold", bucket: when(`"StringEquals":{"aws:UserAgent":"x","aws:Referer":"y"}`), context: agent("x"), want: policy.Refused},
		{says: "18: one of the values suffices", bucket: when(`"StringEquals":{"aws:UserAgent":["y","x"]}`), context: agent("x"), want: policy.Granted},
		{says: "18: a negated operator holds if no value matches", bucket: when(`"StringNotEquals":{"aws:UserAgent":["y","x"]}`), context: agent("x"), want: policy.Refused},
		{says: "18: keys have no case", bucket: when(`"StringEquals":{"AWS:useragent":"x"}`), context: agent("x"), want: policy.Granted},
		{says: "19: a missing key fails a positive operator", bucket: when(`"StringLike":{"aws:UserAgent":"*"}`), want: policy.Refused},
		{says: "19: a missing key passes a negated operator", bucket: when(`"StringNotLike":{"aws:UserAgent":"*"}`), want: policy.Granted},
		{says: "19: IfExists passes without the key", bucket: when(`"StringEqualsIfExists":{"aws:UserAgent":"x"}`), want: policy.Granted},
		{says: "19: Null true demands that the key is missing", bucket: when(`"Null":{"aws:UserAgent":"true"}`), want: policy.Granted},
		{says: "19: Bool false fails without the key", bucket: when(`"Bool":{"aws:SecureTransport":"false"}`), want: policy.Refused},
		{
			says: "19: a Deny with a negated IfExists hits without the key", want: policy.Refused,
			bucket: allowRole + "," + to("Deny", getObject, everyKey, `"Condition":{"StringNotEqualsIfExists":{"s3:x-amz-server-side-encryption":"aws:kms"}}`),
		},
		{says: "20: StringEquals has no wildcards", bucket: when(`"StringEquals":{"aws:UserAgent":"x*"}`), context: agent("xy"), want: policy.Refused},
		{says: "20: StringEqualsIgnoreCase has no case", bucket: when(`"StringEqualsIgnoreCase":{"aws:UserAgent":"QuILT"}`), context: agent("quilt"), want: policy.Granted},
		{says: "20: StringLike matches the whole text", bucket: when(`"StringLike":{"aws:UserAgent":"b*"}`), context: agent("abc"), want: policy.Refused},
		{says: "20: ArnEquals has wildcards, like ArnLike", bucket: when(`"ArnEquals":{"aws:SourceArn":"arn:aws:sns:*:111122223333:t?pic"}`), context: one("aws:SourceArn", "arn:aws:sns:us-east-1:111122223333:topic"), want: policy.Granted},
		{says: "20: wildcards of an ARN do not reach over its parts", bucket: when(`"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:topic"}`), context: one("aws:SourceArn", "arn:aws:sns:us-east-1:111122223333:topic"), want: policy.Undecided},
		{says: "21: numbers are compared as numbers", bucket: when(`"NumericLessThanEquals":{"s3:max-keys":"10.0"}`), context: one("s3:max-keys", "10"), want: policy.Granted},
		{says: "21: dates and seconds are on one scale", bucket: when(`"DateLessThan":{"aws:CurrentTime":"1767225600"}`), context: one("aws:CurrentTime", "2025-12-31T23:59:59Z"), want: policy.Granted},
		{says: "21: Bool has no case", bucket: when(`"Bool":{"aws:SecureTransport":"TRUE"}`), context: one("aws:SecureTransport", "true"), want: policy.Granted},
		{says: "21: binary values are compared decoded", bucket: when(`"BinaryEquals":{"s3:signature":"YQ=="}`), context: one("s3:signature", "YQ=="), want: policy.Granted},
		{says: "21: a bare address is one address", bucket: when(`"IpAddress":{"aws:SourceIp":"192.0.2.1"}`), context: one("aws:SourceIp", "192.0.2.2"), want: policy.Refused},
		{says: "21: addresses of version 6 are compared parsed", bucket: when(`"IpAddress":{"aws:SourceIp":"2001:DB8::/32"}`), context: one("aws:SourceIp", "2001:0db8:0:0::1"), want: policy.Granted},
		{says: "21: an address of version 4 is in no block of version 6", bucket: when(`"IpAddress":{"aws:SourceIp":"::/0"}`), context: one("aws:SourceIp", "192.0.2.1"), want: policy.Refused},
		{says: "22: ForAllValues passes without the key", bucket: when(`"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}`), want: policy.Granted},
		{says: "22: ForAllValues fails for one value that does not match", bucket: when(`"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}`), context: tags("a", "b"), want: policy.Refused},
		{says: "22: ForAnyValue passes for one value that matches", bucket: when(`"ForAnyValue:StringEquals":{"aws:TagKeys":["a"]}`), context: tags("b", "a"), want: policy.Granted},
		{says: "22: ForAnyValue fails without the key", bucket: when(`"ForAnyValue:StringEquals":{"aws:TagKeys":["a"]}`), want: policy.Refused},
		{says: "22: ForAnyValue of a negation passes for one value that does not match", bucket: when(`"ForAnyValue:StringNotEquals":{"aws:TagKeys":["a"]}`), context: tags("a", "b"), want: policy.Granted},
		{says: "22: an operator without a set operator does not match a list", bucket: when(`"StringEquals":{"aws:TagKeys":["a","b"]}`), context: tags("a", "b"), want: policy.Refused},
		{says: "22: nor one value of a list that is another", bucket: when(`"StringEquals":{"aws:TagKeys":["a"]}`), context: tags("b"), want: policy.Refused},
		{says: "22: what it does with a list of the one value is not told", bucket: when(`"StringEquals":{"aws:TagKeys":["a"]}`), context: tags("a"), want: policy.Undecided},
		{says: "22: nor is its negation", bucket: when(`"StringNotEquals":{"aws:TagKeys":["a"]}`), context: tags("b"), want: policy.Undecided},
		{
			says: "23: a Deny outside of a network hits requests through an endpoint", want: policy.Refused,
			bucket: allowRole + "," + to("Deny", getObject, everyKey, `"Condition":{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`),
		},
		{says: "23: an answer that hangs on an unknown network is conditional", unknown: []string{"aws:SourceIp"}, bucket: to("Allow", getObject, everyKey, fromSomeIP), want: policy.Conditional},
	})
}

// TestS3Rules goes through what is particular to S3 ("Amazon S3 User Guide":
// actions and resources, object keys, access points). Who owns an object is no
// part of the question: the grant holds for those that the bucket owner owns.
func TestS3Rules(t *testing.T) {
	t.Parallel()
	checkRules(t, []rule{
		{says: "30: the bucket grants no action on objects", bucket: to("Allow", `"s3:*"`, `"arn:aws:s3:::foo"`), want: policy.Refused},
		{says: "30: its objects grant no action on the bucket", action: "s3:ListBucket", bucket: to("Allow", `"s3:*"`, everyKey), want: policy.Refused},
		{says: "30: the bucket grants its actions", action: "s3:GetBucketNotification", bucket: to("Allow", `"s3:*"`, `"arn:aws:s3:::foo"`), want: policy.Granted},
		{says: "30: aborting an upload is an action on the object", action: "s3:AbortMultipartUpload", bucket: to("Allow", `"s3:*"`, everyKey), want: policy.Granted},
		{says: "31: a listing without a prefix lacks the key", action: "s3:ListBucket", bucket: to("Allow", `"s3:*"`, `"arn:aws:s3:::foo"`, `"Condition":{"StringLike":{"s3:prefix":"*"}}`), want: policy.Refused},
		{
			says: "31: an empty prefix is a value", action: "s3:ListBucket", context: map[string][]string{"s3:prefix": {""}}, want: policy.Granted,
			bucket: to("Allow", `"s3:*"`, `"arn:aws:s3:::foo"`, `"Condition":{"StringLike":{"s3:prefix":"*"}}`),
		},
		{says: "32: a key may hold wildcards, colons and line breaks", bucket: to("Allow", getObject, everyKey), keys: policy.Keys{Exact: "*?:/\n//"}, want: policy.Granted},
		{says: "32: no key is longer than 1024 bytes", bucket: to("Allow", getObject, everyKey) + "," + to("Deny", getObject, `"arn:aws:s3:::foo/`+strings.Repeat("?", policy.MaxKey+1)+`*"`), want: policy.Granted},
		{says: "32: a key may have 1024 bytes", bucket: to("Allow", getObject, everyKey) + "," + to("Deny", getObject, `"arn:aws:s3:::foo/`+strings.Repeat("?", policy.MaxKey)+`"`), want: policy.Refused, witness: strings.Repeat("z", policy.MaxKey)},
		{
			says: "35: delegation to access points grants nothing to requests to the bucket", want: policy.Refused,
			bucket: `{"Effect":"Allow","Principal":"*","Action":"*","Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"],"Condition":{"StringEquals":{"s3:DataAccessPointAccount":"444455556666"}}}`,
		},
	})
}
