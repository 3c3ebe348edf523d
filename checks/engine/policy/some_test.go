package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

const stranger = "999999999999"

func mustSearch(t testing.TB, s policy.Search, l policy.Layers) policy.Found {
	t.Helper()
	found, err := policy.Some(s, l)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// allow is an Allow of everything on everything to the principal.
func allow(principal, more string) string {
	return `{"Effect":"Allow","Principal":` + principal + `,"Action":"s3:*","Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"]` + more + `}`
}

func on(operator, key, value string) string {
	return `,"Condition":{"` + operator + `":{"` + key + `":"` + value + `"}}`
}

func TestSome(t *testing.T) {
	t.Parallel()
	const everyone, account = `"*"`, `{"AWS":"111122223333"}`
	cases := []struct {
		name, statements string
		search           policy.Search
		want             policy.Existence
		resource         string // of the witness
		context          map[string][]string
	}{
		{name: "no statement", want: policy.NoneExists},
		{name: "an Allow", statements: allow(account, ""), want: policy.Exists, resource: "foo/z"},
		{name: "an Allow for others", statements: allow(`{"AWS":"999999999999"}`, ""), want: policy.NoneExists},
		{name: "one role of the account", statements: allow(`{"AWS":"`+roleARN+`"}`, ""), want: policy.Exists, resource: "foo/z"},
		{
			name: "one role, which does not count", statements: allow(`{"AWS":["`+roleARN+`","`+sessionARN+`"]}`, ""),
			search: policy.Search{Except: []string{roleARN}}, want: policy.NoneExists,
		},
		{
			name: "the account by a condition, which does not count", statements: allow(account, on("ArnLike", "aws:PrincipalArn", roleARN)),
			search: policy.Search{Except: []string{roleARN}}, want: policy.NoneExists,
		},
		{
			name: "roles by a condition", statements: allow(account, on("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/Index*")),
			search: policy.Search{Except: []string{"arn:aws:iam::111122223333:role/Index"}}, want: policy.Exists, resource: "foo/z",
			context: map[string][]string{"aws:PrincipalArn": {"arn:aws:iam::111122223333:role/Indexz"}},
		},
		{
			name: "all but what is denied", statements: allow(account, "") + `,{"Effect":"Deny","Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::foo/?b*"}`,
			want: policy.Exists, resource: "foo/zb",
		},
		{
			name: "all is denied", statements: allow(account, "") + `,{"Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"arn:aws:s3:::f*"}`,
			want: policy.NoneExists,
		},
		{
			name:       "what one grants others deny piece by piece",
			statements: `{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::foo/a*"},{"Effect":"Deny","Principal":"*","Action":"*","Resource":["arn:aws:s3:::foo/a","arn:aws:s3:::foo/a?*"]}`,
			want:       policy.NoneExists,
		},
		{
			name:       "what is left between Denies",
			statements: `{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::foo/a*"},{"Effect":"Deny","Principal":"*","Action":"*","Resource":["arn:aws:s3:::foo/a","arn:aws:s3:::foo/a??*"]}`,
			want:       policy.Exists, resource: "foo/az",
		},
		{
			name: "a condition that can be met", statements: allow(everyone, on("StringEquals", "aws:SourceVpce", "vpce-1")),
			want: policy.Exists, resource: "foo/z", context: map[string][]string{"aws:SourceVpce": {"vpce-1"}},
		},
		{
			name: "conditions that exclude each other", statements: allow(everyone, on("StringEquals", "aws:SourceVpce", "vpce-1")) +
				`,{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"` + on("StringLike", "aws:SourceVpce", "vpce-?") + `}`,
			want: policy.NoneExists,
		},
		{
			name: "a Deny without the condition", statements: allow(everyone, "") +
				`,{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"` + on("StringNotEquals", "aws:SourceVpce", "vpce-1") + `}`,
			want: policy.Exists, resource: "foo/z", context: map[string][]string{"aws:SourceVpce": {"vpce-1"}},
		},
		{
			name: "a key with many values", statements: allow(everyone, on("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-1/*")),
			want: policy.Exists, resource: "foo/z", context: map[string][]string{"aws:PrincipalOrgPaths": {"o-1/"}},
		},
		{
			name: "a variable", statements: `{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::foo/home/${aws:username}/*"}`,
			want: policy.Exists, resource: "foo/home/z/", context: map[string][]string{"aws:username": {"z"}},
		},
		{
			name: "two keys that must agree", statements: allow(everyone, on("StringEquals", "aws:PrincipalOrgID", "${aws:ResourceOrgID}")),
			want: policy.Exists, resource: "foo/z", context: map[string][]string{"aws:PrincipalOrgID": {"z"}, "aws:resourceorgid": {"z"}},
		},
		{name: "an operator that nobody knows", statements: allow(everyone, on("StringIs", "aws:SourceVpce", "v")), want: policy.Untold},
		{name: "a principal that nobody knows", statements: allow(`{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, ""), want: policy.Untold},
		{
			name: "nobody", statements: allow(everyone, ""), search: policy.Search{Question: policy.Question{Principal: "*"}},
			want: policy.Exists, resource: "foo/z",
		},
		{
			name: "nobody is in no account", statements: allow(account, ""), search: policy.Search{Question: policy.Question{Principal: "*"}},
			want: policy.NoneExists,
		},
		{
			name: "the bucket", statements: allow(account, ""), search: policy.Search{Question: policy.Question{Action: "s3:PutBucketPolicy"}},
			want: policy.Exists, resource: "foo",
		},
		{
			name: "the owner by its account only", statements: allow(`{"AWS":"444455556666"}`, ""),
			search: policy.Search{Question: policy.Question{Principal: data}}, want: policy.NoneExists,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := c.search
			s.Bucket, s.BucketAccount, s.UnknownByDefault = "foo", data, true
			if s.Principal == "" {
				s.Principal = control
			}
			if s.Action == "" {
				s.Action = "s3:GetObject"
			}
			found := mustSearch(t, s, policy.Layers{Bucket: bucketPolicy(t, c.statements)})
			if found.Kind != c.want {
				t.Fatalf("got %s", asJSON(t, found))
			}
			if (found.Witness != nil) != (found.Kind == policy.Exists) || (found.Reason != "") != (found.Kind == policy.Untold) {
				t.Errorf("got %s", asJSON(t, found))
			}
			if c.want != policy.Exists {
				return
			}
			if c.context == nil {
				c.context = map[string][]string{}
			}
			if diff := cmp.Diff(c.context, found.Witness.Context); diff != "" {
				t.Error(diff)
			}
			if got := strings.TrimPrefix(found.Witness.Resource, "arn:aws:s3:::"); got != c.resource {
				t.Errorf("the witness is on %s, want %s", got, c.resource)
			}
		})
	}
}

func TestSomeTellsTheAccountFromItsRoles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		principal, want string
		unnamed         bool
	}{
		{`{"AWS":["` + roleARN + `","111122223333"]}`, "arn:aws:iam::111122223333:role/any", true},
		{`{"AWS":["` + roleARN + `"]}`, roleARN, false},
		{`{"AWS":["` + userARN + `"]}`, userARN, false},
	} {
		s := policy.Search{Question: ask(control, "s3:GetObject")}
		found := mustSearch(t, s, policy.Layers{Bucket: bucketPolicy(t, allow(c.principal, ""))})
		if found.Kind != policy.Exists || found.Witness.Principal != c.want || found.Unnamed != c.unnamed {
			t.Errorf("%s: got %s", c.principal, asJSON(t, found))
		}
	}
}

func TestSomeUnderThePublicAccessBlock(t *testing.T) {
	t.Parallel()
	layers := policy.Layers{Bucket: bucketPolicy(t, allow(`"*"`, "")), RestrictPublicBuckets: true, Public: policy.StatedPublic}
	if got := mustSearch(t, policy.Search{Question: ask(stranger, "s3:GetObject")}, layers); got.Kind != policy.NoneExists {
		t.Errorf("got %s", asJSON(t, got))
	}
	if got := mustSearch(t, policy.Search{Question: ask(data, "s3:GetObject")}, layers); got.Kind != policy.Exists {
		t.Errorf("the owner's account is not concerned, got %s", asJSON(t, got))
	}
}

func TestSomeRejects(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		question policy.Question
		layers   policy.Layers
	}{
		"a wildcard":         {question: ask(control, "s3:Get*")},
		"no principal":       {question: ask("someone", "s3:GetObject")},
		"the caller's side":  {question: ask(control, "s3:GetObject"), layers: policy.Layers{Identity: []*policy.Document{}}},
		"an endpoint policy": {question: ask(control, "s3:GetObject"), layers: policy.Layers{Endpoint: bucketPolicy(t, allow(`"*"`, ""))}},
	} {
		if _, err := policy.Some(policy.Search{Question: c.question}, c.layers); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestAllowsOnly(t *testing.T) {
	t.Parallel()
	within := func(p policy.Principal, actions []string) bool {
		return p.Value == control && len(actions) == 1 && actions[0] == "s3:GetObject"
	}
	statement := func(text string) string { return `{"Effect":"Allow","Resource":"*",` + text + `}` }
	for text, want := range map[string]bool{
		``: true,
		statement(`"Principal":{"AWS":"111122223333"},"Action":"s3:GetObject"`):                                                              true,
		statement(`"Principal":{"AWS":["111122223333","999999999999"]},"Action":"s3:GetObject"`):                                             false,
		statement(`"Principal":{"AWS":"111122223333"},"Action":["s3:GetObject","s3:PutObject"]`):                                             false,
		statement(`"Principal":{"AWS":"111122223333"},"NotAction":"s3:GetObject"`):                                                           false,
		statement(`"NotPrincipal":{"AWS":"111122223333"},"Action":"s3:GetObject"`):                                                           false,
		strings.Replace(statement(`"Principal":"*","Action":"s3:*"`), `"Allow"`, `"Deny"`, 1):                                                true,
		statement(`"Principal":{"AWS":"111122223333"},"Action":"s3:GetObject"`) + "," + statement(`"Principal":"*","Action":"s3:GetObject"`): false,
	} {
		if got := bucketPolicy(t, text).AllowsOnly(within); got != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	d := bucketPolicy(t, `{"Effect":"Allow","Principal":"*","Action":["s3:GetObject*","S3:LISTBUCKET","s3:DeleteBucket"],"Resource":"*"},
		{"Effect":"Deny","Principal":"*","Action":["s3:GetObjectT*","s3:PutObject"],"Resource":"*"}`)
	var got [][]string
	for _, kind := range d.Kinds(func(action string) bool { return action == "s3:ListBucket" }) {
		var names []string
		for _, a := range kind {
			if a.Level != kind[0].Level {
				t.Errorf("%s is of another level than %s", a.Name, kind[0].Name)
			}
			names = append(names, a.Name)
		}
		got = append(got, names)
	}
	first := func(names []string) string { return names[0] }
	if len(got) != 4 || first(got[0]) != "s3:DeleteBucket" || first(got[1]) != "s3:GetObject" || first(got[3]) != "s3:ListBucket" || len(got[3]) != 1 {
		t.Fatalf("got %v", got)
	}
	if want := []string{"s3:GetObjectTagging", "s3:GetObjectTorrent"}; !slices.Equal(got[2], want) {
		t.Errorf("got %v, want %v", got[2], want)
	}
}
