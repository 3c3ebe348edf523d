package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

func TestActionForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		element, list string
		want          policy.AnswerKind
	}{
		{"Action", `"*"`, policy.Granted},
		{"Action", `"s3:*"`, policy.Granted},
		{"Action", `"S3:getOBJECT"`, policy.Granted},
		{"Action", `"s3:Get*"`, policy.Granted},
		{"Action", `"s3:?etObj?ct"`, policy.Granted},
		{"Action", `"s3:*Object"`, policy.Granted},
		{"Action", `"s3:GetObject?"`, policy.Refused},
		{"Action", `"s3:GetObjectV*"`, policy.Refused},
		{"Action", `["s3:PutObject","ec2:*"]`, policy.Refused},
		{"Action", `"s3*"`, policy.Undecided},
		{"Action", `"s?:GetObject"`, policy.Undecided},
		{"Action", `"ec2*"`, policy.Refused},
		{"NotAction", `"s3:Put*"`, policy.Granted},
		{"NotAction", `["iam:*","s3:get*"]`, policy.Refused},
		{"NotAction", `"*"`, policy.Refused},
		{"NotAction", `"s3*"`, policy.Undecided},
	} {
		text := `{"Effect":"Allow","Principal":"*","` + c.element + `":` + c.list + `,"Resource":"*"}`
		if a := mustDecide(t, ask(roleARN, "s3:GetObject"), policy.Layers{Bucket: bucketPolicy(t, text)}); a.Kind != c.want {
			t.Errorf("%s %s: got %s, want %s", c.element, c.list, asJSON(t, a), c.want)
		}
	}
}

func TestResourceForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		element, list    string
		object, onBucket policy.AnswerKind
		witness          string // the key that an object action is refused on
	}{
		{"Resource", `"*"`, policy.Granted, policy.Granted, ""},
		{"Resource", `"arn:aws:s3:::foo/*"`, policy.Granted, policy.Refused, ""},
		{"Resource", `"arn:aws:s3:::foo"`, policy.Refused, policy.Granted, "z"},
		{"Resource", `"arn:aws:s3:::foo*"`, policy.Granted, policy.Granted, ""},
		{"Resource", `"arn:aws:s3:::*"`, policy.Granted, policy.Granted, ""},
		{"Resource", `"arn:aws:s3:::?oo/?*"`, policy.Granted, policy.Refused, ""},
		{"Resource", `"arn:aws:s3:::*/*"`, policy.Granted, policy.Refused, ""},
		{"Resource", `"arn:*:s3:*:*:foo/*"`, policy.Granted, policy.Refused, ""},
		{"Resource", `"arn:*:*:*:*:*"`, policy.Granted, policy.Granted, ""},
		{"Resource", `"arn:aws:s3:us-east-1::foo/*"`, policy.Refused, policy.Refused, "z"},
		{"Resource", `"arn:aws-cn:s3:::foo/*"`, policy.Refused, policy.Refused, "z"},
		{"Resource", `"arn:aws:S3:::foo/*"`, policy.Undecided, policy.Refused, ""},
		{"Resource", `"arn:aws:s3:::Foo/*"`, policy.Refused, policy.Refused, "z"},
		{"Resource", `"arn:aws:s3:::foo/a*"`, policy.Refused, policy.Refused, "z"},
		{"Resource", `"arn:aws:s3:::foo/??*"`, policy.Refused, policy.Refused, "z"},
		{"Resource", `["arn:aws:s3:::foo/?","arn:aws:s3:::foo/???*"]`, policy.Refused, policy.Refused, "zz"},
		{"Resource", `["arn:aws:s3:::foo/?","arn:aws:s3:::foo/??*"]`, policy.Granted, policy.Refused, ""},
		{"Resource", `["arn:aws:s3:::foo/z","arn:aws:s3:::foo/x*"]`, policy.Refused, policy.Refused, "q"},
		{"Resource", `"arn:aws:s3:*"`, policy.Undecided, policy.Undecided, ""},
		{"Resource", `"arn:aws:s3"`, policy.Refused, policy.Refused, "z"},
		{"Resource", `"arn:aws:sns:*"`, policy.Refused, policy.Refused, "z"},
		{"Resource", `"foo/*"`, policy.Refused, policy.Refused, "z"},
		{"Resource", `"arn:aws:s3:::foo/${*}*"`, policy.Refused, policy.Refused, "z"},
		{"Resource", `"arn:aws:s3:::foo/${aws:username}*"`, policy.Refused, policy.Refused, "z"},
		{"Resource", `"arn:aws:s3:::foo${aws:nothing}*"`, policy.Refused, policy.Refused, "z"},
		{"Resource", `"arn:aws:s3:::foo${aws:unknown}*"`, policy.Conditional, policy.Conditional, ""},
		{"Resource", `"arn:aws:s3:::foo${oops"`, policy.Undecided, policy.Undecided, ""},
		{"Resource", `"arn:aws:${aws:x}:::foo/*"`, policy.Undecided, policy.Undecided, ""},
		{"NotResource", `"arn:aws:s3:::bar/*"`, policy.Granted, policy.Granted, ""},
		{"NotResource", `"arn:aws:s3:::foo/*"`, policy.Refused, policy.Granted, "z"},
		{"NotResource", `"arn:aws:s3:::foo/secret/*"`, policy.Refused, policy.Granted, "secret/"},
		{"NotResource", `["arn:aws:s3:::bar","arn:aws:s3:::foo/*b?c"]`, policy.Refused, policy.Granted, "bzc"},
		{"NotResource", `"arn:aws:s3:*"`, policy.Undecided, policy.Undecided, ""},
		{"NotResource", `"arn:aws:s3:::foo/${aws:nothing}"`, policy.Undecided, policy.Undecided, ""},
	} {
		l := policy.Layers{Bucket: bucketPolicy(t, statement("Allow", c.element, strings.Trim(c.list, "[]"), ""))}
		q := ask(roleARN, "s3:GetObject")
		q.Context = map[string][]string{"aws:username": {"alice"}}
		q.Unknown = []string{"aws:unknown"}
		a := mustDecide(t, q, l)
		if a.Kind != c.object || c.witness != "" && a.Witness.Resource != "arn:aws:s3:::foo/"+c.witness {
			t.Errorf("%s %s: objects %s, want %s %q", c.element, c.list, asJSON(t, a), c.object, c.witness)
		}
		q.Action = "s3:ListBucket"
		if a := mustDecide(t, q, l); a.Kind != c.onBucket {
			t.Errorf("%s %s: bucket %s, want %s", c.element, c.list, asJSON(t, a), c.onBucket)
		}
	}
}

func TestKeySets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		keys    policy.Keys
		list    string
		want    policy.AnswerKind
		witness string
	}{
		{policy.Keys{Prefix: ".quilt/"}, `"arn:aws:s3:::foo/.quilt/*"`, policy.Granted, ""},
		{policy.Keys{Prefix: ".quilt/"}, `"arn:aws:s3:::foo/.quilt/?*"`, policy.Refused, ".quilt/"},
		{policy.Keys{Prefix: "a/", Suffix: ".csv"}, `"arn:aws:s3:::foo/*.csv"`, policy.Granted, ""},
		{policy.Keys{Prefix: "a/", Suffix: ".csv"}, `"arn:aws:s3:::foo/a/b*"`, policy.Refused, "a/.csv"},
		{policy.Keys{Suffix: ".csv"}, `"arn:aws:s3:::foo/?*.csv"`, policy.Refused, ".csv"},
		{policy.Keys{Exact: "a/*"}, `"arn:aws:s3:::foo/a/?"`, policy.Granted, ""},
		{policy.Keys{Exact: "a/b"}, `"arn:aws:s3:::foo/a/c"`, policy.Refused, "a/b"},
		{policy.Keys{Prefix: "é/"}, `"arn:aws:s3:::foo/é/*"`, policy.Granted, ""},
		{policy.Keys{Prefix: "é/"}, `"arn:aws:s3:::foo/?/*"`, policy.Undecided, ""},
		{policy.Keys{Exact: "é"}, `"arn:aws:s3:::foo/?"`, policy.Undecided, ""},
		{policy.Keys{Exact: "é"}, `"arn:aws:s3:::foo/?","arn:aws:s3:::foo/??"`, policy.Undecided, ""},
		{policy.Keys{}, `"arn:aws:s3:::foo/é*","arn:aws:s3:::foo/?*"`, policy.Granted, ""},
		{policy.Keys{Prefix: strings.Repeat("p", policy.MaxKey)}, `"arn:aws:s3:::foo/` + strings.Repeat("?", policy.MaxKey) + `"`, policy.Granted, ""},
	} {
		q := ask(roleARN, "s3:GetObject")
		q.Keys = c.keys
		a := mustDecide(t, q, policy.Layers{Bucket: bucketPolicy(t, statement("Allow", "Resource", c.list, ""))})
		if a.Kind != c.want || c.witness != "" && a.Witness.Resource != "arn:aws:s3:::foo/"+c.witness {
			t.Errorf("%+v with %s: got %s, want %s %q", c.keys, c.list, asJSON(t, a), c.want, c.witness)
		}
	}
}

func TestVariablesNeedTheirVersion(t *testing.T) {
	t.Parallel()
	text := `{"Version":"2008-10-17","Statement":[` + statement("Allow", "Resource", `"arn:aws:s3:::foo/${*}/*"`, "") + `]}`
	q := ask(roleARN, "s3:GetObject")
	q.Keys = policy.Keys{Prefix: "${x}/"}
	if a := mustDecide(t, q, policy.Layers{Bucket: mustParse(t, text, policy.Resource)}); a.Kind != policy.Granted {
		t.Errorf("got %s", asJSON(t, a))
	}
}

func TestPrincipalForms(t *testing.T) {
	t.Parallel()
	const (
		G, R, U = policy.Granted, policy.Refused, policy.Undecided
		rootARN = "arn:aws:iam::111122223333:root"
	)
	callers := []string{control, roleARN, sessionARN, userARN, "*"}
	for _, c := range []struct {
		principal   string
		allow, deny [5]policy.AnswerKind // for the callers above
	}{
		{`"*"`, [5]policy.AnswerKind{G, G, G, G, G}, [5]policy.AnswerKind{R, R, R, R, R}},
		{`{"AWS":"*"}`, [5]policy.AnswerKind{G, G, G, G, G}, [5]policy.AnswerKind{R, R, R, R, R}},
		{`{"AWS":"111122223333"}`, [5]policy.AnswerKind{G, G, G, G, R}, [5]policy.AnswerKind{R, R, R, R, G}},
		{`{"AWS":"` + rootARN + `"}`, [5]policy.AnswerKind{G, G, G, G, R}, [5]policy.AnswerKind{R, R, R, R, G}},
		{`{"AWS":"arn:aws-cn:iam::111122223333:root"}`, [5]policy.AnswerKind{R, R, R, R, R}, [5]policy.AnswerKind{G, G, G, G, G}},
		{`{"AWS":"` + roleARN + `"}`, [5]policy.AnswerKind{R, G, G, R, R}, [5]policy.AnswerKind{R, R, R, G, G}},
		{`{"AWS":"` + sessionARN + `"}`, [5]policy.AnswerKind{R, R, G, R, R}, [5]policy.AnswerKind{R, R, R, G, G}},
		{`{"AWS":"` + userARN + `"}`, [5]policy.AnswerKind{R, R, R, G, R}, [5]policy.AnswerKind{R, G, G, R, G}},
		{`{"AWS":"arn:aws:iam::111122223333:role/*"}`, [5]policy.AnswerKind{R, R, R, R, R}, [5]policy.AnswerKind{G, G, G, G, G}},
		{`{"AWS":"arn:aws:iam::111122223333:role/x/Indexer"}`, [5]policy.AnswerKind{R, R, G, R, R}, [5]policy.AnswerKind{R, G, R, G, G}},
		{`{"AWS":"AROAEXAMPLEEXAMPLE123"}`, [5]policy.AnswerKind{R, R, R, R, R}, [5]policy.AnswerKind{G, G, G, G, G}},
		{`{"Service":"s3.amazonaws.com"}`, [5]policy.AnswerKind{R, R, R, R, R}, [5]policy.AnswerKind{G, G, G, G, G}},
		{`{"CanonicalUser":"abc"}`, [5]policy.AnswerKind{U, U, U, U, R}, [5]policy.AnswerKind{U, U, U, U, G}},
		{`{"Federated":"x"}`, [5]policy.AnswerKind{U, U, U, R, R}, [5]policy.AnswerKind{U, U, U, G, G}},
		{`{"AWS":"whoever"}`, [5]policy.AnswerKind{U, U, U, U, U}, [5]policy.AnswerKind{U, U, U, U, U}},
	} {
		for i, caller := range callers {
			q := ask(caller, "s3:GetObject")
			text := strings.Replace(statement("Allow", "Resource", `"*"`, ""), `"Principal":"*"`, `"Principal":`+c.principal, 1)
			if a := mustDecide(t, q, policy.Layers{Bucket: bucketPolicy(t, text)}); a.Kind != c.allow[i] {
				t.Errorf("Allow %s for %s: got %s, want %s", c.principal, caller, asJSON(t, a), c.allow[i])
			}
			text = allowEverything + "," + strings.Replace(text, "Allow", "Deny", 1)
			if a := mustDecide(t, q, policy.Layers{Bucket: bucketPolicy(t, text)}); a.Kind != c.deny[i] {
				t.Errorf("Deny %s for %s: got %s, want %s", c.principal, caller, asJSON(t, a), c.deny[i])
			}
		}
	}
}

func TestNotPrincipal(t *testing.T) {
	t.Parallel()
	const (
		G, R, U = policy.Granted, policy.Refused, policy.Undecided
		root    = `"arn:aws:iam::111122223333:root"`
	)
	role, session, user := `"`+roleARN+`"`, `"`+sessionARN+`"`, `"`+userARN+`"`
	for _, c := range []struct {
		caller string
		listed []string
		deny   policy.AnswerKind
	}{
		{userARN, []string{root, user}, G},
		{userARN, []string{user}, R},
		{userARN, []string{root}, R},
		{userARN, []string{role}, R},
		{roleARN, []string{root, role}, U},
		{roleARN, []string{role}, R},
		{roleARN, []string{root}, R},
		{roleARN, []string{root, role, session}, U},
		{sessionARN, []string{root, role, session}, G},
		{sessionARN, []string{root, role}, U},
		{sessionARN, []string{root, session}, R},
		{control, []string{root}, R},
		{control, []string{`"*"`}, G},
		{"*", []string{root}, R},
	} {
		list := `"NotPrincipal":{"AWS":[` + strings.Join(c.listed, ",") + `]}`
		text := allowEverything + "," + strings.Replace(statement("Deny", "Resource", `"*"`, ""), `"Principal":"*"`, list, 1)
		if a := mustDecide(t, ask(c.caller, "s3:GetObject"), policy.Layers{Bucket: bucketPolicy(t, text)}); a.Kind != c.deny {
			t.Errorf("Deny %s for %s: got %s, want %s", list, c.caller, asJSON(t, a), c.deny)
		}
		bounded := policy.Layers{
			Bucket:   bucketPolicy(t, text),
			Identity: []*policy.Document{identityPolicy(t, `{"Effect":"Allow","Action":"*","Resource":"*"}`)},
			Boundary: identityPolicy(t, `{"Effect":"Allow","Action":"*","Resource":"*"}`),
		}
		if c.caller == "*" {
			continue
		}
		if a := mustDecide(t, ask(c.caller, "s3:GetObject"), bounded); a.Kind != R {
			t.Errorf("Deny %s for %s with a boundary: got %s", list, c.caller, asJSON(t, a))
		}
	}
}

func TestActionLevels(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]policy.Level{
		"s3:GetObject": policy.ObjectLevel, "S3:GETOBJECT": policy.ObjectLevel, "s3:ListBucket": policy.BucketLevel,
		"s3:ListBucketMultipartUploads": policy.BucketLevel, "s3:ListMultipartUploadParts": policy.ObjectLevel,
		"s3:PutBucketNotification": policy.BucketLevel, "s3:RestoreObject": policy.ObjectLevel,
	} {
		if got, ok := policy.ActionLevel(name); !ok || got != want {
			t.Errorf("%s: %v %v", name, got, ok)
		}
	}
	for _, name := range []string{"s3:*", "s3:Get*", "GetObject", "s3:ListAllMyBuckets", "s3:CreateJob", "ec2:RunInstances", ""} {
		if _, ok := policy.ActionLevel(name); ok {
			t.Errorf("%q has a level", name)
		}
	}
	var objects []string
	for _, name := range quiltActions {
		if level, _ := policy.ActionLevel(name); level == policy.ObjectLevel {
			objects = append(objects, name)
		}
	}
	if len(objects) != 10 || slices.Contains(objects, "s3:ListBucketVersions") {
		t.Errorf("object actions of the profile: %v", objects)
	}
}
