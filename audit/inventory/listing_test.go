package inventory_test

import (
	"fmt"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/inventory"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func TestPagesOfBuckets(t *testing.T) {
	e := estate()
	for i := range 10_100 {
		e.Buckets = append(e.Buckets, awsfake.Bucket{Name: fmt.Sprintf("bulk-%05d", i), Owner: shared, Region: "eu-west-1"})
	}
	b := start(t, e, map[string]inventory.Filter{shared: {Include: []string{"bulk-*"}}})
	scope := b.discover(t, declared())
	listing, err := accountOf(t, scope, shared).Listing.Get()
	if want := (snapshot.Listing{Buckets: 10_101, InScope: 10_100}); err != nil || listing != want {
		t.Errorf("got %+v, %v; want %+v", listing, err, want)
	}
	if n := b.Count(awsfake.Match{Operation: "ListBuckets", Account: shared}); n != 2 {
		t.Errorf("%d ListBuckets calls, want 2", n)
	}
}

func TestListingOfWhichAPageFailsIsNone(t *testing.T) {
	e := estate()
	for i := range 10_100 {
		e.Buckets = append(e.Buckets, awsfake.Bucket{Name: fmt.Sprintf("bulk-%05d", i), Owner: shared, Region: "eu-west-1"})
	}
	b := start(t, e, map[string]inventory.Filter{shared: {}},
		awsfake.Rule{Match: awsfake.Match{Operation: "ListBuckets", Account: shared}, Fault: awsfake.AccessDenied, Skip: 1})
	scope := b.discover(t, declared())
	if accountOf(t, scope, shared).Listing.Err() == nil || len(scope.Buckets) != 0 {
		t.Error("half a listing was taken for a whole one")
	}
}

func TestEmptyAnswersAreNoListing(t *testing.T) {
	for _, fault := range []awsfake.Fault{awsfake.EmptyBody, awsfake.Malformed, awsfake.Truncate} {
		b := start(t, estate(), nil, awsfake.Rule{Match: awsfake.Match{Operation: "ListBuckets"}, Fault: fault})
		scope := b.discover(t, declared(named(raw, "acme-raw")))
		if e := accountOf(t, scope, raw).Listing.Err(); e == nil || e.Denied() || !e.Retryable {
			t.Errorf("fault %d: the listing has %+v", fault, e)
		}
	}
}

func TestAccountThatCannotBeEntered(t *testing.T) {
	b := start(t, estate(), map[string]inventory.Filter{raw: {}},
		awsfake.Rule{Match: awsfake.Match{Operation: "AssumeRole", Resource: roleARN(raw)}, Fault: awsfake.AccessDenied})
	scope := b.discover(t, declared(named(raw, "acme-raw"), named(shared, "acme-shared")))
	a := accountOf(t, scope, raw)
	for what, e := range map[string]*snapshot.ReadError{
		"identity": a.Identity.Err(), "listing": a.Listing.Err(), "presence": scope.Buckets[0].Presence.Err(),
	} {
		if e == nil || e.Operation != "sts:AssumeRole" || e.MissingPermission != "sts:AssumeRole" {
			t.Errorf("%s has %+v", what, e)
		}
	}
	if a.Listing.Err() == a.Identity.Err() {
		t.Error("two Readings share one error")
	}
	if presence, err := scope.Buckets[1].Presence.Get(); err != nil || presence != snapshot.Present {
		t.Errorf("the other account's bucket is %v, %v", presence, err)
	}
	if n := b.Count(awsfake.Match{Account: raw}); n != 0 {
		t.Errorf("%d calls in the account that is shut", n)
	}
}
