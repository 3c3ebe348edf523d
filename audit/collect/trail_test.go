package collect_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func trailOf(t *testing.T, s *snapshot.Snapshot, arn string) *snapshot.Trail {
	t.Helper()
	trail := s.Trail(arn)
	if trail == nil {
		t.Fatalf("no trail %s", arn)
	}
	return trail
}

func TestTrailListings(t *testing.T) {
	b := start(t, estate(), withOrganization(declared()))
	s := b.collect(t, snapshot.TrailList)
	own := "arn:aws:cloudtrail:us-west-2:" + raw + ":trail/own"
	everyone := organizationTrailARN()
	want := map[string]map[string]any{
		control:    {"eu-central-1": []string{everyone}, "us-east-1": []string{everyone}, "us-west-2": []string{everyone}},
		raw:        {"eu-central-1": []string{everyone}, "us-west-2": []string{everyone, own}},
		denied:     {},
		management: {"eu-central-1": []string{everyone}, "us-west-2": []string{everyone}},
	}
	got := map[string]map[string]any{}
	for _, a := range s.Accounts {
		got[a.ID] = map[string]any{}
		for _, l := range a.Trails {
			got[a.ID][l.Region] = show(l.ARNs)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(s.Trails) != 2 {
		t.Errorf("%d trails, want 2", len(s.Trails))
	}
}

func TestTrails(t *testing.T) {
	e := estate()
	e.HomeRegionOnly = true
	b := start(t, e, withOrganization(declared()))
	s := b.collect(t, snapshot.Facts()...)
	own := trailOf(t, s, "arn:aws:cloudtrail:us-west-2:"+raw+":trail/own")
	if own.Name != "own" || own.HomeRegion != "us-west-2" || own.MultiRegion || own.Organization || own.S3KeyPrefix != "logs" {
		t.Errorf("got %+v", own)
	}
	status := snapshot.TrailStatus{
		Logging: true, LatestDeliveryError: "NoSuchBucket", LatestDeliveryTime: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(any(status), show(own.Status)); diff != "" {
		t.Error(diff)
	}
	selectors := `{"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,` +
		`"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::acme-raw/"]}]}]}`
	if diff := cmp.Diff(any(json.RawMessage(selectors)), show(own.Selectors)); diff != "" {
		t.Error(diff)
	}
	everyone := trailOf(t, s, organizationTrailARN())
	if !everyone.MultiRegion || !everyone.Organization || everyone.S3Bucket != "logs" || everyone.KMSKeyID != "key" {
		t.Errorf("got %+v", everyone)
	}
	advanced := `{"AdvancedEventSelectors":[{"Name":"all S3 data events","FieldSelectors":[` +
		`{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]}]}]}`
	if diff := cmp.Diff(any(json.RawMessage(advanced)), show(everyone.Selectors)); diff != "" {
		t.Error(diff)
	}
	if n := b.Count(awsfake.Match{Operation: "GetEventSelectors"}); n != 2 {
		t.Errorf("%d GetEventSelectors calls for two trails seen from three accounts", n)
	}
}

func TestOrganizationTrailSeenFromAMember(t *testing.T) {
	refused := estate()
	refused.Organizations[0].MembersCannotReadTrails = true
	tests := []struct {
		name     string
		estate   awsfake.Estate
		scope    snapshot.Scope
		readable bool
	}{
		{"member may read", estate(), declared(), true},
		{"member may not", refused, declared(), false},
		{"management account is configured", refused, withOrganization(declared()), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := start(t, test.estate, test.scope)
			trail := trailOf(t, b.collect(t, snapshot.Facts()...), organizationTrailARN())
			for _, e := range []*snapshot.ReadError{trail.Status.Err(), trail.Selectors.Err()} {
				if (e == nil) != test.readable {
					t.Errorf("got %v", e)
				}
				if e != nil && !strings.Contains(e.Detail, "configure the organization account") {
					t.Errorf("the error does not say what helps: %v", e)
				}
			}
		})
	}
}

func TestDelegatedAdministratorReadsTheTrail(t *testing.T) {
	e := estate()
	e.Organizations[0].MembersCannotReadTrails = true
	e.Organizations[0].Delegated = []string{control} // not the first that sees the trail
	scope := declared()
	scope.OrganizationAccountID = control
	scope.Accounts[0].Organization = true
	b := start(t, e, scope)
	trail := trailOf(t, b.collect(t, snapshot.Facts()...), organizationTrailARN())
	if trail.Status.Err() != nil || trail.Selectors.Err() != nil {
		t.Errorf("got %v, %v", trail.Status.Err(), trail.Selectors.Err())
	}
}

func TestOwnAccountFailsOverToASeer(t *testing.T) {
	scope := withOrganization(declared())
	b := start(t, estate(), scope, awsfake.WithRules(awsfake.Rule{
		Match: awsfake.Match{Service: awsfake.CloudTrail, Account: management}, Fault: awsfake.AccessDenied,
	}))
	trail := trailOf(t, b.collect(t, snapshot.Facts()...), organizationTrailARN())
	if trail.Status.Err() != nil || trail.Selectors.Err() != nil {
		t.Errorf("got %v, %v", trail.Status.Err(), trail.Selectors.Err())
	}
}
