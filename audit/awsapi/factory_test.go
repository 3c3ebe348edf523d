package awsapi_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

func setenv(t *testing.T, environment []string) {
	t.Helper()
	for _, e := range environment {
		name, value, _ := strings.Cut(e, "=")
		t.Setenv(name, value)
	}
}

// readAll makes one call of each service on behalf of the data account.
func readAll(ctx context.Context, f *awsapi.Factory) error {
	s3c, s3controlc, trail := f.S3(data, "us-west-2"), f.S3Control(data), f.CloudTrail(data, "eu-central-1")
	iamc, org, stsc := f.IAM(data), f.Organizations(data), f.STS(data)
	_, err1 := s3c.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: aws.String("acme-full")})
	_, err2 := s3controlc.GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: aws.String(data)})
	_, err3 := trail.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{})
	_, err4 := iamc.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("QuiltAuditor")})
	_, err5 := org.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	_, err6 := stsc.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	return errors.Join(err1, err2, err3, err4, err5, err6)
}

func TestEveryServiceIsEnteredAndObserved(t *testing.T) {
	o := quick()
	var mu sync.Mutex
	var calls []awsapi.Call
	o.Observe = func(c awsapi.Call) {
		mu.Lock()
		defer mu.Unlock()
		if c.Duration <= 0 {
			t.Errorf("%s took no time", c.Operation)
		}
		c.Duration = 0
		calls = append(calls, c)
	}
	server, f := start(t, estate(), o)
	if err := readAll(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(calls, func(a, b awsapi.Call) int { return strings.Compare(a.Operation, b.Operation) })
	want := []awsapi.Call{
		{Service: awsapi.STS, Operation: "AssumeRole", AccountID: data, Region: "us-east-1"},
		{Service: awsapi.Organizations, Operation: "DescribeOrganization", AccountID: data},
		{Service: awsapi.CloudTrail, Operation: "DescribeTrails", AccountID: data, Region: "eu-central-1"},
		{Service: awsapi.S3, Operation: "GetBucketPolicy", AccountID: data, Region: "us-west-2"},
		{Service: awsapi.STS, Operation: "GetCallerIdentity", AccountID: data, Region: "us-west-2"},
		{Service: awsapi.S3Control, Operation: "GetPublicAccessBlock", AccountID: data, Region: "us-west-2"},
		{Service: awsapi.IAM, Operation: "GetRole", AccountID: data},
	}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Error(diff)
	}
	for _, c := range server.Calls() {
		if c.Operation != "AssumeRole" && c.Account != data {
			t.Errorf("%s was made in account %s", c.Operation, c.Account)
		}
		if c.Service == awsfake.S3 && !c.PathStyle {
			t.Errorf("%s is not path-style", c.Operation)
		}
	}
}

func TestAccountsWithoutRoleUseTheDefaultCredentials(t *testing.T) {
	server, f := start(t, estate(), quick())
	out, err := f.STS(control).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || aws.ToString(out.Account) != control {
		t.Fatalf("got %v, %v", out, err)
	}
	if n := server.Count(awsfake.Match{Operation: "AssumeRole"}); n != 0 {
		t.Errorf("%d AssumeRole calls", n)
	}
}

func TestOneAccountTwiceIsAnError(t *testing.T) {
	o := quick()
	o.Accounts = append(o.Accounts, awsapi.Account{ID: data})
	setenv(t, []string{"AWS_REGION=us-east-1", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null"})
	if _, err := awsapi.New(t.Context(), o); err == nil || !strings.Contains(err.Error(), data) {
		t.Errorf("got %v", err)
	}
}

// hosts runs readAll without an endpoint override and returns the hosts that
// it would have connected to.
func hosts(t *testing.T, partition string) []string {
	t.Helper()
	setenv(t, []string{
		"AWS_ACCESS_KEY_ID=AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY=x", "AWS_REGION=us-east-1",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true",
	})
	o := quick()
	o.Accounts = []awsapi.Account{{ID: data, Region: partition}}
	var mu sync.Mutex
	var dialled []string
	o.Transport = func(tr *http.Transport) {
		tr.DialContext = func(_ context.Context, _, address string) (net.Conn, error) {
			mu.Lock()
			defer mu.Unlock()
			dialled = append(dialled, address)
			return nil, &net.OpError{Op: "dial", Err: errors.New("no network in tests")}
		}
	}
	if err := readAll(t.Context(), factory(t, o)); err == nil {
		t.Error("no call failed")
	}
	slices.Sort(dialled)
	return slices.Compact(dialled)
}

func TestRealHostNames(t *testing.T) {
	want := []string{
		data + ".s3-control.us-west-2.amazonaws.com:443", "cloudtrail.eu-central-1.amazonaws.com:443",
		"iam.amazonaws.com:443", "organizations.us-east-1.amazonaws.com:443",
		"s3.us-west-2.amazonaws.com:443", "sts.us-west-2.amazonaws.com:443",
	}
	if diff := cmp.Diff(want, hosts(t, "us-west-2")); diff != "" {
		t.Error(diff)
	}
}

func TestEndpointOfS3AloneWins(t *testing.T) {
	server, other := awsfake.New(estate()), awsfake.New(estate())
	t.Cleanup(server.Close)
	t.Cleanup(other.Close)
	setenv(t, append(server.Env(), "AWS_ENDPOINT_URL_S3="+other.URL))
	f := factory(t, quick())
	client := f.S3(control, "us-east-1")
	if _, err := client.ListBuckets(t.Context(), &s3.ListBucketsInput{}); err != nil {
		t.Fatal(err)
	}
	if server.Count(awsfake.Match{}) != 0 || other.Count(awsfake.Match{}) != 1 {
		t.Error("AWS_ENDPOINT_URL_S3 was not used")
	}
}

func TestBundleOfCertificatesAndSharedConnections(t *testing.T) {
	server := awsfake.New(estate(), awsfake.WithTLS())
	t.Cleanup(server.Close)
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, server.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	setenv(t, append(server.Env(), "AWS_CA_BUNDLE="+bundle))
	o := quick()
	o.Transport = func(tr *http.Transport) { tr.MaxConnsPerHost = 1 }
	f := factory(t, o)
	for _, region := range []string{"us-east-1", "us-west-2", "eu-central-1"} {
		if _, err := listBuckets(t.Context(), f.S3(control, region)); err != nil {
			t.Fatal(err)
		}
	}
	// With a pool of its own, each of the clients would shake hands.
	if n := server.Handshakes(); n != 1 {
		t.Errorf("%d handshakes, want the one that a connection takes", n)
	}
}

func TestUntrustedCertificateIsUnreachable(t *testing.T) {
	server := awsfake.New(estate(), awsfake.WithTLS())
	t.Cleanup(server.Close)
	setenv(t, server.Env())
	_, err := policyOf(t.Context(), factory(t, quick()), "acme-full")
	if e := awsapi.ReadError(err); e == nil || e.Code != awsapi.CodeUnreachable || !e.Retryable {
		t.Errorf("got %+v", e)
	}
}
