package repair

import (
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

const before = `{"Version":"2012-10-17","Statement":[
	{"Sid":"A","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["s3:GetObject","s3:Put*"],"Resource":"arn:aws:s3:::b/*"},
	{"Sid":"D","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/*","Condition":{"Null":{"aws:SourceVpce":"true"}}}]}`

const after = `{"Version":"2012-10-17","Statement":[
	{"Sid":"A","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["s3:GetObject","s3:Put*","s3:GetObjectTagging"],"Resource":"arn:aws:s3:::b/*"},
	{"Sid":"D","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/*","Condition":{"Null":{"aws:SourceVpce":"true"},"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}},
	{"Sid":"D2","Effect":"Deny","Principal":"*","NotAction":["s3:GetObject","s3:GetObjectTagging"],"Resource":"arn:aws:s3:::b/*","Condition":{"Null":{"aws:SourceVpce":"true"}}},
	{"Sid":"N","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}`

// proved says whether a change of the text to the one given is proved to be safe
// for an account that must get objects and their tags, and whether probes find
// nothing.
func proved(t *testing.T, text string) (proof, probes bool) {
	t.Helper()
	was, err := newDraft(before, policy.Resource, nil)
	if err != nil {
		t.Fatal(err)
	}
	now, err := newDraft(text, policy.Resource, nil)
	if err != nil {
		t.Fatal(err)
	}
	now.origins = []int{0, 1, 1, -1}[:len(now.statements)]
	goal := Goal{Layer: policy.LayerBucketPolicy}
	for _, action := range []string{"s3:GetObject", "s3:GetObjectTagging"} {
		goal.Requirements = append(goal.Requirements, Requirement{Question: policy.Question{
			Principal: "111122223333", Action: action, Bucket: "b", BucketAccount: "444455556666", UnknownByDefault: true, Absent: []string{"aws:SourceVpce"},
		}, Layers: policy.Layers{Bucket: was.document}})
	}
	j, err := newJob(goal, was)
	if err != nil {
		t.Fatal(err)
	}
	return j.prove(was, now), j.probes(was, now, newDelta(was, now))
}

func TestProofHolds(t *testing.T) {
	t.Parallel()
	if proof, probes := proved(t, after); !proof || !probes {
		t.Errorf("the change is not proved: %v %v", proof, probes)
	}
}

// TestProofFails spoils the change in one place at a time.
func TestProofFails(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string][2]string{
		"another action":             {`"s3:GetObjectTagging"],"Resource":"arn:aws:s3:::b/*"}`, `"s3:GetObjectAcl"],"Resource":"arn:aws:s3:::b/*"}`},
		"a pattern of actions":       {`"s3:Put*","s3:GetObjectTagging"],"R`, `"s3:Put*","s3:GetObjectTagging*"],"R`},
		"another principal":          {`"arn:aws:iam::111122223333:root"`, `["arn:aws:iam::111122223333:root","999999999999"]`},
		"everybody":                  {`{"AWS":"arn:aws:iam::111122223333:root"}`, `"*"`},
		"another account excepted":   {`"aws:PrincipalAccount":"111122223333"`, `"aws:PrincipalAccount":["111122223333","999999999999"]`},
		"an exception turned around": {`"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}`, `"StringEquals":{"aws:PrincipalAccount":"111122223333"}`},
		"a further condition":        {`"aws:PrincipalAccount":"111122223333"`, `"aws:PrincipalAccount":"111122223333","aws:SourceVpc":"vpc-1"`},
		"a Deny for fewer keys":      {`"Action":"s3:*","Resource":"arn:aws:s3:::b/*","Condition":{"Null":{"aws:SourceVpce":"true"},`, `"Action":"s3:*","Resource":"arn:aws:s3:::b/a*","Condition":{"Null":{"aws:SourceVpce":"true"},`},
		"a Deny for other callers":   {`"Principal":"*","Action"`, `"Principal":{"AWS":"999999999999"},"Action"`},
		"a Deny that allows":         {`"Effect":"Deny","Principal":"*","Action"`, `"Effect":"Allow","Principal":"*","Action"`},
		"more left out of the rest":  {`"NotAction":["s3:GetObject",`, `"NotAction":["s3:GetObject","s3:PutObject",`},
		"the rest for fewer keys":    {`"s3:GetObjectTagging"],"Resource":"arn:aws:s3:::b/*","Condition"`, `"s3:GetObjectTagging"],"Resource":"arn:aws:s3:::b/?","Condition"`},
		"the Allow renamed":          {`"Sid":"A"`, `"Sid":"B"`},
	} {
		text := strings.Replace(after, spoil[0], spoil[1], 1)
		if text == after {
			t.Errorf("%s: nothing is spoilt", name)
		}
		if proof, _ := proved(t, text); proof {
			t.Errorf("%s is not noticed", name)
		}
	}
}

// TestProbesFind makes sure that the plain evaluator alone notices the crudest
// mistakes.
func TestProbesFind(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string][2]string{
		"everybody":         {`{"AWS":"arn:aws:iam::111122223333:root"}`, `"*"`},
		"no Deny of others": {`"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}`, `"StringEquals":{"aws:PrincipalAccount":"999999999999"}`},
		"all actions":       {`"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]`, `"Action":"s3:GetObject*","Resource":"arn:aws:s3:::b/*"}]`},
	} {
		text := strings.Replace(after, spoil[0], spoil[1], 1)
		if name != "everybody" {
			text = strings.Replace(text, `"s3:GetObjectTagging"],"Resource":"arn:aws:s3:::b/*","Condition"`, `"s3:*"],"Resource":"arn:aws:s3:::b/*","Condition"`, 1)
		}
		if _, probes := proved(t, text); probes {
			t.Errorf("%s is not found", name)
		}
	}
}
