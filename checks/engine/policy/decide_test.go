package policy_test

import (
	"encoding/json"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

const (
	control  = "111122223333"
	data     = "444455556666"
	roleARN  = "arn:aws:iam::111122223333:role/Indexer"
	localARN = "arn:aws:iam::444455556666:role/Local"
)

func mustParse(t testing.TB, text string, kind policy.Kind) *policy.Document {
	t.Helper()
	d, err := policy.Parse(text, kind)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func bucketPolicy(t testing.TB, statements string) *policy.Document {
	t.Helper()
	return mustParse(t, `{"Version":"2012-10-17","Statement":[`+statements+`]}`, policy.Resource)
}

func identityPolicy(t testing.TB, statements string) *policy.Document {
	t.Helper()
	return mustParse(t, `{"Version":"2012-10-17","Statement":[`+statements+`]}`, policy.Identity)
}

func ask(principal, action string) policy.Question {
	return policy.Question{Principal: principal, Action: action, Bucket: "foo", BucketAccount: data}
}

func mustDecide(t testing.TB, q policy.Question, l policy.Layers) policy.Answer {
	t.Helper()
	a, err := policy.Decide(q, l)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
