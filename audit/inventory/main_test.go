package inventory_test

import (
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/inventory"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	control = "111122223333"
	raw     = "004455556666"
	shared  = "777788889999"
)

func roleARN(account string) string { return "arn:aws:iam::" + account + ":role/QuiltAuditor" }

func estate() awsfake.Estate {
	role := awsfake.Role{Name: "QuiltAuditor", Assumable: true}
	quilt := map[string]string{"quilt": "true", "team": "genomics"}
	return awsfake.Estate{
		Home: control,
		Accounts: []awsfake.Account{
			{ID: control, Roles: []awsfake.Role{role}},
			{ID: raw, Roles: []awsfake.Role{role}},
			{ID: shared, Roles: []awsfake.Role{role}},
		},
		Buckets: []awsfake.Bucket{
			{Name: "acme-raw", Owner: raw, Region: "us-east-1", Tags: quilt},
			{Name: "acme-raw-2", Owner: raw, Region: "us-west-2", Tags: quilt},
			{Name: "acme-raw-far", Owner: raw, Region: "ap-south-1", Tags: quilt},
			{Name: "acme-raw-scratch", Owner: raw, Region: "us-east-1", Tags: quilt},
			{Name: "acme-raw-untagged", Owner: raw, Region: "us-east-1"},
			{Name: "website", Owner: raw, Region: "us-east-1", Tags: quilt},
			{Name: "acme-shared", Owner: shared, Region: "eu-central-1"},
		},
	}
}

// declared is a configuration of the control account and two data accounts,
// of which the first lists its regions.
func declared(buckets ...snapshot.ScopeBucket) snapshot.Scope {
	return snapshot.Scope{
		ControlAccountID: control, Profile: "quilt-2024",
		Profiles: map[string][]string{"quilt-2024": {"s3:GetObject"}},
		Accounts: []snapshot.Account{
			{ID: raw, Data: true, RoleARN: roleARN(raw), Regions: []string{"us-east-1", "us-west-2"}},
			{ID: control, Control: true},
			{ID: shared, Data: true, RoleARN: roleARN(shared)},
		},
		Buckets: buckets,
	}
}

func named(account, name string) snapshot.ScopeBucket {
	return snapshot.ScopeBucket{AccountID: account, Name: name, Named: true, Profile: "quilt-2024"}
}

// bench is a fake AWS with an Inventory that works against it.
type bench struct {
	*awsfake.Server
	inventory.Inventory
}

func start(t *testing.T, e awsfake.Estate, filters map[string]inventory.Filter, rules ...awsfake.Rule) *bench {
	t.Helper()
	server := awsfake.New(e, awsfake.WithRules(rules...))
	t.Cleanup(server.Close)
	for _, variable := range server.Env() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	plenty := awsapi.Limit{Start: 1000, Min: 1000, Max: 1000}
	aws, err := awsapi.New(t.Context(), awsapi.Options{
		Accounts: []awsapi.Account{
			{ID: control}, {ID: raw, RoleARN: roleARN(raw), Region: "us-east-1"}, {ID: shared, RoleARN: roleARN(shared)},
		},
		Timeout: 30 * time.Second, MaxBackoff: time.Millisecond, ConfirmAfter: time.Millisecond,
		Limits: map[awsapi.Service]awsapi.Limit{awsapi.S3: plenty, awsapi.STS: plenty},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(aws.Close)
	return &bench{server, inventory.Inventory{AWS: aws, Filters: filters}}
}

func (b *bench) discover(t *testing.T, scope snapshot.Scope) snapshot.Scope {
	t.Helper()
	found, err := b.Discover(t.Context(), scope)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// summary is one line per bucket: account, name, region, n for named, and
// presence or the failure to tell it.
func summary(scope snapshot.Scope) []string {
	lines := []string{}
	for _, b := range scope.Buckets {
		mark := "discovered"
		if b.Named {
			mark = "named"
		}
		var state string
		if presence, err := b.Presence.Get(); err == nil {
			state = string(presence)
		} else {
			state = err.Error()
		}
		lines = append(lines, strings.Join([]string{b.AccountID, b.Name, b.Region, mark, state}, " "))
	}
	return lines
}

func accountOf(t *testing.T, scope snapshot.Scope, id string) snapshot.Account {
	t.Helper()
	for _, a := range scope.Accounts {
		if a.ID == id {
			return a
		}
	}
	t.Fatalf("account %s is not in scope", id)
	return snapshot.Account{}
}
