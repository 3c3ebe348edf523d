package collect_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/collect"
	"github.com/quilt-auditor/quilt-auditor/audit/inventory"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	control    = "111122223333"
	raw        = "004455556666"
	denied     = "555566667777"
	management = "999988887777"

	boundaryARN = "arn:aws:iam::111122223333:policy/Boundary"
	managedARN  = "arn:aws:iam::111122223333:policy/ReadAll"
	document    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Sid":"a+b c%20"}]}`
)

func roleARN(account, name string) string { return "arn:aws:iam::" + account + ":role/" + name }

func organizationTrailARN() string {
	return "arn:aws:cloudtrail:us-east-1:" + management + ":trail/everyone"
}

// estate has every resource that a fact is about. The data account sees a
// trail of its own and the organization's.
func estate() awsfake.Estate {
	auditor := awsfake.Role{Name: "QuiltAuditor", Assumable: true}
	alice := awsfake.Role{
		Name: "QuiltAlice", Path: "/quilt/", ID: "AROAALICE", Boundary: boundaryARN,
		Inline:   []awsfake.InlinePolicy{{Name: "two", Document: document}, {Name: "one", Document: document}},
		Attached: []string{managedARN, boundaryARN},
	}
	return awsfake.Estate{
		Home: control,
		Accounts: []awsfake.Account{
			{
				ID: control, Roles: []awsfake.Role{auditor, alice, {Name: "QuiltBob", Attached: []string{managedARN}}},
				Policies: []awsfake.ManagedPolicy{
					{Name: "Boundary", Versions: []string{document}}, {Name: "ReadAll", Versions: []string{`{}`, document}},
				},
			},
			{ID: raw, Roles: []awsfake.Role{auditor}, PublicAccessBlock: &awsfake.PublicAccessBlock{BlockPublicAcls: true}, Trails: []awsfake.Trail{{
				Name: "own", HomeRegion: "us-west-2", LatestDeliveryError: "NoSuchBucket",
				LatestDeliveryTime: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), S3KeyPrefix: "logs",
				EventSelectors: []awsfake.EventSelector{{IncludeManagementEvents: true, DataResources: []awsfake.DataResource{{
					Type: "AWS::S3::Object", Values: []string{"arn:aws:s3:::acme-raw/"},
				}}}},
			}}},
			{ID: denied},
			{ID: management, Roles: []awsfake.Role{auditor}, Trails: []awsfake.Trail{{
				Name: "everyone", MultiRegion: true, Organization: true, S3BucketName: "logs", KMSKeyID: "key",
				AdvancedEventSelectors: []awsfake.AdvancedEventSelector{awsfake.AllS3DataEvents()},
			}}},
		},
		Buckets: []awsfake.Bucket{
			{
				Name: "acme-raw", Owner: raw, Region: "us-west-2", Ownership: awsfake.BucketOwnerEnforced, Policy: document,
				Public: true, PublicAccessBlock: &awsfake.PublicAccessBlock{RestrictPublicBuckets: true},
			},
			{Name: "acme-bare", Owner: raw, Region: "eu-central-1"},
		},
		Organizations: []awsfake.Organization{{ID: "o-acme123456", Management: management, Members: []string{control, raw}}},
	}
}

// declared is a configuration of all accounts but the organization's.
func declared() snapshot.Scope {
	bucket := func(account, name string) snapshot.ScopeBucket {
		return snapshot.ScopeBucket{AccountID: account, Name: name, Named: true, Profile: "p", Partition: "aws"}
	}
	return snapshot.Scope{
		ControlAccountID: control, Profile: "p", Profiles: map[string][]string{"p": {"s3:GetObject"}},
		Accounts: []snapshot.Account{
			{ID: control, Control: true, Regions: []string{"us-east-1"}},
			{ID: raw, Data: true, RoleARN: roleARN(raw, "QuiltAuditor")},
			{ID: denied, Data: true, RoleARN: roleARN(denied, "QuiltAuditor")},
		},
		Buckets: []snapshot.ScopeBucket{
			bucket(raw, "acme-raw"), bucket(raw, "acme-bare"), bucket(raw, "acme-typo"), bucket(denied, "acme-locked"),
		},
		PrefixRoles: []snapshot.PrefixRole{
			{RoleARN: roleARN(control, "quilt/QuiltAlice"), AccountID: control, Bucket: "acme-raw", Prefixes: []string{"a/"}, Access: snapshot.AccessRead},
			{RoleARN: roleARN(control, "quilt/QuiltAlice"), AccountID: control, Bucket: "acme-bare", Prefixes: []string{"a/"}, Access: snapshot.AccessRead},
			{RoleARN: roleARN(control, "QuiltBob"), AccountID: control, Bucket: "acme-raw", Prefixes: []string{"b/"}, Access: snapshot.AccessRead},
			{RoleARN: roleARN(control, "Gone"), AccountID: control, Bucket: "acme-raw", Prefixes: []string{"b/"}, Access: snapshot.AccessRead},
		},
	}
}

// withOrganization adds the management account to the configuration.
func withOrganization(s snapshot.Scope) snapshot.Scope {
	s.OrganizationAccountID = management
	s.Accounts = append(s.Accounts, snapshot.Account{ID: management, Organization: true, RoleARN: roleARN(management, "QuiltAuditor")})
	return s
}

// bench is a fake AWS, a Factory that works against it, and a scope found there.
type bench struct {
	*awsfake.Server
	aws   *awsapi.Factory
	scope snapshot.Scope
}

func environment(t *testing.T, server *awsfake.Server) {
	t.Helper()
	for _, variable := range server.Env() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
}

func start(t *testing.T, e awsfake.Estate, scope snapshot.Scope, opts ...awsfake.Option) *bench {
	t.Helper()
	server := awsfake.New(e, opts...)
	t.Cleanup(server.Close)
	environment(t, server)
	b := &bench{Server: server, aws: factory(t, scope, patient)}
	found, err := (&inventory.Inventory{AWS: b.aws}).Discover(t.Context(), scope)
	if err != nil {
		t.Fatal(err)
	}
	b.scope = found
	server.ResetRecord()
	return b
}

// patient is a time-out that only a call meets that never ends.
const patient = 20 * time.Second

// factory enters the accounts of the scope, without limits or long waits.
func factory(t *testing.T, scope snapshot.Scope, timeout time.Duration) *awsapi.Factory {
	t.Helper()
	plenty := awsapi.Limit{Start: 2000, Min: 2000, Max: 2000}
	o := awsapi.Options{
		Timeout: timeout, MaxBackoff: time.Millisecond, ConfirmAfter: time.Millisecond,
		Limits: map[awsapi.Service]awsapi.Limit{
			awsapi.S3: plenty, awsapi.S3Control: plenty, awsapi.STS: plenty,
			awsapi.CloudTrail: plenty, awsapi.IAM: plenty, awsapi.Organizations: plenty,
		},
	}
	for _, a := range scope.Accounts {
		o.Accounts = append(o.Accounts, awsapi.Account{ID: a.ID, RoleARN: a.RoleARN})
	}
	aws, err := awsapi.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(aws.Close)
	return aws
}

func (b *bench) collect(t *testing.T, facts ...snapshot.Fact) *snapshot.Snapshot {
	t.Helper()
	c := collect.Collector{AWS: b.aws, TakenAt: began, Now: clock()}
	s, err := c.Collect(t.Context(), b.scope, facts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// began is when the runs of the tests begin.
var began = time.Date(2026, 11, 22, 0, 0, 0, 0, time.FixedZone("somewhere", 3600))

// clock ticks a minute at every look.
func clock() func() time.Time {
	var ticks atomic.Int64
	return func() time.Time { return began.Add(time.Duration(ticks.Add(1)) * time.Minute) }
}

// show is what a Reading holds, for comparison.
func show[T any](r snapshot.Reading[T]) any {
	v, err := r.Get()
	if err != nil {
		return err.Error()
	}
	return v
}
