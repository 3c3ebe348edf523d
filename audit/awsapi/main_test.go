package awsapi_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	control = "111122223333"
	data    = "004455556666"
	foreign = "777788889999"
	secret  = "s3cr3t-external-id"
)

func roleARN(account string) string { return "arn:aws:iam::" + account + ":role/QuiltAuditor" }

// estate is one data account with a bucket that has everything, one that has
// nothing, and one that is another account's.
func estate() awsfake.Estate {
	role := awsfake.Role{Name: "QuiltAuditor", Assumable: true, ExternalID: secret}
	return awsfake.Estate{
		Home: control,
		Accounts: []awsfake.Account{
			{ID: control, Roles: []awsfake.Role{role}},
			{ID: data, Roles: []awsfake.Role{role}, PublicAccessBlock: awsfake.BlockAll()},
			{ID: foreign, Roles: []awsfake.Role{{Name: "QuiltAuditor"}}},
		},
		Buckets: []awsfake.Bucket{
			{Name: "acme-full", Owner: data, Region: "us-west-2", Ownership: awsfake.BucketOwnerEnforced, Policy: `{"Statement":[]}`},
			{Name: "acme-bare", Owner: data, Region: "us-west-2"},
			{Name: "other-bucket", Owner: foreign, Region: "eu-central-1"},
		},
		Organizations: []awsfake.Organization{{ID: "o-acme123456", Management: control, Members: []string{data}}},
	}
}

// quick are options under which nothing waits long, with the three accounts.
func quick() awsapi.Options {
	plenty := awsapi.Limit{Start: 1000, Min: 1000, Max: 1000}
	return awsapi.Options{
		Accounts: []awsapi.Account{
			{ID: control},
			{ID: data, RoleARN: roleARN(data), ExternalID: secret, Region: "us-west-2"},
			{ID: foreign, RoleARN: roleARN(foreign)},
		},
		SessionName: "run-1", Timeout: 20 * time.Second, MaxBackoff: time.Millisecond, ConfirmAfter: time.Millisecond,
		Limits: map[awsapi.Service]awsapi.Limit{
			awsapi.S3: plenty, awsapi.S3Control: plenty, awsapi.STS: plenty,
			awsapi.CloudTrail: plenty, awsapi.IAM: plenty, awsapi.Organizations: plenty,
		},
	}
}

// start runs a fake and makes a Factory that works against it.
func start(t *testing.T, e awsfake.Estate, o awsapi.Options, opts ...awsfake.Option) (*awsfake.Server, *awsapi.Factory) {
	t.Helper()
	server := awsfake.New(e, opts...)
	t.Cleanup(server.Close)
	setenv(t, server.Env())
	return server, factory(t, o)
}

func factory(t *testing.T, o awsapi.Options) *awsapi.Factory {
	t.Helper()
	f, err := awsapi.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}
