package batch_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/batch"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

const (
	allowAll = `{"Version":"2012-10-17","Statement":[{"Sid":"All","Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
	grant    = `{"Version":"2012-10-17","Statement":[
		{"Sid":"Quilt","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["s3:Get*","s3:List*"],"Resource":["arn:aws:s3:::acme-raw","arn:aws:s3:::acme-raw/*"]},
		{"Sid":"Vpce","Effect":"Deny","Principal":"*","Action":"s3:GetObjectVersion","Resource":"arn:aws:s3:::acme-raw/*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-<1>"}}}]}`
)

// TestAnswers has whole lines of output.
func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, members, want string }{
		{
			"granted", `"bucket_policy":` + grant,
			`{"id":"q1","results":[{"action":"s3:GetObject","answer":"granted","decided_by":{"layer":"bucket_policy","policy":0,"statement":0,"sid":"Quilt","effect":"Allow"},"depends_on":[]}]}`,
		},
		{
			"implicit", `"id":null,"bucket_policy":` + grant + `,"actions":["s3:PutObject"]`,
			`{"id":null,"results":[{"action":"s3:PutObject","answer":"refused","witness":{"resource":"arn:aws:s3:::acme-raw/z","context":{}},"decided_by":{"layer":"bucket_policy","effect":"implicit"},"depends_on":[]}]}`,
		},
		{
			"denied", `"id":"absent","bucket_policy":` + grant + `,"actions":["s3:GetObjectVersion"],"context":{"aws:SourceVpce":["vpce-2"]}`,
			`{"id":null,"results":[{"action":"s3:GetObjectVersion","answer":"refused","witness":{"resource":"arn:aws:s3:::acme-raw/z","context":{}},"decided_by":{"layer":"bucket_policy","policy":0,"statement":1,"sid":"Vpce","effect":"Deny"},"depends_on":[]}]}`,
		},
		{
			"identity", `"id":[1,{"a":"<é>"}],"bucket_policy":` + grant + `,"identity_policies":[]`,
			`{"id":[1,{"a":"<é>"}],"results":[{"action":"s3:GetObject","answer":"refused","witness":{"resource":"arn:aws:s3:::acme-raw/z","context":{}},"decided_by":{"layer":"identity","effect":"implicit"},"depends_on":[]}]}`,
		},
		{
			"bucket action", `"bucket_policy":` + grant + `,"identity_policies":[` + allowAll + `],"actions":["s3:ListBucket","s3:DeleteBucket"],"keys":{"exact":"a"}`,
			`{"id":"q1","results":[{"action":"s3:ListBucket","answer":"granted","decided_by":{"layer":"identity","policy":0,"statement":0,"sid":"All","effect":"Allow"},"depends_on":[]},` +
				`{"action":"s3:DeleteBucket","answer":"refused","witness":{"resource":"arn:aws:s3:::acme-raw","context":{}},"decided_by":{"layer":"bucket_policy","effect":"implicit"},"depends_on":[]}]}`,
		},
	} {
		got, sum := run(t, line(t, c.members), 1)
		if len(got) != 1 || got[0] != c.want || sum.Failed != 0 {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), c.want)
		}
	}
}

// TestConditional names the key, and shows the value for which it fails.
func TestConditional(t *testing.T) {
	t.Parallel()
	got := result(t, line(t, `"bucket_policy":`+grant+`,"actions":["s3:GetObjectVersion"],"unknown":["aws:SourceVpce"]`))
	if got.Answer != "conditional" || len(got.DependsOn) != 1 || got.DependsOn[0] != "aws:SourceVpce" || got.Witness == nil {
		t.Errorf("%+v", got)
	}
}

// TestWitnessOfAnother: where it is one of those that the principal stands for
// who is refused, the witness says who.
func TestWitnessOfAnother(t *testing.T) {
	t.Parallel()
	named := strings.Replace(grant, `"Principal":"*","Action":"s3:GetObjectVersion"`, `"Principal":{"AWS":"arn:aws:iam::111122223333:role/Bob"},"Action":"s3:GetObject"`, 1)
	got := result(t, line(t, `"principal":"111122223333","bucket_policy":`+named))
	if got.Answer != "refused" || got.Witness["principal"] != "arn:aws:iam::111122223333:role/Bob" {
		t.Errorf("%+v", got)
	}
}

// TestActionsOfOneLine gives each action of a line the answer that it has on a
// line of its own, whatever layer tells the actions apart.
func TestActionsOfOneLine(t *testing.T) {
	t.Parallel()
	const limit = `{"Version":"2012-10-17","Statement":[{"Sid":"Limit","Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"*"}]}`
	forAll := func(text string) string { return strings.Replace(text, `"Action"`, `"Principal":"*","Action"`, 1) }
	deny := forAll(strings.Replace(limit, "Allow", "Deny", 1))
	base := `"bucket_policy":` + forAll(allowAll) + `,"identity_policies":[` + allowAll + `]`
	actions := []string{"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:ListBucket", "s3:ListBucketVersions", "s3:GetObject"}
	for _, layer := range []string{
		`"identity_policies":[` + limit + `]`, `"boundary":` + limit, `"session_policy":` + limit, `"scps":[[` + limit + `]]`, `"scps":[[` + allowAll + `],[` + limit + `]]`,
		`"rcps":[[` + deny + `]]`, `"endpoint_policy":` + forAll(limit), `"bucket_policy":` + forAll(limit),
	} {
		all := answered(t, line(t, base+`,`+layer+`,"actions":["`+strings.Join(actions, `","`)+`"]`))
		if len(all.Results) != len(actions) {
			t.Fatalf("%s: %+v", layer, all)
		}
		kinds := map[string]bool{}
		for i, name := range actions {
			text := line(t, base+`,`+layer+`,"actions":["`+name+`"]`)
			if alone := answered(t, text).Results[0]; string(all.Results[i]) != string(alone) {
				t.Errorf("%s: %s\nin one line:          %s\non a line of its own: %s", layer, name, all.Results[i], alone)
			}
			kinds[result(t, text).Answer] = true
		}
		if !kinds["granted"] || !kinds["refused"] {
			t.Errorf("%s tells no actions apart: %v", layer, kinds)
		}
	}
}

type oneResult struct {
	Answer    string         `json:"answer"`
	Witness   map[string]any `json:"witness"`
	DependsOn []string       `json:"depends_on"`
	Reason    string         `json:"reason"`
}

// result is the result for the only action of a line.
func result(tb testing.TB, line string) oneResult {
	tb.Helper()
	got := answered(tb, line)
	if len(got.Results) != 1 {
		tb.Fatalf("%s\n%+v", line, got)
	}
	var out oneResult
	if err := json.Unmarshal(got.Results[0], &out); err != nil {
		tb.Fatal(err)
	}
	return out
}

// TestPoliciesAreParsedOnce: a policy that comes again is the one that was
// there before, as an object or as a string.
func TestPoliciesAreParsedOnce(t *testing.T) {
	t.Parallel()
	policies := policy.NewCache(1 << 20)
	quoted, err := json.Marshal(allowAll)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{allowAll, string(quoted), allowAll} {
		if _, err := batch.Read(line(t, `"boundary":`+text), policies); err != nil {
			t.Fatal(err)
		}
	}
	if got := policies.Parsed(); got != 1 {
		t.Errorf("%d policies were parsed", got)
	}
}

// TestHostilePatterns: policies of 20 KB that are made to be hard give an answer,
// never a grant that is not there.
func TestHostilePatterns(t *testing.T) {
	t.Parallel()
	for _, key := range []string{strings.Repeat("*a*b*c", 3300), strings.Repeat("?", 20_000) + "*", strings.Repeat("*?", 9_900), strings.Repeat("${aws:username}*", 1200)} {
		text := strings.ReplaceAll(grant, "acme-raw/*", "acme-raw/"+key)
		if got := result(t, line(t, `"unknown":["aws:SourceVpce"],"actions":["s3:GetObjectVersion"],"bucket_policy":`+text)); got.Answer == "granted" {
			t.Errorf("%.20s...: %+v", key, got)
		}
	}
}
