package policy

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// says spells what the layers say, in order, without those that nobody asks or
// that have no policy.
func says(e Explanation) string {
	var words []string
	for _, l := range e.Layers {
		if l.Says == SaysNotAsked || l.Says == SaysNoLimit {
			continue
		}
		words = append(words, string(l.Layer)+"="+string(l.Says))
	}
	return strings.Join(words, " ")
}

func TestExplainSingleLayers(t *testing.T) {
	t.Parallel()
	role := singleBucketAllow(singleAWS(singleQuiltRole))
	odd := strings.Replace(role, `"Resource"`, `"Condition":{"Odd":{"a:b":"c"}},"Resource"`, 1)
	for name, c := range map[string]struct {
		singleLayerCase
		verdict, says string
	}{
		"both sides":            {singleLayerCase{identity: singleAll, bucket: role}, "allowed", "identity=allow bucket_policy=allow"},
		"the bucket's side":     {singleLayerCase{bucket: role}, "allowed", "bucket_policy=allow"},
		"nothing":               {singleLayerCase{}, "denied", "bucket_policy=implicit"},
		"everything allows":     {singleLayerCase{identity: singleAll, boundary: singleAll, session: singleAll, scps: []string{singleAll, singleAll}, endpoint: singleBucketAllow(`"*"`), bucket: role}, "allowed", "identity=allow boundary=allow session=allow scp=allow scp=allow endpoint_policy=allow bucket_policy=allow"},
		"layers in the way":     {singleLayerCase{identity: singleAll, boundary: "-", session: singleDenyGet, scps: []string{singleAll, ""}, rcps: []string{singleDenyRCP}, endpoint: "-", bucket: role}, "denied", "identity=allow boundary=implicit session=deny scp=allow scp=implicit rcp=deny endpoint_policy=implicit bucket_policy=allow"},
		"one side is enough":    {singleLayerCase{identity: singleAll, bucket: singleBucketAllow(singleAWS(singleCallerAccount)), change: singleSameAccount}, "allowed", "identity=allow bucket_policy=not_needed"},
		"the other side":        {singleLayerCase{identity: "none", boundary: "-", bucket: singleBucketAllow(`"*"`), change: singleSameAccount}, "allowed", "identity=not_needed boundary=not_needed bucket_policy=allow"},
		"undetermined":          {singleLayerCase{identity: singleAll, bucket: odd}, "undetermined", "identity=allow bucket_policy=undetermined"},
		"undetermined deny":     {singleLayerCase{bucket: role + "," + strings.Replace(odd, "Allow", "Deny", 1)}, "undetermined", "bucket_policy=undetermined"},
		"anonymous":             {singleLayerCase{identity: singleAll, scps: []string{""}, bucket: role, change: singleAs("*")}, "denied", "bucket_policy=implicit"},
		"a service-linked role": {singleLayerCase{identity: singleAll, scps: []string{singleDenyGet}, bucket: singleBucketAllow(`"*"`), change: singleAs(singleLinked)}, "allowed", "identity=allow bucket_policy=allow"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := ExplainSingle(c.request(), c.policies(t))
			if e.Verdict != c.verdict || says(e) != c.says {
				t.Errorf("%s: %s\nwant %s: %s", e.Verdict, says(e), c.verdict, c.says)
			}
		})
	}
}

func TestExplainSinglePublicAccess(t *testing.T) {
	t.Parallel()
	c := singleLayerCase{bucket: singleBucketAllow(singleAWS(singleQuiltRole)) + "," + singleBucketAllow(`"*"`)}
	p := c.policies(t)
	p.RestrictPublicBuckets = true
	e := ExplainSingle(c.request(), p)
	got := e.Layers[len(e.Layers)-1]
	if e.Verdict != "denied" || got.Layer != LayerPublicAccess || got.Says != SaysDeny || len(got.Statements) != 1 || got.Statements[0].Statement != 1 {
		t.Errorf("%s, %+v", e.Verdict, got)
	}
	p.Public = StatedPublic
	p.Bucket = nil
	if got := ExplainSingle(c.request(), p); got.Layers[len(got.Layers)-1].Says != SaysDeny {
		t.Errorf("stated as public: %+v", got)
	}
	request := c.request()
	request.ResourceAccount = singleCallerAccount
	if got := ExplainSingle(request, p); got.Layers[len(got.Layers)-1].Says != SaysNoLimit {
		t.Errorf("the owner's account: %+v", got)
	}
}

func TestExplainSingleNamesTheWorstSession(t *testing.T) {
	t.Parallel()
	deny := strings.Replace(singleBucketAllow(singleAWS(singleQuiltSession)), "Allow", "Deny", 1)
	c := singleLayerCase{bucket: singleBucketAllow(singleAWS(singleQuiltRole)) + "," + deny}
	if e := ExplainSingle(c.request(), c.policies(t)); e.Request.Principal != singleQuiltSession || e.Verdict != "denied" {
		t.Errorf("explained %s: %s", e.Request.Principal, e.Verdict)
	}
}

func TestExplainSingleOfNoConcreteRequest(t *testing.T) {
	t.Parallel()
	c := singleLayerCase{change: func(r *SingleRequest) { r.Action = "s3:*" }}
	if e := ExplainSingle(c.request(), c.policies(t)); e.Verdict != "undetermined" || e.Reason == "" || len(e.Layers) != 0 {
		t.Errorf("%+v", e)
	}
}

// TestExplainSingleElements fixes the JSON form, with an element of each kind.
func TestExplainSingleElements(t *testing.T) {
	t.Parallel()
	c := singleLayerCase{
		bucket: `{"Sid":"Near","Effect":"Allow","Principal":{"AWS":"111122223333","Service":"x.amazonaws.com"},"Action":["s3:Get*","s3:Put*"],"NotResource":"arn:aws:s3","Condition":{
			"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]},"Bool":{"aws:SecureTransport":"true"},"Odd":{"a:b":"c"}}},
			{"Sid":"Far","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::x","Condition":{"Null":{"aws:SecureTransport":"true"}}},
			{"Sid":"Beside","Effect":"Allow","Principal":"*","NotAction":"s3:GetObject","Resource":"*"}`,
		change: func(r *SingleRequest) {
			r.Principal = singleQuiltSession
			r.Context = map[string][]string{"AWS:securetransport": {"true"}}
		},
	}
	got, err := json.MarshalIndent(ExplainSingle(c.request(), c.policies(t)).Layers[6], "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	want := `{
	"layer": "bucket_policy",
	"says": "implicit",
	"nearest": {
		"policy": 0,
		"statement": 0,
		"sid": "Near",
		"effect": "Allow",
		"elements": [
			{"element": "principal", "wanted": ["111122223333", "Service:x.amazonaws.com"], "given": ["` + singleQuiltSession + `"], "matches": "true"},
			{"element": "action", "wanted": ["s3:Get*", "s3:Put*"], "given": ["s3:GetObject"], "matches": "true"},
			{"element": "not_resource", "wanted": ["arn:aws:s3"], "given": ["arn:aws:s3:::data/a/b.csv"], "matches": "unknown", "note": "unusual ARN: it has fewer than six parts"},
			{"element": "condition", "operator": "StringEquals", "key": "aws:SourceVpce", "wanted": ["vpce-1", "vpce-2"], "given": [], "matches": "false"},
			{"element": "condition", "operator": "Bool", "key": "aws:SecureTransport", "wanted": ["true"], "given": ["true"], "matches": "true"},
			{"element": "condition", "operator": "Odd", "key": "a:b", "wanted": ["c"], "given": [], "matches": "unknown"}
		]
	}
}`
	var gotValue, wantValue any
	if err := json.Unmarshal([]byte(want), &wantValue); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got, &gotValue); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantValue, gotValue); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestExplainNotesAnAccountWithinItself(t *testing.T) {
	t.Parallel()
	c := singleLayerCase{identity: "none", bucket: singleBucketAllow(singleAWS(singleCallerAccount)), change: singleSameAccount}
	e := ExplainSingle(c.request(), c.policies(t))
	nearest := e.Layers[len(e.Layers)-2].Nearest
	if e.Verdict != "denied" || nearest == nil || nearest.Elements[0].Note == "" {
		t.Errorf("%s, nearest %+v", e.Verdict, nearest)
	}
}

func TestExplainAnAnswer(t *testing.T) {
	t.Parallel()
	part := func(prefix string) string {
		return strings.Replace(singleBucketAllow(singleAWS(singleQuiltRole)), `"*"`, `"arn:aws:s3:::data/`+prefix+`"`, 1)
	}
	c := singleLayerCase{identity: singleAll, scps: []string{singleAll}, bucket: part("?*") + "," + part("a*")}
	p := c.policies(t)
	layers := Layers{Identity: p.Identity, SCPs: p.SCPs, Bucket: p.Bucket}
	q := Question{Principal: singleQuiltRole, Action: "s3:GetObject", Bucket: "data", BucketAccount: singleOwnerAccount}
	decide := func() Answer {
		a, err := Decide(q, layers)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	granted := Explain(q, layers, decide())
	if granted.Verdict != "allowed" || granted.Request != nil || says(granted) != "identity=allow scp=allow bucket_policy=allow" {
		t.Errorf("%+v", granted)
	}
	for _, l := range granted.Layers {
		if l.Says == SaysAllow && len(l.Statements) == 0 {
			t.Errorf("%s allows by no statement", l.Layer)
		}
	}
	layers.Bucket = singleStatements(t, Resource, part("a*"))
	refused := decide()
	if e := Explain(q, layers, refused); e.Verdict != "denied" || e.Request.Resource != refused.Witness.Resource || says(e) != "identity=allow scp=allow bucket_policy=implicit" {
		t.Errorf("%+v", e)
	}
	open := Explain(q, layers, Answer{Kind: Undecided, Reason: "because"})
	if open.Verdict != "undetermined" || open.Reason != "because" || len(open.Layers) != 0 {
		t.Errorf("%+v", open)
	}
}
