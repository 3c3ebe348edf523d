package snapshot

import "strings"

// Fact names a kind of reading. Checks declare the facts they read;
// collectors read only facts that an enabled check declares; the auditor's
// IAM policy and the fault tests follow from them.
type Fact string

// The facts, named for the resource and the API that answers.
const (
	CallerIdentity           Fact = "sts-caller-identity"
	BucketListing            Fact = "s3-bucket-listing"
	BucketPresence           Fact = "s3-bucket-presence"
	BucketOwnership          Fact = "s3-bucket-ownership-controls"
	BucketPolicy             Fact = "s3-bucket-policy"
	BucketPolicyStatus       Fact = "s3-bucket-policy-status"
	BucketPublicAccessBlock  Fact = "s3-bucket-public-access-block"
	AccountPublicAccessBlock Fact = "s3-account-public-access-block"
	TrailList                Fact = "cloudtrail-trails"
	TrailStatuses            Fact = "cloudtrail-trail-status"
	TrailSelectors           Fact = "cloudtrail-event-selectors"
	RoleDetails              Fact = "iam-role"
	RolePolicies             Fact = "iam-role-policies"
	OrganizationID           Fact = "organizations-organization"
)

// Facts lists every Fact in the order in which they are read.
func Facts() []Fact {
	return []Fact{
		CallerIdentity, BucketListing, BucketPresence, BucketOwnership, BucketPolicy, BucketPolicyStatus,
		BucketPublicAccessBlock, AccountPublicAccessBlock, TrailList, TrailStatuses, TrailSelectors,
		RoleDetails, RolePolicies, OrganizationID,
	}
}

// Collector is the part of the program that reads the fact: the inventory, or
// what stands for the AWS service that answers.
func (f Fact) Collector() string {
	switch f {
	case CallerIdentity, BucketListing, BucketPresence:
		return InventoryCollector
	}
	service, _, _ := strings.Cut(string(f), "-")
	return service
}

// InventoryCollector finds out what is in scope; the other collectors are
// named for the service that they read.
const InventoryCollector = "inventory"

// Ref is one Reading of a snapshot, whatever its type, with where it belongs.
type Ref struct {
	Fact      Fact
	AccountID string
	Region    string // "" for global services
	Resource  string // ARN
	// Err returns the failure of the Reading, nil if there is none.
	Err func() *ReadError
	// Tried tells whether the Reading holds a value or a failure.
	Tried func() bool
	// Fail turns the Reading into a failure; for building test snapshots
	// before New, never for one that is in use.
	Fail func(*ReadError)
}

func ref[T any](f Fact, account, region, resource string, r *Reading[T]) Ref {
	return Ref{f, account, region, resource, r.Err, r.tried, r.fail}
}

// Each calls yield for every Reading in a stable order until it returns
// false. It is an iterator in the sense of package iter.
func (c *Contents) Each(yield func(Ref) bool) {
	_ = c.eachAccount(yield) && c.eachBucket(yield) && c.eachTrail(yield) && c.eachRole(yield) &&
		yield(ref(OrganizationID, c.Scope.ControlAccountID, "", "", &c.Organization))
}

func (c *Contents) eachAccount(yield func(Ref) bool) bool {
	for i := range c.Scope.Accounts {
		a := &c.Scope.Accounts[i]
		if !yield(ref(CallerIdentity, a.ID, "", a.RootARN(), &a.Identity)) ||
			a.Data && !yield(ref(BucketListing, a.ID, "", a.RootARN(), &a.Listing)) {
			return false
		}
	}
	for i := range c.Accounts {
		a := &c.Accounts[i]
		if !yield(ref(AccountPublicAccessBlock, a.ID, "", "", &a.PublicAccessBlock)) {
			return false
		}
		for j := range a.Trails {
			t := &a.Trails[j]
			if !yield(ref(TrailList, a.ID, t.Region, "", &t.ARNs)) {
				return false
			}
		}
	}
	return true
}

func (c *Contents) eachBucket(yield func(Ref) bool) bool {
	for i := range c.Scope.Buckets {
		b := &c.Scope.Buckets[i]
		if !yield(ref(BucketPresence, b.AccountID, b.Region, b.ARN(), &b.Presence)) {
			return false
		}
	}
	for i := range c.Buckets {
		b := &c.Buckets[i]
		if !yield(ref(BucketOwnership, b.AccountID, b.Region, b.ARN, &b.Ownership)) ||
			!yield(ref(BucketPolicy, b.AccountID, b.Region, b.ARN, &b.Policy)) ||
			!yield(ref(BucketPolicyStatus, b.AccountID, b.Region, b.ARN, &b.Public)) ||
			!yield(ref(BucketPublicAccessBlock, b.AccountID, b.Region, b.ARN, &b.PublicAccessBlock)) {
			return false
		}
	}
	return true
}

func (c *Contents) eachTrail(yield func(Ref) bool) bool {
	for i := range c.Trails {
		t := &c.Trails[i]
		if !yield(ref(TrailStatuses, t.AccountID(), t.HomeRegion, t.ARN, &t.Status)) ||
			!yield(ref(TrailSelectors, t.AccountID(), t.HomeRegion, t.ARN, &t.Selectors)) {
			return false
		}
	}
	return true
}

func (c *Contents) eachRole(yield func(Ref) bool) bool {
	for i := range c.Roles {
		r := &c.Roles[i]
		if !yield(ref(RoleDetails, r.AccountID, "", r.ARN, &r.Detail)) ||
			!yield(ref(RolePolicies, r.AccountID, "", r.ARN, &r.InlineNames)) ||
			!yield(ref(RolePolicies, r.AccountID, "", r.ARN, &r.AttachedARNs)) {
			return false
		}
		for j := range r.Inline {
			if !yield(ref(RolePolicies, r.AccountID, "", r.ARN, &r.Inline[j].Document)) {
				return false
			}
		}
	}
	for i := range c.ManagedPolicies {
		p := &c.ManagedPolicies[i]
		if !yield(ref(RolePolicies, p.AccountID, "", p.ARN, &p.Document)) {
			return false
		}
	}
	return true
}
