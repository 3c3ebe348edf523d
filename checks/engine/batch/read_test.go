package batch_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/batch"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// line is a question whose members are those of a sound one, but for those that
// members, in JSON, adds, replaces or, by the word absent, leaves out.
func line(tb testing.TB, members string) string {
	tb.Helper()
	all := map[string]json.RawMessage{
		"id": json.RawMessage(`"q1"`), "principal": json.RawMessage(`"arn:aws:iam::111122223333:role/Indexer"`),
		"actions": json.RawMessage(`["s3:GetObject"]`), "bucket": json.RawMessage(`"acme-raw"`), "bucket_account": json.RawMessage(`"444455556666"`),
	}
	var changes map[string]json.RawMessage
	if err := json.Unmarshal([]byte(`{`+members+`}`), &changes); err != nil {
		tb.Fatalf("%s: %v", members, err)
	}
	for name, value := range changes {
		all[name] = value
		if string(value) == `"absent"` {
			delete(all, name)
		}
	}
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(all); err != nil {
		tb.Fatal(err)
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// TestLineErrors has, for each way in which a line can be wrong, what its
// error says. It always names the member.
func TestLineErrors(t *testing.T) {
	t.Parallel()
	const wild = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
	for _, c := range []struct{ members, want string }{
		{`"principal":"absent"`, "principal: missing"},
		{`"principal":null`, "principal: missing"},
		{`"principal":"somebody"`, `principal "somebody" is not an account id`},
		{`"principal":7`, "principal: a number where a string is expected"},
		{`"principal_account":"444455556666"`, `is not of account "444455556666"`},
		{`"principal_account":111122223333`, "principal_account: a number where a string is expected"},
		{`"actions":"absent"`, "actions: name at least one"},
		{`"actions":[]`, "actions: name at least one"},
		{`"actions":"s3:GetObject"`, "actions: a string where a list is expected"},
		{`"actions":["s3:GetObject",7]`, "actions: 1: a number where a string is expected"},
		{`"actions":["s3:GetObject",null]`, "actions: 1: null where a string is expected"},
		{`"actions":["s3:Get*"]`, `actions: 0: "s3:Get*" has a wildcard`},
		{`"actions":["s3:GetObjec?"]`, "has a wildcard"},
		{`"actions":["*"]`, "has a wildcard"},
		{`"actions":["s3:GetObject","s3:GetObjet"]`, `actions: 1: "s3:GetObjet"`},
		{`"actions":["sqs:SendMessage"]`, `actions: 0: "sqs:SendMessage"`},
		{`"actions":["s3:GetObject "]`, `actions: 0: "s3:GetObject "`},
		{`"actions":[` + strings.Repeat(`"s3:GetObject",`, batch.MaxActions) + `"s3:GetObject"]`, "actions: there are 1001"},
		{`"bucket":"absent"`, "bucket: missing"},
		{`"bucket":"a/b"`, `bucket "a/b" is not a bucket name`},
		{`"bucket":["acme-raw"]`, "bucket: a list where a string is expected"},
		{`"bucket_account":"absent"`, "bucket_account: missing"},
		{`"bucket_account":"4444"`, `bucket account "4444" is not 12 digits`},
		{`"partition":"moon"`, `partition: "moon"`},
		{`"partition":"aws:s3"`, `partition: "aws:s3"`},
		{`"partition":"aws-cn"`, `is not of partition "aws-cn"`},
		{`"keys":"a/b"`, "keys: a string where an object is expected"},
		{`"keys":{"starts":"a"}`, "keys: starts: unknown member"},
		{`"keys":{"prefix":7}`, "keys: prefix: a number where a string is expected"},
		{`"keys":{"exact":""}`, "keys: exact: an object key has at least one byte"},
		{`"keys":{"exact":"a","prefix":"b"}`, "keys: use either exact, or prefix and suffix"},
		{`"keys":{"prefix":"` + strings.Repeat("x", 1025) + `"}`, "keys: an object key has at most 1024 bytes"},
		{`"keys":{"exact":"` + strings.Repeat("x", 1025) + `"}`, "keys: an object key has at most 1024 bytes"},
		{`"context":[]`, "context: a list where an object is expected"},
		{`"context":{"aws:SourceIp":"10.0.0.1"}`, "context: aws:SourceIp: a string where a list is expected"},
		{`"context":{"aws:SecureTransport":[true]}`, "context: aws:SecureTransport: 0: a boolean where a string is expected"},
		{`"context":{"aws:SourceIp":[null]}`, "context: aws:SourceIp: 0: null where a string is expected"},
		{`"context":{"SourceIp":["10.0.0.1"]}`, `context: "SourceIp" is no condition key`},
		{`"context":{"aws:SourceIp":["10.0.0.1"],"AWS:sourceip":["10.0.0.2"]}`, "is given twice; case does not tell condition keys apart"},
		{`"unknown":"aws:SourceIp"`, "unknown: a string where a list is expected"},
		{`"unknown":["aws:SourceIp","aws:sourceIP"]`, `unknown: "aws:sourceIP" is given twice`},
		{`"unknown":[""]`, `unknown: "" is no condition key`},
		{`"any":{"s3:prefix":[]}`, "any: an object where a list is expected"},
		{`"context":{"aws:SourceIp":[]},"unknown":["aws:sourceip"]`, `"aws:sourceip" is in context and in unknown`},
		{`"context":{"s3:prefix":["a"]},"any":["S3:Prefix"]`, `"S3:Prefix" is in context and in any`},
		{`"unknown":["s3:prefix"],"any":["s3:prefix"]`, `"s3:prefix" is in unknown and in any`},
		{`"identity_policies":` + wild, "identity_policies: an object where a list is expected"},
		{`"identity_policies":[null]`, "identity_policies: 0: null where a policy"},
		{`"identity_policies":[` + wild + `,{"Statement":[{}]}]`, `identity_policies: 1: reading identity policy: statement 0: element Effect`},
		{`"identity_policies":[],"principal":"*"`, "an anonymous caller has no identity policies"},
		{`"boundary":[` + wild + `]`, "boundary: a list where a policy"},
		{`"boundary":"{\"Version\":\"2012-10-17\"}"`, "boundary: reading identity policy: element Statement is missing"},
		{`"session_policy":{"version":"2012-10-17","Statement":[]}`, `session_policy: reading identity policy: unknown element "version"`},
		{`"bucket_policy":` + wild, "bucket_policy: reading resource policy: statement 0:"},
		{`"bucket_policy":"{\"Statement\":[],\"Statement\":[]}"`, `bucket_policy: reading resource policy: "Statement" is given twice`},
		{`"bucket_policy":""`, "bucket_policy: reading resource policy:"},
		{`"bucket_policy":true`, "bucket_policy: a boolean where a policy"},
		{`"scps":` + wild, "scps: an object where a list is expected"},
		{`"scps":[` + wild + `]`, "scps: 0: an object where a list is expected"},
		{`"scps":[[` + wild + `],[7]]`, "scps: 1: 0: a number where a policy"},
		{`"scps":[null]`, "scps: 0: null where a list is expected"},
		{`"rcps":[["x"]]`, "rcps: 0: 0: reading resource control policy"},
		{`"endpoint_policy":` + strings.Replace(wild, "Allow", "allow", 1), "endpoint_policy: reading endpoint policy: statement 0"},
		{`"restrict_public_buckets":"true"`, "restrict_public_buckets: a string where true or false is expected"},
		{`"restrict_public_buckets":1`, "restrict_public_buckets: a number where true or false is expected"},
		{`"action":"s3:GetObject"`, "action: unknown member"},
		{`"Principal":"*"`, "Principal: unknown member"},
		{`"":1`, ": unknown member"},
	} {
		text := line(t, c.members)
		got := answered(t, text)
		if !strings.Contains(got.Error, c.want) || string(got.ID) != `"q1"` || got.Results != nil {
			t.Errorf("%.200s\n%+v, want the error %q", text, got, c.want)
		}
	}
}

// TestMalformedLines cannot come from a JSON encoder.
func TestMalformedLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, id, want string }{
		{``, `null`, "the line is empty"},
		{" \t\r", `null`, "the line is empty"},
		{`[]`, `null`, "a list where an object is expected"},
		{`"x"`, `null`, "a string where an object is expected"},
		{`{"id":1,"principal":"*"`, `1`, "the end of the text where"},
		{`{"id":1,"principal":}`, `1`, "principal: malformed JSON"},
		{`{"id":1} {"id":2}`, `1`, "more text follows"},
		{`{"id":tru}`, `null`, "id: malformed JSON"},
		{`{"id":[1}}`, `null`, "id: malformed JSON"},
		{`{"principal":"*","principal":"*","id":"late"}`, `"late"`, `"principal" is given twice`},
		{`{"id":1,"id":2}`, `1`, `"id" is given twice`},
		{`{"id":1,"bucket":"\ud800"}`, `1`, "bucket: a string is not valid Unicode"},
		{"{\"id\":1,\"bucket\":\"\xff\"}", `null`, "not valid UTF-8"},
		{"{\"id\":1,\"bucket\":\"\x01\"}", `1`, "bucket: a string holds a control character"},
		{`{"id":1,"context":{"aws:SourceIp":[],"aws:SourceIp":[]}}`, `1`, `context: "aws:SourceIp" is given twice`},
		{`{"id":1,"keys":{"prefix":"a","prefix":"b"}}`, `1`, `keys: "prefix" is given twice`},
		{`{"id":1,"bogus":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`, `1`, "bogus: unknown member"},
		{`{"id":1,"bucket_policy":` + strings.Repeat(`{"Statement":`, 10_000) + strings.Repeat("}", 10_000) + `}`, `1`, "bucket_policy: reading resource policy"},
		{`{"id":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`, `null`, "id: malformed JSON"},
	} {
		if got := answered(t, c.text); !strings.Contains(got.Error, c.want) || string(got.ID) != c.id || got.Results != nil {
			t.Errorf("%.200s\n%.300s, want id %s and the error %q", c.text, fmt.Sprintf("%+v", got), c.id, c.want)
		}
	}
}

// TestRead reads every member in every form.
func TestRead(t *testing.T) {
	t.Parallel()
	const allow = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
	quoted := fmt.Sprintf("%q", allow)
	forAll := strings.Replace(allow, `"Action"`, `"Principal":"*","Action"`, 1)
	deny := strings.Replace(forAll, "Allow", "Deny", 1)
	text := line(t, `"id":{"a" : [1.0e5, "é"]},"principal_account":"111122223333","actions":["s3:getobject","s3:ListBucket"],"partition":"aws",
		"keys":{"prefix":"a/","suffix":null},"context":{"aws:SecureTransport":["true"],"aws:SourceIp":null,"aws:TagKeys":[]},
		"unknown":["aws:PrincipalTag/team","aws:PrincipalTag/Team"],"any":["s3:prefix"],"identity_policies":[`+allow+`,`+quoted+`],
		"boundary":`+quoted+`,"session_policy":`+allow+`,"bucket_policy":`+forAll+`,"endpoint_policy":`+forAll+`,
		"scps":[[`+allow+`],[]],"rcps":[[`+deny+`]],"restrict_public_buckets":true`)
	q, err := batch.Read(text, policy.NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	want := policy.Question{
		Principal: "arn:aws:iam::111122223333:role/Indexer", PrincipalAccount: "111122223333", Bucket: "acme-raw", BucketAccount: "444455556666",
		Partition: "aws", Keys: policy.Keys{Prefix: "a/"}, Context: map[string][]string{"aws:SecureTransport": {"true"}, "aws:TagKeys": {}},
		Unknown: []string{"aws:PrincipalTag/team", "aws:PrincipalTag/Team"}, Any: []string{"s3:prefix"},
	}
	if diff := cmp.Diff(want, q.Ask); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	l := &q.Layers
	if diff := cmp.Diff([]string{"s3:getobject", "s3:ListBucket"}, q.Actions); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(l.Identity) != 2 || l.Identity[0] != l.Identity[1] || l.Boundary != l.Identity[0] || l.Session != l.Identity[0] {
		t.Error("one text is read more than once as the same kind of policy")
	}
	if l.Bucket.Kind != policy.Resource || l.Endpoint.Kind != policy.Endpoint || l.Endpoint == l.Bucket {
		t.Error("a bucket policy is not a policy of an endpoint")
	}
	if len(l.SCPs) != 2 || len(l.SCPs[0]) != 1 || len(l.SCPs[1]) != 0 || l.SCPs[0][0].Kind != policy.SCP {
		t.Errorf("SCPs %v", l.SCPs)
	}
	if len(l.RCPs) != 1 || len(l.RCPs[0]) != 1 || l.RCPs[0][0].Kind != policy.RCP || !l.RestrictPublicBuckets {
		t.Errorf("RCPs %v, %v", l.RCPs, l.RestrictPublicBuckets)
	}
}

// TestNullMeansAbsent: a line with null in every member that may be left out is
// the line without them.
func TestNullMeansAbsent(t *testing.T) {
	t.Parallel()
	short, err := batch.Read(line(t, ``), policy.NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	nulls, err := batch.Read(line(t, `"principal_account":null,"partition":null,"keys":null,"context":null,"unknown":null,"any":null,
		"identity_policies":null,"boundary":null,"session_policy":null,"bucket_policy":null,"scps":null,"rcps":null,
		"endpoint_policy":null,"restrict_public_buckets":null`), policy.NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(short.Ask, nulls.Ask); diff != "" || short.Layers.Identity != nil || nulls.Layers.Identity != nil {
		t.Errorf("(-without +null)\n%s", diff)
	}
	empty, err := batch.Read(line(t, `"identity_policies":[],"scps":[],"rcps":[]`), policy.NewCache(1<<20))
	if err != nil || empty.Layers.Identity == nil || empty.Layers.SCPs != nil || empty.Layers.RCPs != nil {
		t.Errorf("%+v, %v: no identity policy is not the same as not asked", empty.Layers, err)
	}
}
