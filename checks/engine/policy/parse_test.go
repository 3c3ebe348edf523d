package policy_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

func TestParseKeepsWhatIsWritten(t *testing.T) {
	t.Parallel()
	got := mustParse(t, `{
		"Id": "x", "Statement": {
			"Sid": "caf\u00e9 \ud83d\ude00", "Effect": "Deny", "NotAction": ["s3:Get*", "S3:*"], "NotResource": "arn:aws:s3:::b/*",
			"NotPrincipal": {"AWS": ["111122223333", "arn:aws:iam::111122223333:role/R"], "Service": "s3.amazonaws.com"},
			"Condition": {"NumericLessThan": {"s3:max-keys": [10, "2.50", -1e3]}, "Bool": {"aws:SecureTransport": false}}
		}}`, policy.Resource)
	want := &policy.Document{
		Kind: policy.Resource, Version: policy.Version2008, ID: "x",
		Statements: []policy.Statement{{
			Sid: "café 😀", Effect: "Deny", NotActions: []string{"s3:Get*", "S3:*"}, NotResources: []string{"arn:aws:s3:::b/*"},
			NotPrincipals: []policy.Principal{
				{Kind: "AWS", Value: "111122223333"},
				{Kind: "AWS", Value: "arn:aws:iam::111122223333:role/R"},
				{Kind: "Service", Value: "s3.amazonaws.com"},
			},
			Conditions: []policy.Condition{
				{Operator: "NumericLessThan", Key: "s3:max-keys", Values: []string{"10", "2.50", "-1e3"}},
				{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}},
			},
		}},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(policy.Document{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseIdentity(t *testing.T) {
	t.Parallel()
	const text = `{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
	if _, err := policy.Parse(text, policy.Identity); err != nil {
		t.Error(err)
	}
	if _, err := policy.Parse(text, policy.Resource); err == nil {
		t.Error("a bucket policy without Principal is accepted")
	}
	if _, err := policy.Parse(typicalBucketPolicy(), policy.Identity); err == nil {
		t.Error("an identity policy with Principal is accepted")
	}
}

// TestParseForEachKind goes through what the grammar of each kind demands.
func TestParseForEachKind(t *testing.T) {
	t.Parallel()
	const rest = `"Action":"s3:GetObject","Resource":"*"`
	kinds := []policy.Kind{policy.Identity, policy.Resource, policy.Endpoint, policy.SCP, policy.RCP}
	for _, c := range []struct {
		statement string
		want      string // for the kinds above: + accepted, - refused
	}{
		{`"Effect":"Allow",` + rest, "+--+-"},
		{`"Effect":"Deny",` + rest, "+--+-"},
		{`"Effect":"Allow","Principal":"*",` + rest, "-++--"},
		{`"Effect":"Deny","Principal":"*",` + rest, "-++-+"},
		{`"Effect":"Deny","Principal":{"AWS":"*"},` + rest, "-++--"},
		{`"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},` + rest, "-++--"},
		{`"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"`, "-++-+"},
		{`"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"Bool":{"a:b":true}}`, "-++--"},
		{`"Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*"`, "-++--"},
		{`"Effect":"Deny","Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::b/*"`, "-++-+"},
		{`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:*"`, "-++--"},
		{`"Effect":"Deny","NotAction":"s3:*","NotResource":"arn:aws:s3:*"`, "+--+-"},
	} {
		for i, kind := range kinds {
			_, err := policy.Parse(`{"Version":"2012-10-17","Statement":{`+c.statement+`}}`, kind)
			if accepted := err == nil; accepted != (c.want[i] == '+') {
				t.Errorf("%s policy {%s}: %v", kind, c.statement, err)
			}
		}
	}
}

func TestCompiledByHandIsTheSame(t *testing.T) {
	t.Parallel()
	parsed := mustParse(t, typicalBucketPolicy(), policy.Resource)
	byHand := &policy.Document{Kind: parsed.Kind, Version: parsed.Version, Statements: parsed.Statements}
	q := typicalQuestion()
	for _, q.Action = range quiltActions {
		want := asJSON(t, mustDecide(t, q, policy.Layers{Bucket: parsed}))
		for _, d := range []*policy.Document{byHand, byHand.Compile()} {
			if got := asJSON(t, mustDecide(t, q, policy.Layers{Bucket: d})); got != want {
				t.Errorf("%s: got %s, want %s", q.Action, got, want)
			}
		}
	}
}

// TestHandMadeDocumentsAreReadSafely holds that what Parse would refuse grants
// nothing if it is put together by hand.
func TestHandMadeDocumentsAreReadSafely(t *testing.T) {
	t.Parallel()
	whole := policy.Statement{
		Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"},
		Principals: []policy.Principal{{Kind: "*", Value: "*"}},
	}
	for name, change := range map[string]func(*policy.Statement){
		"no principal": func(s *policy.Statement) { s.Principals = nil },
		"effect":       func(s *policy.Statement) { s.Effect = "allow" },
		"no action":    func(s *policy.Statement) { s.Actions = nil },
		"no resource":  func(s *policy.Statement) { s.Resources = nil },
	} {
		s := whole
		change(&s)
		d := &policy.Document{Kind: policy.Resource, Version: policy.Version2012, Statements: []policy.Statement{s}}
		if a := mustDecide(t, ask(control, "s3:GetObject"), policy.Layers{Bucket: d}); a.Kind == policy.Granted {
			t.Errorf("%s: %s", name, asJSON(t, a))
		}
	}
}

// FuzzParse holds Parse against encoding/json: what Parse accepts is JSON, and
// reads the same after it was rewritten.
func FuzzParse(f *testing.F) {
	f.Add(typicalBucketPolicy())
	f.Add(typicalIdentity)
	f.Add(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"\u0073\ud83d\ude00","Resource":"*","Condition":{"Bool":{"a:b":[true,-1.5e+3]}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range []policy.Kind{policy.Identity, policy.Resource} {
			d, err := policy.Parse(text, kind)
			if err != nil {
				continue
			}
			var generic any
			if err := json.Unmarshal([]byte(text), &generic); err != nil {
				t.Fatalf("accepted, but not JSON: %v", err)
			}
			rewritten, err := json.Marshal(generic)
			if err != nil {
				t.Fatal(err)
			}
			again, err := policy.Parse(string(rewritten), kind)
			if err != nil {
				t.Fatalf("rewritten as %s: %v", rewritten, err)
			}
			if len(again.Statements) != len(d.Statements) {
				t.Fatalf("%d statements became %d", len(d.Statements), len(again.Statements))
			}
			q := ask(control, "s3:GetObject")
			q.UnknownByDefault = true
			l := policy.Layers{Bucket: d}
			if kind == policy.Identity {
				l = policy.Layers{Identity: []*policy.Document{d}, Boundary: d}
			}
			mustDecide(t, q, l)
		}
	})
}
