package inventory_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/inventory"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func TestDiscoverByNameAndRegion(t *testing.T) {
	filters := map[string]inventory.Filter{raw: {Include: []string{"acme-*"}, Exclude: []string{"*-scratch", "acme-???-untagged"}}}
	b := start(t, estate(), filters)
	scope := b.discover(t, declared(named(raw, "website"), named(shared, "acme-shared")))
	want := []string{
		raw + " acme-raw us-east-1 discovered present",
		raw + " acme-raw-2 us-west-2 discovered present",
		raw + " website us-east-1 named present",
		shared + " acme-shared eu-central-1 named present",
	}
	if diff := cmp.Diff(want, summary(scope)); diff != "" {
		t.Error(diff)
	}
	listing, err := accountOf(t, scope, raw).Listing.Get()
	if want := (snapshot.Listing{Buckets: 6, InScope: 3, OtherRegions: 1}); err != nil || listing != want {
		t.Errorf("got %+v, %v; want %+v", listing, err, want)
	}
	if n := b.Count(awsfake.Match{Operation: "HeadBucket"}); n != 0 {
		t.Errorf("%d HeadBucket calls though the listing tells the regions", n)
	}
	if n := b.Count(awsfake.Match{Operation: "GetBucketLocation"}) + b.Count(awsfake.Match{Operation: "GetBucketTagging"}); n != 0 {
		t.Errorf("%d calls that nobody asked for", n)
	}
	if got := scope.Buckets[0].Profile + " " + scope.Buckets[0].Partition; got != "quilt-2024 aws" {
		t.Errorf("a discovered bucket has profile and partition %q", got)
	}
}

func TestDiscoverByTags(t *testing.T) {
	filters := map[string]inventory.Filter{raw: {Tags: map[string]string{"quilt": "true"}}}
	unreadable := awsfake.Rule{Match: awsfake.Match{Operation: "GetBucketTagging", Resource: "acme-raw-2"}, Fault: awsfake.AccessDenied}
	b := start(t, estate(), filters, unreadable)
	scope := b.discover(t, declared(named(raw, "acme-raw-untagged")))
	want := []string{
		raw + " acme-raw us-east-1 discovered present",
		raw + " acme-raw-2 us-west-2 discovered s3:GetBucketTagging failed with AccessDenied; the auditor needs s3:GetBucketTagging" +
			" (no identity-based policy allows it)",
		raw + " acme-raw-scratch us-east-1 discovered present",
		raw + " acme-raw-untagged us-east-1 named present",
		raw + " website us-east-1 discovered present",
	}
	if diff := cmp.Diff(want, summary(scope)); diff != "" {
		t.Error(diff)
	}
	for _, c := range b.Calls() {
		if c.Operation == "GetBucketTagging" && c.ExpectedBucketOwner != raw {
			t.Errorf("the tags of %s were read without an expected owner", c.Resource)
		}
	}
}

func TestRegionFromHeadBucketWhereTheListingHasNone(t *testing.T) {
	e := estate()
	e.NoBucketRegion = true
	b := start(t, e, map[string]inventory.Filter{raw: {Include: []string{"acme-raw*"}}},
		awsfake.Rule{Match: awsfake.Match{Operation: "HeadBucket", Resource: "acme-raw-untagged"}, Fault: awsfake.InternalError})
	scope := b.discover(t, declared(named(shared, "acme-shared"), named(raw, "acme-raw-far")))
	want := []string{
		raw + " acme-raw us-east-1 discovered present",
		raw + " acme-raw-2 us-west-2 discovered present",
		raw + " acme-raw-far ap-south-1 named other_region",
		raw + " acme-raw-scratch us-east-1 discovered present",
		raw + " acme-raw-untagged  discovered s3:HeadBucket failed with InternalServerError",
		shared + " acme-shared eu-central-1 named present",
	}
	if diff := cmp.Diff(want, summary(scope)); diff != "" {
		t.Error(diff)
	}
}

func TestNamedBuckets(t *testing.T) {
	b := start(t, estate(), nil)
	scope := b.discover(t, declared(
		named(raw, "acme-raw"), named(raw, "acme-raw-far"), named(raw, "acme-shared"),
		named(raw, "acme-typo"), named(raw, "fast--use1-az4--x-s3"),
	))
	want := []string{
		raw + " acme-raw us-east-1 named present",
		raw + " acme-raw-far ap-south-1 named other_region",
		raw + " acme-shared eu-central-1 named elsewhere",
		raw + " acme-typo  named absent",
		raw + " fast--use1-az4--x-s3  named s3:ListBuckets failed with NotListed (a directory bucket; the listing shows general purpose buckets only)",
	}
	if diff := cmp.Diff(want, summary(scope)); diff != "" {
		t.Error(diff)
	}
	if n := b.Count(awsfake.Match{Resource: "fast--*"}); n != 0 {
		t.Errorf("%d calls about a directory bucket", n)
	}
}

func TestNamedBucketsWhereListingIsDenied(t *testing.T) {
	b := start(t, estate(), map[string]inventory.Filter{raw: {}},
		awsfake.Rule{Match: awsfake.Match{Operation: "ListBuckets", Account: raw}, Fault: awsfake.AccessDenied})
	scope := b.discover(t, declared(
		named(raw, "acme-raw-2"), named(raw, "acme-raw-far"), named(raw, "acme-shared"), named(raw, "acme-typo"), named(raw, "fast--use1-az4--x-s3"),
	))
	want := []string{
		raw + " acme-raw-2 us-west-2 named present",
		raw + " acme-raw-far ap-south-1 named other_region",
		raw + " acme-shared eu-central-1 named s3:HeadBucket failed with Forbidden; the auditor needs s3:ListBucket" +
			" (the bucket can be another account's; with s3:ListAllMyBuckets the listing would tell)",
		raw + " acme-typo  named absent",
		raw + " fast--use1-az4--x-s3  named s3:ListBuckets failed with NotListed (a directory bucket; the listing shows general purpose buckets only)",
	}
	if diff := cmp.Diff(want, summary(scope)); diff != "" {
		t.Error(diff)
	}
	e := accountOf(t, scope, raw).Listing.Err()
	if e == nil || e.MissingPermission != "s3:ListAllMyBuckets" {
		t.Errorf("the listing has %+v", e)
	}
}

func TestNamedWinsOverDiscovered(t *testing.T) {
	b := start(t, estate(), map[string]inventory.Filter{shared: {}})
	scope := b.discover(t, declared(named(raw, "acme-shared")))
	want := []string{raw + " acme-shared eu-central-1 named elsewhere"}
	if diff := cmp.Diff(want, summary(scope)); diff != "" {
		t.Error(diff)
	}
	listing, err := accountOf(t, scope, shared).Listing.Get()
	if want := (snapshot.Listing{Buckets: 1}); err != nil || listing != want {
		t.Errorf("got %+v, %v; want %+v", listing, err, want)
	}
}

func TestCredentialsOfAnotherAccount(t *testing.T) {
	b := start(t, estate(), nil)
	scope := declared(named(raw, "acme-raw"))
	scope.Accounts = append(scope.Accounts, snapshot.Account{ID: "123456789012", Data: true})
	e := accountOf(t, b.discover(t, scope), "123456789012").Identity.Err()
	if e == nil || e.Code != "AccountNotConfigured" {
		t.Errorf("got %+v", e)
	}
	// The default credentials are those of the control account.
	wrong := start(t, estate(), nil)
	wrong.AWS = otherCredentials(t)
	found := wrong.discover(t, declared(named(raw, "acme-raw")))
	e = accountOf(t, found, raw).Identity.Err()
	if e == nil || e.Code != inventory.CodeWrongAccount || e.Denied() {
		t.Errorf("got %+v", e)
	}
	if found.Buckets[0].Presence.Err() == nil {
		t.Error("a bucket was looked for with the credentials of another account")
	}
}

func TestPrefixRolesFindTheirBucket(t *testing.T) {
	b := start(t, estate(), map[string]inventory.Filter{shared: {}})
	scope := declared(named(raw, "acme-raw"))
	scope.PrefixRoles = []snapshot.PrefixRole{
		{RoleARN: roleARN(control), Bucket: "acme-raw"},
		{RoleARN: roleARN(control), Bucket: "acme-shared"},
		{RoleARN: roleARN(control), Bucket: "unheard-of"},
		{RoleARN: "arn:aws-cn:iam::111122223333:role/x", Bucket: "acme-raw"},
	}
	var got []string
	for _, p := range b.discover(t, scope).PrefixRoles {
		got = append(got, p.BucketAccountID)
	}
	if diff := cmp.Diff([]string{raw, shared, "", ""}, got); diff != "" {
		t.Error(diff)
	}
	if scope.PrefixRoles[0].BucketAccountID != "" {
		t.Error("the declared scope was changed")
	}
}

func TestSameAnswersSameScope(t *testing.T) {
	filters := map[string]inventory.Filter{raw: {}, shared: {}}
	b := start(t, estate(), filters)
	scope := declared(named(raw, "acme-raw"), named(raw, "acme-typo"))
	first := b.discover(t, scope)
	reading := cmp.AllowUnexported(snapshot.Reading[snapshot.Identity]{}, snapshot.Reading[snapshot.Listing]{}, snapshot.Reading[snapshot.Presence]{})
	for range 5 {
		if diff := cmp.Diff(first, b.discover(t, scope), reading); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestInterruptedSearchIsAnError(t *testing.T) {
	b := start(t, estate(), nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Discover(ctx, declared()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
