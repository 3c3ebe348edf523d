package repair_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/repair"
)

const (
	control = "111122223333"
	owner   = "444455556666"
	other   = "999999999999"
	role    = "arn:aws:iam::111122223333:role/quilt/Indexer"
	user    = "arn:aws:iam::111122223333:user/alice"
	root    = "arn:aws:iam::111122223333:root"
)

// wish is what is required: all actions for all principals, on the bucket or on
// the keys that begin with each of the prefixes.
type wish struct {
	principals []string
	actions    []string
	prefixes   []string
	context    map[string][]string
}

func (w wish) requirements(text string) []repair.Requirement {
	layers := policy.Layers{}
	if d, err := policy.Parse(text, policy.Resource); err == nil {
		layers.Bucket = d
	}
	if w.prefixes == nil {
		w.prefixes = []string{""}
	}
	var out []repair.Requirement
	for _, p := range w.principals {
		for _, a := range w.actions {
			prefixes := w.prefixes
			if level, _ := policy.ActionLevel(a); level == policy.BucketLevel {
				prefixes = []string{""}
			}
			for _, prefix := range prefixes {
				q := policy.Question{
					Principal: p, Action: a, Bucket: "b", BucketAccount: owner, Keys: policy.Keys{Prefix: prefix},
					Context: map[string][]string{"aws:SecureTransport": {"true"}}, UnknownByDefault: true,
					Absent: []string{"s3:x-amz-acl", "s3:prefix"},
				}
				if strings.HasPrefix(a, "s3:ListBucket") {
					q.Absent, q.Any = q.Absent[:1], []string{"s3:prefix"}
				}
				for key, values := range w.context {
					q.Context[key] = values
				}
				out = append(out, repair.Requirement{Question: q, Layers: layers})
			}
		}
	}
	return out
}

func (w wish) repair(text string) (*repair.Change, error) {
	return repair.Document(text, repair.Goal{Layer: policy.LayerBucketPolicy, Requirements: w.requirements(text), Sid: "New"})
}

func compact(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return b.String()
}

func document(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.TrimSpace(statements) + `]}`
}

var (
	account = wish{principals: []string{control}, actions: []string{"s3:GetObject", "s3:ListBucket"}}
	oneRole = wish{principals: []string{role}, actions: []string{"s3:GetObject", "s3:ListBucket"}}
	reading = wish{principals: []string{control}, actions: []string{"s3:GetObject"}}
)

const allowed = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]},`

func with(w wish, change func(*wish)) wish {
	change(&w)
	return w
}

// Each case is a policy, what is required, and the policy after the change.
var changes = map[string]struct {
	wish         wish
	before, want string
}{
	"no statement yet": {
		account, ``,
		`{"Sid":"New","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}`,
	},
	"the action is added where its resource stands": {
		account,
		`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:ListBucket","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}`,
		`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["s3:ListBucket","s3:GetObject"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}`,
	},
	"the resource is added where the action stands": {
		account,
		`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["s3:ListBucket","s3:GetObject"],"Resource":"arn:aws:s3:::b"}`,
		`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["s3:ListBucket","s3:GetObject"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}`,
	},
	"the principal is added where it gets nothing more": {
		oneRole,
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":["s3:getobject","s3:ListBucket"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}`,
		`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::999999999999:root","arn:aws:iam::111122223333:role/quilt/Indexer"]},"Action":["s3:getobject","s3:ListBucket"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}`,
	},
	"a statement that would grant more is left": {
		oneRole,
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}`,
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]},
		 {"Sid":"New","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/quilt/Indexer"},"Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}`,
	},
	"so is one with a condition, and one of a wider reach": {
		with(reading, func(w *wish) { w.prefixes = []string{"a/"} }),
		`{"Sid":"New","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*"},
		 {"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::b/a/*","Condition":{"Bool":{"aws:SecureTransport":true}}}`,
		`{"Sid":"New","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*"},
		 {"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::b/a/*","Condition":{"Bool":{"aws:SecureTransport":true}}},
		 {"Sid":"New2","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/a/*"}`,
	},
	"two statements each take their part": {
		with(account, func(w *wish) {
			w.actions = []string{"s3:GetObject", "s3:GetObjectTagging", "s3:ListBucket", "s3:ListBucketVersions"}
		}),
		`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"},
		 {"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::b"}`,
		`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["s3:GetObject","s3:GetObjectTagging"],"Resource":"arn:aws:s3:::b/*"},
		 {"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["s3:ListBucket","s3:ListBucketVersions"],"Resource":"arn:aws:s3:::b"}`,
	},
	"keys that look like patterns": {
		with(reading, func(w *wish) { w.prefixes = []string{"a*/", "${x}?/"} }), ``,
		`{"Sid":"New","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:GetObject","Resource":["arn:aws:s3:::b/${$}{x}${?}/*","arn:aws:s3:::b/a${*}/*"]}`,
	},
	"a Deny excepts the account": {
		account,
		allowed + `{"Sid":"Org","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],"Condition":{"Bool":{"aws:SecureTransport":"true"}}}`,
		allowed + `{"Sid":"Org","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],"Condition":{"Bool":{"aws:SecureTransport":"true"},"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}}`,
	},
	"a Deny excepts roles": {
		with(oneRole, func(w *wish) { w.principals = []string{role, user} }),
		allowed + `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}`,
		allowed + `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::111122223333:role/quilt/Indexer","arn:aws:iam::111122223333:user/alice"]}}}`,
	},
	"the same operator and key is added to": {
		account,
		allowed + `{"Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"*","Condition":{"StringNotEquals":{"aws:principalaccount":444455556666,"s3:x-amz-acl":"x"}}}`,
		allowed + `{"Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"*","Condition":{"StringNotEquals":{"aws:principalaccount":[444455556666,"111122223333"],"s3:x-amz-acl":"x"}}}`,
	},
	"the same operator with another key is joined": {
		with(account, func(w *wish) { w.context = map[string][]string{"aws:PrincipalOrgID": {"o-1"}} }),
		allowed + `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-2"}}}`,
		allowed + `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-2","aws:PrincipalAccount":"111122223333"}}}`,
	},
	"a Deny beyond what is required keeps the rest": {
		reading,
		`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]},
		 {"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`,
		`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]},
		 {"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}},
		 {"Sid":"No2","Effect":"Deny","Principal":"*","NotAction":"s3:GetObject","Resource":"*"}`,
	},
	"the rest of a pattern of actions is spelt out": {
		with(reading, func(w *wish) { w.actions = []string{"s3:DeleteObject", "s3:DeleteObjectVersion"} }),
		`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":["arn:aws:s3:::b/*"]},
		 {"Effect":"Deny","Principal":"*","Action":["s3:PutObject","S3:DeleteObject*"],"Resource":"arn:aws:s3:::b/*"}`,
		`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":["arn:aws:s3:::b/*"]},
		 {"Effect":"Deny","Principal":"*","Action":["s3:PutObject","S3:DeleteObject*"],"Resource":"arn:aws:s3:::b/*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}},
		 {"Effect":"Deny","Principal":"*","Action":["s3:PutObject","s3:DeleteObjectAnnotation","s3:DeleteObjectTagging","s3:DeleteObjectVersionAnnotation","s3:DeleteObjectVersionTagging"],"Resource":"arn:aws:s3:::b/*"}`,
	},
	"the other keys stay denied": {
		with(reading, func(w *wish) { w.prefixes = []string{"a/"} }),
		allowed + `{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`,
		allowed + `{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}},
		 {"Effect":"Deny","Principal":"*","Action":"s3:GetObject","NotResource":["arn:aws:s3:::b/a/*","arn:aws:s3:::b"]}`,
	},
	"a Deny of just the account leaves out the actions": {
		account,
		allowed + `{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:*","Resource":"*"}`,
		allowed + `{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"NotAction":["s3:GetObject","s3:ListBucket"],"Resource":"*"}`,
	},
	"a Deny of just the account leaves out the resource": {
		with(reading, func(w *wish) { w.prefixes = []string{"a/"} }),
		allowed + `{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","NotResource":"arn:aws:s3:::b/c/*"}`,
		allowed + `{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","NotResource":["arn:aws:s3:::b/c/*","arn:aws:s3:::b/a/*"]}`,
	},
	"a Deny of just the account admits its endpoint": {
		with(account, func(w *wish) { w.context = map[string][]string{"aws:SourceVpce": {"vpce-9"}} }),
		allowed + `{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}`,
		allowed + `{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":["vpce-1","vpce-9"]}}}`,
	},
	"NotPrincipal with a role gets a condition": {
		oneRole,
		allowed + `{"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::444455556666:root"]},"Action":"s3:*","Resource":"*"}`,
		allowed + `{"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::444455556666:root"]},"Action":"s3:*","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/quilt/Indexer"}}}`,
	},
	"NotPrincipal takes a user": {
		with(oneRole, func(w *wish) { w.principals = []string{user} }),
		allowed + `{"Effect":"Deny","NotPrincipal":{"AWS":["111122223333"]},"Action":"s3:*","Resource":"*"}`,
		allowed + `{"Effect":"Deny","NotPrincipal":{"AWS":["111122223333","arn:aws:iam::111122223333:user/alice"]},"Action":"s3:*","Resource":"*"}`,
	},
	"NotAction takes the actions": {
		account,
		allowed + `{"Effect":"Deny","Principal":{"AWS":"111122223333"},"NotAction":"s3:PutObject","Resource":"*"}`,
		allowed + `{"Effect":"Deny","Principal":{"AWS":"111122223333"},"NotAction":["s3:PutObject","s3:GetObject","s3:ListBucket"],"Resource":"*"}`,
	},
	"what protects transport is left, and so is what hits others": {
		account,
		`{"Sid":"Tls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}},
		 {"Effect":"Deny","Principal":{"AWS":"999999999999"},"Action":"s3:*","Resource":"*"}`,
		`{"Sid":"Tls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}},
		 {"Effect":"Deny","Principal":{"AWS":"999999999999"},"Action":"s3:*","Resource":"*"},
		 {"Sid":"New","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}`,
	},
}

func TestChanges(t *testing.T) {
	t.Parallel()
	for name, c := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := document(c.before)
			change, err := c.wish.repair(before)
			if err != nil {
				t.Fatal(err)
			}
			var got, want bytes.Buffer
			mustIndent(t, &got, change.Text)
			mustIndent(t, &want, document(c.want))
			if diff := cmp.Diff(want.String(), got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(change.Edits) == 0 {
				t.Error("no edit is named")
			}
			again, err := c.wish.repair(change.Text)
			if err != nil || again.Text != change.Text || len(again.Edits) > 0 {
				t.Errorf("a second repair: %v %+v", err, again)
			}
		})
	}
}

func mustIndent(t testing.TB, b *bytes.Buffer, text string) {
	t.Helper()
	if err := json.Indent(b, []byte(compact(t, text)), "", "  "); err != nil {
		t.Fatal(err)
	}
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		wish         wish
		before, want string
	}{
		"a Deny of just this": {
			reading,
			allowed + `{"Sid":"Out","Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`,
			"statement 1 (Out) denies just this to just account 111122223333",
		},
		"a Deny by condition of just this": {
			reading,
			allowed + `{"Sid":"Out","Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}}`,
			"statement 1 (Out) denies just this to just account 111122223333",
		},
		"one session": {
			with(reading, func(w *wish) { w.principals = []string{"arn:aws:sts::111122223333:assumed-role/Indexer/s1"} }),
			allowed + `{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`,
			"statement 1 denies it, and no condition spares one session",
		},
		"a Deny that hangs on the network": {
			reading,
			`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}`,
			"s3:GetObject for account 111122223333 hangs on aws:SourceVpce",
		},
		"anonymous": {
			with(reading, func(w *wish) { w.principals = []string{"*"} }), ``,
			"* is nobody whom a policy can name alone",
		},
		"a partial pattern of keys": {
			with(reading, func(w *wish) { w.prefixes = []string{"a/"} }),
			allowed + `{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":["arn:aws:s3:::b/*x","arn:aws:s3:::b/d/*"]}`,
			"statement 1 denies it, and sparing account 111122223333 would also let it do what is not required",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change, err := c.wish.repair(document(c.before))
			var impossible *repair.Impossible
			if !errors.As(err, &impossible) {
				t.Fatalf("got %+v, %v", change, err)
			}
			if !strings.HasPrefix(impossible.Reason, c.want) {
				t.Errorf("reason %q, want %q", impossible.Reason, c.want)
			}
		})
	}
}
