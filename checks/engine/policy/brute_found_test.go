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
		scp, rcp                             string
		unknown, any                         []string
		unknownByDefault                     bool
		tags                                 []string // values of aws:TagKeys
		want                                 policy.AnswerKind
		witness                              string // the key, or one of the same length
	}
	const (
		user    = `{"AWS":"111122223333"}`
		grant   = `{"Effect":"Allow","Principal":` + user + `,"Action":"s3:*","Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"]}`
		all     = `{"Effect":"Allow","Action":"*","Resource":"*"}`
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
		"a Deny that spares a user without the account hits a federated user": {
			principal: federatedARN, want: policy.Refused, witness: "",
			bucket: grant + `,{"Effect":"Deny","NotPrincipal":{"AWS":"` + userARN + `"},"Action":"s3:Get*","Resource":"arn:aws:s3:::foo*"}`,
			rcp:    `{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::foo/b?*"}`,
		},
		"a session that is named may be of a service-linked role": {
			principal: control, action: "s3:PutObject", unknown: []string{"s3:signature"}, want: policy.Refused, witness: "ab",
			bucket: grant + `,{"Effect":"Deny","Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForX/s"},"Action":"*","Resource":"arn:aws:s3:::foo/?b*"}`,
			rcp:    `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::f*a","Condition":{"BinaryEqualsIfExists":{"s3:signature":["YQ==","YWJj"]}}}`,
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
		"an operator without a set operator on a list of one value": {
			principal: data, tags: []string{"x"}, want: policy.Refused, witness: "zz",
			identity: `{"Effect":"Deny","Action":"S3:getobject","Resource":"arn:aws:s3:::foo/?","Condition":{"StringEquals":{"aws:TagKeys":["x","y"]}}},
				{"Effect":"Allow","Action":"s3:G?tObject","Resource":"arn:aws:s3:::foo/?"}`,
		},
		"a Deny of shorter keys for requests without a key that is left open": {
			principal: roleARN, unknown: []string{"s3:max-keys"}, any: []string{"aws:username"}, want: policy.Conditional, witness: "b",
			bucket: grant + `,{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":["arn:aws:s3:::foo/${aws:username, 'b'}*","arn:aws:s3:::foo/??*"],
				"Condition":{"NumericEquals":{"s3:max-keys":"10"}}}`,
		},
		"a short ARN beside one with a variable that is left open": {
			principal: roleARN, unknown: []string{"aws:username"}, want: policy.Undecided,
			bucket: grant + `,{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":["arn:aws:s3:*","arn:aws:s3:::foo/${aws:username, 'b'}*"]}`,
		},
		"a service-linked role of an account, which resource control policies do not bind": {
			principal: control, unknownByDefault: true, want: policy.Refused, witness: "a",
			bucket: grant + `,{"Effect":"Allow","Principal":{"AWS":"` + linked + `"},"Action":"s3:*","Resource":"*"}`,
			rcp:    `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::foo/*","Condition":{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}}`,
		},
		"a session of what may be a service-linked role, and a key that is left open": {
			principal: linkedRun, unknown: []string{"s3:max-keys"}, identity: all, want: policy.Undecided,
			bucket: grant + `,{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"NumericGreaterThan":{"s3:max-keys":"5"}}}`,
			scp:    all + `,{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{"NumericGreaterThanIfExists":{"s3:max-keys":"5"}}}`,
		},
		"a session of what may be a service-linked role, whose organization changes nothing": {
			principal: linkedRun, unknown: []string{"aws:CurrentTime"}, identity: all, want: policy.Conditional, witness: "a", scp: all,
			bucket: grant + `,{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}}`,
		},
		"a negated operator without a set operator on a list": {
			principal: data, tags: []string{"x", "y"}, want: policy.Refused, witness: "zz",
			identity: `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::foo/?","Condition":{"StringNotEquals":{"aws:TagKeys":"x"}}}`,
		},
		"a negated operator without a set operator on a list of one value": {
			principal: data, tags: []string{"x"}, want: policy.Refused, witness: "zz",
			identity: `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::foo/?","Condition":{"StringNotEquals":{"aws:TagKeys":"x"}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, l := ask(c.principal, "s3:GetObject"), policy.Layers{Bucket: bucketPolicy(t, c.bucket)}
			q.Keys, q.UnknownByDefault, q.Context = c.keys, c.unknownByDefault, map[string][]string{}
			q.Unknown, q.Any = c.unknown, c.any
			if c.scp != "" {
				l.SCPs = [][]*policy.Document{{mustParse(t, `{"Version":"2012-10-17","Statement":[`+c.scp+`]}`, policy.SCP)}}
			}
			if c.rcp != "" {
				l.RCPs = [][]*policy.Document{{mustParse(t, `{"Version":"2012-10-17","Statement":[`+c.rcp+`]}`, policy.RCP)}}
			}
			if c.tags != nil {
				q.Context["aws:TagKeys"] = c.tags
			}
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
