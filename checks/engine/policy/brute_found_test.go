package policy_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// TestFoundByBruteForce keeps what brute force once found wrong.
func TestFoundByBruteForce(t *testing.T) {
	t.Parallel()
	type found struct {
		principal, action                    string
		keys                                 policy.Keys
		bucket, identity, boundary, endpoint string
		unknownByDefault                     bool
		want                                 policy.AnswerKind
		witness                              string // the key, or one of the same length
	}
	const (
		user    = `{"AWS":"111122223333"}`
		grant   = `{"Effect":"Allow","Principal":` + user + `,"Action":"s3:*","Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"]}`
		nothing = `{"Effect":"Allow","Action":"ec2:*","Resource":"*"}`
	)
	for name, c := range map[string]found{
		"a Deny, and nothing allows a shorter key": {
			principal: userARN, bucket: `{"Effect":"Deny","Principal":` + user + `,"Action":"s3:GetObject","Resource":"arn:aws:s3:::foo/b?*"}`,
			want: policy.Refused, witness: "a",
		},
		"a Deny of the boundary, and nothing allows a shorter key": {
			principal: localARN, keys: policy.Keys{Suffix: "b"}, identity: nothing,
			boundary: `{"Effect":"Deny","Action":"s3:G?tObject","Resource":"arn:aws:s3:::foo/a*"}`, want: policy.Refused, witness: "b",
		},
		"an Allow whose condition fails covers no key": {
			principal: sessionARN, keys: policy.Keys{Prefix: "ab"}, want: policy.Refused, witness: "ab",
			bucket: `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::foo/*b","Condition":{"BinaryEquals":{"s3:signature":"YWJj"}}}`,
		},
		"an Allow whose condition fails covers no key of an account": {
			principal: data, action: "s3:PutObject", want: policy.Refused, witness: "a",
			bucket: `{"Effect":"Allow","Principal":"*","NotAction":"s3:ListBucket","Resource":"arn:aws:s3:::foo/?","Condition":{"BinaryEquals":{"s3:signature":"YQ=="}}}`,
		},
		"an Allow to an account at an endpoint covers no key": {
			principal: userARN, bucket: grant, want: policy.Refused, witness: "a",
			endpoint: `{"Effect":"Allow","Principal":` + user + `,"Action":"s3:G?tObject","Resource":"arn:aws:s3:::foo/?"}`,
		},
		"NotResource with a variable that may not be resolved": {
			principal: userARN, action: "s3:ListBucket", bucket: grant, unknownByDefault: true, want: policy.Undecided,
			identity: `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"s3:ListBucket","NotResource":"arn:aws:s3:::foo/${aws:username}*"}`,
		},
		"ForAnyValue and IfExists without the key": {
			principal: roleARN, action: "s3:ListBucket", want: policy.Undecided,
			bucket: `{"Effect":"Allow","Principal":` + user + `,"Action":"s3:*","Resource":"arn:aws:s3:::foo","Condition":{"ForAnyValue:StringNotEqualsIfExists":{"aws:TagKeys":"x"}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, l := ask(c.principal, "s3:GetObject"), policy.Layers{Bucket: bucketPolicy(t, c.bucket)}
			q.Keys, q.UnknownByDefault, q.Context = c.keys, c.unknownByDefault, map[string][]string{}
			if c.action != "" {
				q.Action = c.action
			}
			if c.identity != "" {
				l.Identity = []*policy.Document{identityPolicy(t, c.identity)}
			}
			if c.boundary != "" {
				l.Boundary = identityPolicy(t, c.boundary)
			}
			if c.endpoint != "" {
				l.Endpoint = mustParse(t, `{"Version":"2012-10-17","Statement":[`+c.endpoint+`]}`, policy.Endpoint)
			}
			b := bruteForce(t, q, l)
			if b.failure != "" || b.answer.Kind != c.want {
				t.Fatalf("%s, answer %s", b.failure, asJSON(t, b.answer))
			}
			if w := b.answer.Witness; c.witness != "" && len(w.Resource) != len("arn:aws:s3:::foo/"+c.witness) {
				t.Errorf("witness %s, want one as long as %q", w.Resource, c.witness)
			}
		})
	}
}
