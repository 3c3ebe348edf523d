package awsapi_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func TestRefusedRoleIsAskedForOnce(t *testing.T) {
	server, f := start(t, estate(), quick())
	client := f.S3(foreign, "us-east-1")
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 100 {
				_, err := listBuckets(t.Context(), client)
				if e := awsapi.ReadError(err); e == nil || e.Operation != "sts:AssumeRole" || e.Code != "AccessDenied" {
					t.Errorf("got %+v", e)
					return
				}
			}
		})
	}
	group.Wait()
	if n := server.Count(awsfake.Match{Operation: "AssumeRole"}); n != 1 {
		t.Errorf("1600 calls in a denied account made %d AssumeRole calls, want 1", n)
	}
	if n := server.Count(awsfake.Match{}); n != 1 {
		t.Errorf("%d calls in all, want 1", n)
	}
}

func TestSessionIsSharedByClients(t *testing.T) {
	server, f := start(t, estate(), quick())
	if err := readAll(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	if n := server.Count(awsfake.Match{Operation: "AssumeRole", Resource: roleARN(data)}); n != 1 {
		t.Errorf("%d AssumeRole calls for six services, want 1", n)
	}
}

func TestEntryFailures(t *testing.T) {
	wrongID := quick()
	wrongID.Accounts[1].ExternalID = "another-secret"
	assume := awsfake.Match{Operation: "AssumeRole"}
	denied := &snapshot.ReadError{
		Operation: "sts:AssumeRole", Code: "AccessDenied", MissingPermission: "sts:AssumeRole",
		Detail: "the role does not exist, or does not trust these credentials with this external id",
	}
	tests := []struct {
		name    string
		options awsapi.Options
		account string
		rules   []awsfake.Rule
		want    *snapshot.ReadError
	}{
		{"external id", wrongID, data, nil, denied},
		{"SCP", quick(), data, []awsfake.Rule{{Match: assume, Fault: awsfake.DeniedBySCP}}, &snapshot.ReadError{
			Operation: "sts:AssumeRole", Code: "AccessDenied", MissingPermission: "sts:AssumeRole",
			Detail: "an explicit deny in a service control policy",
		}},
		{"expired", quick(), data, []awsfake.Rule{{Match: assume, Fault: awsfake.ExpiredToken}}, &snapshot.ReadError{
			Operation: "sts:AssumeRole", Code: "ExpiredToken",
			Detail: "the credentials were refused: expired, malformed, or not valid here",
		}},
		{"throttled", quick(), data, []awsfake.Rule{{Match: assume, Fault: awsfake.Throttle}}, &snapshot.ReadError{
			Operation: "sts:AssumeRole", Code: "Throttling", Retryable: true, Detail: "AWS throttles these requests",
		}},
		{"unknown account", quick(), "123456789012", nil, &snapshot.ReadError{
			Operation: "sts:AssumeRole", Code: "AccountNotConfigured",
			Detail: "the configuration does not say how to enter this account",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, f := start(t, estate(), test.options, awsfake.WithRules(test.rules...))
			_, err := listBuckets(t.Context(), f.S3(test.account, "us-east-1"))
			got := awsapi.ReadError(err)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(got.Error(), "secret") {
				t.Errorf("the error tells a secret: %v", got)
			}
		})
	}
}

func TestNoCredentialsAtAll(t *testing.T) {
	server := awsfake.New(estate())
	t.Cleanup(server.Close)
	setenv(t, server.Env())
	setenv(t, []string{"AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY="})
	f := factory(t, quick())
	for _, account := range []string{control, data} {
		_, err := listBuckets(t.Context(), f.S3(account, "us-east-1"))
		if e := awsapi.ReadError(err); e == nil || e.Code != awsapi.CodeNoCredentials || e.Denied() {
			t.Errorf("account %s: got %+v", account, e)
		}
	}
}
