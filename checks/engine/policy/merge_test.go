package policy_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

const added = `{"Sid":"Quilt","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::foo/*"}`

func mustAdd(t *testing.T, text string) string {
	t.Helper()
	merged, err := policy.AddStatement(text, nil, json.RawMessage(added))
	if err != nil {
		t.Fatal(err)
	}
	return merged
}

func TestAddStatement(t *testing.T) {
	t.Parallel()
	const other = `{"Sid":"A\u00e9","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"NumericLessThan":{"s3:TlsVersion":1.20}}}`
	for name, c := range map[string]struct{ text, want string }{
		"no policy":  {" \n", `{"Version":"2012-10-17","Statement":[` + added + `]}`},
		"list":       {`{"Id":"x","Version":"2008-10-17","Statement":[` + other + `]}`, `{"Id":"x","Version":"2008-10-17","Statement":[` + other + `,` + added + `]}`},
		"single":     {`{"Statement":` + other + `,"Version":"2012-10-17"}`, `{"Statement":[` + other + `,` + added + `],"Version":"2012-10-17"}`},
		"empty":      {`{"Version":"2012-10-17","Statement":[]}`, `{"Version":"2012-10-17","Statement":[` + added + `]}`},
		"no version": {`{"Statement":[` + other + `]}`, `{"Statement":[` + other + `,` + added + `]}`},
		"there already, under another Sid": {
			`{"Statement":` + strings.Replace(added, `"Quilt"`, `"Other"`, 1) + `}`,
			`{"Statement":[` + strings.Replace(added, `"Quilt"`, `"Other"`, 1) + `]}`,
		},
		"Sid taken": {
			`{"Statement":[` + strings.Replace(other, `A\u00e9`, "Quilt", 1) + `]}`,
			`{"Statement":[` + strings.Replace(other, `A\u00e9`, "Quilt", 1) + `,` + strings.Replace(added, "Quilt", "Quilt2", 1) + `]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := mustAdd(t, c.text)
			var compact strings.Builder
			for _, line := range strings.Split(got, "\n") {
				compact.WriteString(strings.Replace(strings.TrimLeft(line, " "), `": `, `":`, 1))
			}
			if diff := cmp.Diff(c.want, compact.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if again := mustAdd(t, got); again != got {
				t.Errorf("adding twice changes\n%s\nto\n%s", got, again)
			}
		})
	}
}

func TestAddStatementIsIndented(t *testing.T) {
	t.Parallel()
	want := "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Sid\": \"Quilt\",\n"
	if got := mustAdd(t, ""); !strings.HasPrefix(got, want) {
		t.Errorf("got %s", got)
	}
}

func TestAddStatementRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, statement string }{
		"a malformed policy":    {`{"Statement":[}`, added},
		"a malformed statement": {"", `{"Effect":"Allow"}`},
		"two statements":        {"", added + "," + added},
		"no statement":          {"", ""},
		"text after it":         {"", added + `],"Id":"x","x":[`},
	} {
		if got, err := policy.AddStatement(c.text, nil, json.RawMessage(c.statement)); err == nil {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

func TestAddStatementKeepsTheLimit(t *testing.T) {
	t.Parallel()
	room := policy.MaxBucketPolicy - len(`{"Version":"2012-10-17","Statement":[,]}`) - len(added)
	filler := func(size int) string {
		s := `{"Sid":"","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`
		return `{"Version":"2012-10-17", "Statement":[` + strings.Replace(s, `""`, `"`+strings.Repeat("x", size-len(s))+`"`, 1) + "]\n}"
	}
	mustAdd(t, filler(room))
	_, err := policy.AddStatement(filler(room+1), nil, json.RawMessage(added))
	var tooLong *policy.SizeError
	if !errors.As(err, &tooLong) || tooLong.Size != policy.MaxBucketPolicy+1 || tooLong.Limit != policy.MaxBucketPolicy {
		t.Errorf("error is %v", err)
	}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	d := bucketPolicy(t, `
		{"Sid":"Old","Effect":"Allow","Principal":{"AWS":["AROAEXAMPLEEXAMPLE123","111122223333"]},"Action":"s3:*","Resource":"arn:aws:s3:::your-data-bucket/*"},
		{"Effect":"Deny","NotPrincipal":{"AWS":["AIDAEXAMPLEEXAMPLE123","AROAshort"]},"Action":"s3:*","Resource":["*","arn:aws:s3:::<BUCKET>/<PREFIX>/*"],
		 "Condition":{"StringEquals":{"aws:PrincipalAccount":["123456789012","CONTROL-ACCOUNT-ID"]}}}`)
	wantIDs := []policy.Place{
		{Statement: 0, Sid: "Old", Element: "Principal", Text: "AROAEXAMPLEEXAMPLE123"},
		{Statement: 1, Element: "NotPrincipal", Text: "AIDAEXAMPLEEXAMPLE123"},
	}
	if diff := cmp.Diff(wantIDs, policy.UniqueIDPrincipals(d)); diff != "" {
		t.Errorf("unique ids (-want +got):\n%s", diff)
	}
	wantPlaceholders := []policy.Place{
		{Statement: 0, Sid: "Old", Element: "Resource", Text: "your-data-bucket"},
		{Statement: 1, Element: "Resource", Text: "<BUCKET>"},
		{Statement: 1, Element: "Resource", Text: "<PREFIX>"},
		{Statement: 1, Element: "Condition", Text: "123456789012"},
		{Statement: 1, Element: "Condition", Text: "CONTROL-ACCOUNT-ID"},
	}
	if diff := cmp.Diff(wantPlaceholders, policy.Placeholders(d)); diff != "" {
		t.Errorf("placeholders (-want +got):\n%s", diff)
	}
}
