package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

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
