package prometheus

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// The operations with series are those that are called, all of them: the ones
// that need a permission, and the two by which accounts are entered.
func TestOperationsAreThoseThatAreCalled(t *testing.T) {
	t.Parallel()
	called := map[string]bool{string(awsapi.AssumeRole): true, string(awsapi.GetCallerIdentity): true}
	for _, p := range awsapi.Permissions(snapshot.Facts(), true) {
		for _, operation := range p.Operations {
			called[string(operation)] = true
		}
	}
	known := map[string]bool{}
	for _, s := range services() {
		for _, operation := range s.operations {
			known[s.name+":"+operation] = true
		}
	}
	if diff := cmp.Diff(called, known); diff != "" {
		t.Errorf("called and known differ (-called +known):\n%s", diff)
	}
}

func TestCallsStartAtZero(t *testing.T) {
	t.Parallel()
	all := seriesOf(t, scraped(t, New(Options{})))
	requests, throttles := only(all, "aws_requests_total"), only(all, "aws_throttles_total")
	for _, at := range []string{
		`{code="OK",operation="GetBucketPolicy",service="s3"}`, `{code="SlowDown",operation="GetBucketPolicy",service="s3"}`,
		`{code="OK",operation="AssumeRole",service="sts"}`, `{code="ThrottlingException",operation="DescribeTrails",service="cloudtrail"}`,
	} {
		if value, shown := requests[at]; !shown || value != 0 {
			t.Errorf("aws_requests_total%s is %v (%t), want 0", at, value, shown)
		}
	}
	if len(requests) != 2*len(throttles) {
		t.Errorf("%d series of requests and %d of throttles: the refusals are requests too", len(requests), len(throttles))
	}
	for at, value := range throttles {
		if _, also := requests[at]; !also || value != 0 || strings.Contains(at, `code="OK"`) {
			t.Errorf("aws_throttles_total%s is %v and a request: %t", at, value, also)
		}
	}
	if got := len(only(all, "aws_request_duration_seconds")); got != len(services()) {
		t.Errorf("%d services have durations, want %d", got, len(services()))
	}
}

func TestDurationsStartAtZero(t *testing.T) {
	t.Parallel()
	all := seriesOf(t, scraped(t, New(Options{Checks: []audit.Check{
		{ID: ownership, Reads: []snapshot.Fact{snapshot.BucketOwnership}},
		{ID: trails, Reads: []snapshot.Fact{snapshot.TrailList, snapshot.OrganizationID}},
	}})))
	for name, want := range map[string][]string{
		"check_duration_seconds":     {`{check="cloudtrail-data-events"}`, `{check="s3-object-ownership"}`},
		"collector_duration_seconds": {`{collector="cloudtrail"}`, `{collector="inventory"}`, `{collector="organizations"}`, `{collector="s3"}`},
	} {
		got := only(all, name)
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(got))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for at, value := range got {
			if value != 0 {
				t.Errorf("%s%s is %v, want 0", name, at, value)
			}
		}
	}
}
