package collect_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/collect"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func TestBuckets(t *testing.T) {
	b := start(t, estate(), declared())
	s := b.collect(t, snapshot.Facts()...)
	full, bare := s.Bucket(raw, "arn:aws:s3:::acme-raw"), s.Bucket(raw, "arn:aws:s3:::acme-bare")
	tests := []struct {
		what      string
		got, want any
	}{
		{"region", full.Region, "us-west-2"},
		{"ownership", show(full.Ownership), awsfake.BucketOwnerEnforced},
		{"policy", show(full.Policy), document},
		{"public", show(full.Public), true},
		{"block", show(full.PublicAccessBlock), snapshot.PublicAccessBlock{RestrictPublicBuckets: true}},
		{"no ownership", show(bare.Ownership), ""},
		{"no policy", show(bare.Policy), ""},
		{"not public", show(bare.Public), false},
		{"no block", show(bare.PublicAccessBlock), snapshot.PublicAccessBlock{}},
		{"account's block", show(s.AccountFacts(raw).PublicAccessBlock), snapshot.PublicAccessBlock{BlockPublicAcls: true}},
		{"control account's block", show(s.AccountFacts(control).PublicAccessBlock), "not read"},
		{"organization", show(s.Organization), snapshot.Organization{ID: "o-acme123456", ManagementAccountID: management}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, test.got); diff != "" {
			t.Errorf("%s: %s", test.what, diff)
		}
	}
	if s.TakenAt.Location() != time.UTC || !s.EndedAt.After(s.TakenAt) {
		t.Errorf("taken at %v, ended at %v", s.TakenAt, s.EndedAt)
	}
}

func TestCallsOfABucket(t *testing.T) {
	b := start(t, estate(), declared())
	b.collect(t, snapshot.Facts()...)
	for bucket, want := range map[string]int{"acme-raw": 4, "acme-bare": 3, "acme-typo": 0, "acme-locked": 0} {
		if n := b.Count(awsfake.Match{Service: awsfake.S3, Resource: bucket}); n != want {
			t.Errorf("%d calls for %s, want %d", n, bucket, want)
		}
	}
	for _, c := range b.Calls() {
		if c.Service == awsfake.S3 && c.ExpectedBucketOwner != raw {
			t.Errorf("%s of %s names the owner %q", c.Operation, c.Resource, c.ExpectedBucketOwner)
		}
	}
}

func TestAnAccountThatBlocksAllSparesItsBuckets(t *testing.T) {
	e := estate()
	for i := range e.Accounts {
		if e.Accounts[i].ID == raw {
			e.Accounts[i].PublicAccessBlock = awsfake.BlockAll()
		}
	}
	b := start(t, e, declared())
	s := b.collect(t, snapshot.Facts()...)
	if got := show(s.Bucket(raw, "arn:aws:s3:::acme-raw").PublicAccessBlock); got != "not read" {
		t.Errorf("the block of a bucket is %v, want it not to be read", got)
	}
	if n := b.Count(awsfake.Match{Service: awsfake.S3, Resource: "acme-raw"}); n != 3 {
		t.Errorf("%d calls for a bucket, want 3", n)
	}
}

func TestPolicyStatusThatDoesNotSayIsNoAnswer(t *testing.T) {
	e := estate()
	e.Buckets[0].EmptyPolicyStatus = true
	s := start(t, e, declared()).collect(t, snapshot.Facts()...)
	failure := s.Bucket(raw, "arn:aws:s3:::acme-raw").Public.Err()
	if failure == nil || failure.Operation != "s3:GetBucketPolicyStatus" || failure.Code != "EmptyResponse" {
		t.Errorf("got %+v", failure)
	}
}

func TestUnreachableBucketsAndAccounts(t *testing.T) {
	b := start(t, estate(), declared())
	s := b.collect(t, snapshot.Facts()...)
	typo := s.Bucket(raw, "arn:aws:s3:::acme-typo")
	if got := show(typo.Policy); got != "s3:GetBucketPolicy failed with BucketNotReachable (the bucket does not exist)" {
		t.Error(got)
	}
	locked := s.Bucket(denied, "arn:aws:s3:::acme-locked")
	for _, e := range []*snapshot.ReadError{
		locked.Ownership.Err(), locked.Policy.Err(), locked.Public.Err(), locked.PublicAccessBlock.Err(),
		s.AccountFacts(denied).PublicAccessBlock.Err(),
	} {
		if e == nil || e.Operation != "sts:AssumeRole" || e.MissingPermission != "sts:AssumeRole" {
			t.Errorf("got %+v", e)
		}
	}
	if n := b.Count(awsfake.Match{Account: denied}) + b.Count(awsfake.Match{Operation: "AssumeRole"}); n != 0 {
		t.Errorf("%d calls for an account that is shut", n)
	}
}

func TestOnlyWantedFactsAreRead(t *testing.T) {
	b := start(t, estate(), withOrganization(declared()))
	for _, fact := range snapshot.Facts() {
		b.ResetRecord()
		s := b.collect(t, fact)
		s.Each(func(r snapshot.Ref) bool {
			inventory := r.Fact == snapshot.CallerIdentity || r.Fact == snapshot.BucketListing || r.Fact == snapshot.BucketPresence
			if !inventory && r.Fact != fact && r.Fact != snapshot.TrailList && r.Err() != nil {
				t.Errorf("only %s is wanted, and %s of %s has %v", fact, r.Fact, r.Resource, r.Err())
			}
			return true
		})
		operations := map[string]bool{}
		for _, c := range b.Calls() {
			operations[c.Service+":"+c.Operation] = true
		}
		if want := expectedOperations[fact]; !cmp.Equal(operations, want) {
			t.Errorf("%s: %s", fact, cmp.Diff(want, operations))
		}
	}
}

func set(names ...string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

// expectedOperations are the calls that reading one fact makes. Status and
// selectors need to know which trails there are.
var expectedOperations = map[snapshot.Fact]map[string]bool{
	snapshot.CallerIdentity: set(), snapshot.BucketListing: set(), snapshot.BucketPresence: set(),
	snapshot.BucketOwnership:          set("s3:GetBucketOwnershipControls"),
	snapshot.BucketPolicy:             set("s3:GetBucketPolicy"),
	snapshot.BucketPolicyStatus:       set("s3:GetBucketPolicyStatus"),
	snapshot.BucketPublicAccessBlock:  set("s3:GetPublicAccessBlock"),
	snapshot.AccountPublicAccessBlock: set("s3control:GetPublicAccessBlock"),
	snapshot.TrailList:                set("cloudtrail:DescribeTrails"),
	snapshot.TrailStatuses:            set("cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus"),
	snapshot.TrailSelectors:           set("cloudtrail:DescribeTrails", "cloudtrail:GetEventSelectors"),
	snapshot.RoleDetails:              set("iam:GetRole"),
	snapshot.RolePolicies: set("iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
		"iam:GetPolicy", "iam:GetPolicyVersion"),
	snapshot.OrganizationID: set("organizations:DescribeOrganization"),
}

func TestInterruptedCollectionIsAnError(t *testing.T) {
	b := start(t, estate(), declared())
	ctx, cancel := context.WithCancel(t.Context())
	c := collect.Collector{AWS: b.aws, Now: clock(), Progress: func(int, int) { cancel() }}
	if s, err := c.Collect(ctx, b.scope, snapshot.Facts()); !errors.Is(err, context.Canceled) || s != nil {
		t.Errorf("got %v, %v", s, err)
	}
}

func TestProgressReachesItsTotal(t *testing.T) {
	b := start(t, estate(), declared())
	last, total := 0, 0
	c := collect.Collector{AWS: b.aws, Now: clock(), Progress: func(done, all int) {
		if done != last+1 || all < total {
			t.Errorf("progress went from %d/%d to %d/%d", last, total, done, all)
		}
		last, total = done, all
	}}
	if _, err := c.Collect(t.Context(), b.scope, snapshot.Facts()); err != nil {
		t.Fatal(err)
	}
	if last != total || total == 0 {
		t.Errorf("progress ended at %d/%d", last, total)
	}
}

func TestScopeIsNotChanged(t *testing.T) {
	b := start(t, estate(), declared())
	b.scope.Buckets[0], b.scope.Buckets[2] = b.scope.Buckets[2], b.scope.Buckets[0]
	first := b.scope.Buckets[0].Name
	b.collect(t, snapshot.BucketPolicy)
	if b.scope.Buckets[0].Name != first {
		t.Error("collecting sorted the caller's scope")
	}
}

func TestSameAnswersSameSnapshot(t *testing.T) {
	b := start(t, estate(), withOrganization(declared()))
	var first string
	for i := range 5 {
		text := encode(t, b.collect(t, snapshot.Facts()...))
		if i == 0 {
			first = text
		}
		if text != first {
			t.Fatal(cmp.Diff(first, text))
		}
	}
}

func TestCollectorsTellWhatTheyTook(t *testing.T) {
	b := start(t, estate(), declared())
	took := map[string]bool{}
	c := collect.Collector{AWS: b.aws, TakenAt: began, Now: clock(), Took: func(collector string, d time.Duration) {
		if took[collector] || d <= 0 {
			t.Errorf("%s took %v", collector, d)
		}
		took[collector] = true
	}}
	if _, err := c.Collect(t.Context(), b.scope, snapshot.Facts()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]bool{"cloudtrail": true, "iam": true, "organizations": true, "s3": true}, took); diff != "" {
		t.Error(diff)
	}
}
