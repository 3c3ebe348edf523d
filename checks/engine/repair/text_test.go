package repair_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/repair"
)

// TestTextIsKept repairs texts that are written in odd ways.
func TestTextIsKept(t *testing.T) {
	t.Parallel()
	const tail = `,"Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::b"}`
	const new2 = `{"Sid":"New2","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`
	new1 := strings.Replace(new2, "New2", "New", 1)
	for name, c := range map[string]struct{ before, want string }{
		"nothing":             {" \n", `{"Version":"2012-10-17","Statement":[` + new1 + `]}`},
		"an empty list":       {`{"Statement":[],"Id":"x"}`, `{"Statement":[` + new1 + `],"Id":"x"}`},
		"one statement":       {`{"Statement":{"Effect":"Deny"` + tail + `,"Version":"2008-10-17"}`, `{"Statement":[{"Effect":"Deny"` + tail + `,` + new1 + `],"Version":"2008-10-17"}`},
		"a Sid that is taken": {`{"Statement":[{"Sid":"New","Effect":"Deny"` + tail + `]}`, `{"Statement":[{"Sid":"New","Effect":"Deny"` + tail + `,` + new2 + `]}`},
		"escapes and numbers": {
			`{"St\u0061tement":[{"S\u0069d":"A\u00e9<&>","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"NumericLessThan":{"s3:TlsVersion":1.20}}}]}`,
			`{"St\u0061tement":[{"S\u0069d":"A\u00e9<&>","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"NumericLessThan":{"s3:TlsVersion":1.20}}},` + new1 + `]}`,
		},
		"escapes in what is added to": {
			`{"Statement":{"Princip\u0061l":{"AWS":["111122223333"]},"Action":"s3:Put\u004fbject","Effect":"Allow","Resource":"arn:aws:s3:::b\u002f*"}}`,
			`{"Statement":[{"Princip\u0061l":{"AWS":["111122223333"]},"Action":["s3:Put\u004fbject","s3:GetObject"],"Effect":"Allow","Resource":"arn:aws:s3:::b\u002f*"}]}`,
		},
		"equal Sids": {
			`{"Statement":[{"Sid":"S","Effect":"Deny"` + tail + `,{"Sid":"S","Effect":"Deny"` + tail + `]}`,
			`{"Statement":[{"Sid":"S","Effect":"Deny"` + tail + `,{"Sid":"S","Effect":"Deny"` + tail + `,` + new1 + `]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := with(reading, func(w *wish) { w.context = map[string][]string{"s3:TlsVersion": {"1.3"}} })
			change, err := w.repair(c.before)
			if err != nil {
				t.Fatal(err)
			}
			// Statement is written anew where it was escaped: it is the one name
			// whose value always changes.
			if got, want := compact(t, change.Text), strings.Replace(c.want, `St\u0061tement`, "Statement", 1); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if !strings.Contains(change.Text, "\n  \"") {
				t.Errorf("not indented: %s", change.Text)
			}
		})
	}
}

func TestNewTextIsWhatWasGivenIfNothingIsRefused(t *testing.T) {
	t.Parallel()
	given := "{\"Statement\" :\t" + strings.TrimSuffix(allowed, ",") + "}"
	change, err := account.repair(given)
	if err != nil || change.Text != given || len(change.Edits) != 0 || len(change.Document.Statements) != 1 {
		t.Errorf("got %+v, %v", change, err)
	}
}

func TestSizeLimit(t *testing.T) {
	t.Parallel()
	change, err := reading.repair("")
	if err != nil {
		t.Fatal(err)
	}
	added := len(compact(t, change.Text)) - len(document(""))
	filler := func(size int) string {
		s := `{"Sid":"","Effect":"Deny","Principal":{"AWS":"999999999999"},"Action":"s3:*","Resource":"*"}`
		return document(strings.Replace(s, `""`, `"`+strings.Repeat("x", size-len(s))+`"`, 1))
	}
	room := policy.MaxBucketPolicy - len(document(",")) - added
	if _, err := reading.repair(filler(room) + " \n"); err != nil {
		t.Errorf("a policy of the largest size: %v", err)
	}
	_, err = reading.repair(filler(room + 1))
	var tooLong *repair.SizeError
	if !errors.As(err, &tooLong) || tooLong.Size != policy.MaxBucketPolicy+1 || tooLong.Limit != policy.MaxBucketPolicy {
		t.Errorf("error is %v", err)
	}
}

func TestMalformedText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"Statement":[}`, `{"Statement":[]}x`, `[]`, `{"Version":"2012-10-17"}`} {
		if change, err := reading.repair(text); err == nil {
			t.Errorf("%s: %+v", text, change)
		}
	}
}

// TestHostileText repairs policies made to be costly. An answer of any kind
// will do, if it comes.
func TestHostileText(t *testing.T) {
	t.Parallel()
	var stars, marks, many strings.Builder
	for i := range 300 {
		fmt.Fprintf(&stars, `"arn:aws:s3:::b/*a*%d*b*c*",`, i)
		fmt.Fprintf(&marks, `"arn:aws:s3:::b/%s*x%d",`, strings.Repeat("?", i%40), i)
		fmt.Fprintf(&many, `"s3:*%d*Get*?",`, i)
	}
	for _, list := range []*strings.Builder{&stars, &marks} {
		resources := "[" + strings.TrimSuffix(list.String(), ",") + "]"
		for _, element := range []string{"Resource", "NotResource"} {
			for _, action := range []string{`"s3:*"`, "[" + strings.TrimSuffix(many.String(), ",") + "]"} {
				text := document(fmt.Sprintf(`{"Effect":"Allow","Principal":"*","Action":%s,%q:%s},{"Effect":"Deny","Principal":"*","Action":"s3:*",%q:%s}`,
					action, element, resources, element, resources))
				change, err := with(account, func(w *wish) { w.prefixes = []string{"a"} }).repair(text)
				if err != nil {
					continue
				}
				for _, q := range account.requirements(change.Text) {
					q.Question.Keys.Prefix = "a"
					if answer, err := policy.Decide(q.Question, q.Layers); err != nil || answer.Kind != policy.Granted {
						t.Errorf("%s is %v (%v)", q.Question.Action, answer, err)
					}
				}
			}
		}
	}
}

// TestIdentityPolicies repairs a role's own policy: there is nobody else whom a
// Deny could be kept for, so it leaves out what is required.
func TestIdentityPolicies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ before, want string }{
		"an Allow is added to": {
			`{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::b/c/*"}`,
			`{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::b/c/*","arn:aws:s3:::b/a/*","arn:aws:s3:::b"]}`,
		},
		"a Deny beside its folders": {
			`{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:*","NotResource":["arn:aws:s3:::b","arn:aws:s3:::b/c/*"]}`,
			`{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:*","NotResource":["arn:aws:s3:::b","arn:aws:s3:::b/c/*","arn:aws:s3:::b/a/*"]},{"Effect":"Deny","NotAction":"s3:GetObject","Resource":"arn:aws:s3:::b/a/*"}`,
		},
		"a Deny of two actions": {
			`{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":["s3:PutObject","s3:ListBucket"],"Resource":"*"}`,
			`{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"},{"Effect":"Deny","Action":"s3:ListBucket","NotResource":"arn:aws:s3:::b"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := document(c.before)
			d, err := policy.Parse(text, policy.Identity)
			if err != nil {
				t.Fatal(err)
			}
			w := with(oneRole, func(w *wish) { w.prefixes = []string{"a/"} })
			goal := repair.Goal{Layer: policy.LayerIdentity, Policy: 0}
			for _, r := range w.requirements("") {
				r.Layers = policy.Layers{Identity: []*policy.Document{d}, Bucket: mustParse(t, document(strings.TrimSuffix(allowed, ",")))}
				goal.Requirements = append(goal.Requirements, r)
			}
			change, err := repair.Document(text, goal)
			if err != nil {
				t.Fatal(err)
			}
			if got := compact(t, change.Text); got != document(c.want) {
				t.Errorf("got %s", got)
			}
		})
	}
}
