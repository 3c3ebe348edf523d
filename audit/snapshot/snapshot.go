// Package snapshot holds what one run read from AWS, failures included, as
// one immutable value with a stable JSON form. Checks judge a Snapshot and
// nothing else, so that any verdict can be replayed from it, later and
// elsewhere.
package snapshot

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// SchemaVersion is the version of the JSON form; it changes when a reader of
// the old form would misread the new one.
const SchemaVersion = "1"

// Contents is everything a snapshot holds. Collectors fill it; New makes it a
// Snapshot.
type Contents struct {
	SchemaVersion string `json:"schema_version"`
	// TakenAt is when collection began, EndedAt when it was over, in UTC.
	TakenAt time.Time `json:"taken_at"`
	EndedAt time.Time `json:"ended_at"`

	Scope Scope `json:"scope"`

	Accounts        []AccountFacts        `json:"accounts"` // by ID
	Buckets         []Bucket              `json:"buckets"`  // by account and ARN
	Trails          []Trail               `json:"trails"`   // by ARN
	Roles           []Role                `json:"roles"`    // by ARN
	ManagedPolicies []ManagedPolicy       `json:"managed_policies"`
	Organization    Reading[Organization] `json:"organization"`
}

// AccountFacts is what was read of an account beyond its identity.
type AccountFacts struct {
	ID                string                     `json:"id"`
	PublicAccessBlock Reading[PublicAccessBlock] `json:"public_access_block"`
	// Trails holds one listing per region in use, sorted by region.
	Trails []TrailListing `json:"trails"`
}

// TrailListing is what cloudtrail:DescribeTrails shows in one region of an
// account, shadow trails and organization trails included.
type TrailListing struct {
	Region string            `json:"region"`
	ARNs   Reading[[]string] `json:"arns"`
}

// Bucket is what was read of one bucket.
type Bucket struct {
	AccountID string `json:"account_id"`
	ARN       string `json:"arn"`
	Region    string `json:"region,omitempty"`
	// Ownership is the bucket's ObjectOwnership setting, "" if it has no
	// ownership controls (OwnershipControlsNotFoundError).
	Ownership Reading[string] `json:"ownership"`
	// Policy is the text of the bucket policy, "" if there is none.
	Policy Reading[string] `json:"policy"`
	// Public is IsPublic of s3:GetBucketPolicyStatus.
	Public            Reading[bool]              `json:"public"`
	PublicAccessBlock Reading[PublicAccessBlock] `json:"public_access_block"`
}

// PublicAccessBlock is the public access block of a bucket or an account; all
// false if none is configured.
type PublicAccessBlock struct {
	BlockPublicAcls       bool `json:"block_public_acls,omitempty"`
	IgnorePublicAcls      bool `json:"ignore_public_acls,omitempty"`
	BlockPublicPolicy     bool `json:"block_public_policy,omitempty"`
	RestrictPublicBuckets bool `json:"restrict_public_buckets,omitempty"`
}

// Trail is a CloudTrail trail, once per ARN, however many accounts and
// regions it is seen from.
type Trail struct {
	ARN          string `json:"arn"`
	Name         string `json:"name"`
	HomeRegion   string `json:"home_region"`
	MultiRegion  bool   `json:"multi_region,omitempty"`
	Organization bool   `json:"organization,omitempty"`
	// S3Bucket and S3KeyPrefix say where the log files go.
	S3Bucket    string `json:"s3_bucket,omitempty"`
	S3KeyPrefix string `json:"s3_key_prefix,omitempty"`
	KMSKeyID    string `json:"kms_key_id,omitempty"`

	Status Reading[TrailStatus] `json:"status"`
	// Selectors is the answer of cloudtrail:GetEventSelectors in AWS's own
	// JSON: an object with EventSelectors or AdvancedEventSelectors.
	Selectors Reading[json.RawMessage] `json:"selectors"`
}

// AccountID is the account that owns the trail.
func (t *Trail) AccountID() string {
	parts := strings.SplitN(t.ARN, ":", 6)
	if len(parts) < 5 {
		return ""
	}
	return parts[4]
}

// TrailStatus is what cloudtrail:GetTrailStatus says of a trail.
type TrailStatus struct {
	Logging             bool   `json:"logging"`
	LatestDeliveryError string `json:"latest_delivery_error,omitempty"`
	// LatestDeliveryTime is the zero time if nothing was ever delivered.
	LatestDeliveryTime time.Time `json:"latest_delivery_time,omitzero"`
}

// Role is an IAM role named by a prefix role of the scope.
type Role struct {
	ARN       string              `json:"arn"` // as configured
	AccountID string              `json:"account_id"`
	Detail    Reading[RoleDetail] `json:"detail"`
	// InlineNames and AttachedARNs list its policies; the documents are in
	// Inline and in Contents.ManagedPolicies.
	InlineNames  Reading[[]string] `json:"inline_names"`
	AttachedARNs Reading[[]string] `json:"attached_arns"`
	Inline       []InlinePolicy    `json:"inline"` // by name
}

// RoleDetail is what iam:GetRole says; Exists is false on NoSuchEntity.
type RoleDetail struct {
	Exists bool `json:"exists"`
	// ID is the unique id, AROA..., that stands in policies once the role
	// is deleted.
	ID          string `json:"id,omitempty"`
	ARN         string `json:"arn,omitempty"`
	BoundaryARN string `json:"boundary_arn,omitempty"`
}

// InlinePolicy is an inline policy of a role.
type InlinePolicy struct {
	Name     string          `json:"name"`
	Document Reading[string] `json:"document"`
}

// ManagedPolicy is the default version of a managed policy, attached to a
// role or used as its boundary.
type ManagedPolicy struct {
	AccountID string          `json:"account_id"` // the account it was read in
	ARN       string          `json:"arn"`
	Document  Reading[string] `json:"document"`
}

// Organization is what organizations:DescribeOrganization says of the control
// account; ID is "" if it is in no organization.
type Organization struct {
	ID                  string `json:"id,omitempty"`
	ManagementAccountID string `json:"management_account_id,omitempty"`
}

// Snapshot is a frozen Contents with its indexes. Nobody changes it after New.
type Snapshot struct {
	Contents
	scopeBuckets map[[2]string]int
	buckets      map[[2]string]int
	accounts     map[string]int
	facts        map[string]int
	trails       map[string]int
	roles        map[string]int
	policies     map[[2]string]int
	derived      sync.Map
}

// New sorts and indexes the contents, which it takes over. It fails on what
// no collector makes: two entries for the same thing, or facts about things
// that are not in scope.
func New(c Contents) (*Snapshot, error) {
	c.sort()
	if err := c.compactSelectors(); err != nil {
		return nil, err
	}
	s := &Snapshot{Contents: c}
	var err error
	index := func(n int, kind string, key func(int) [2]string) map[[2]string]int {
		m := make(map[[2]string]int, n)
		for i := range n {
			k := key(i)
			if _, twice := m[k]; twice && err == nil {
				err = fmt.Errorf("the %s %q of account %q is there twice", kind, k[1], k[0])
			}
			m[k] = i
		}
		return m
	}
	flat := func(m map[[2]string]int) map[string]int {
		f := make(map[string]int, len(m))
		for k, i := range m {
			f[k[1]] = i
		}
		return f
	}
	s.accounts = flat(index(len(c.Scope.Accounts), "account", func(i int) [2]string { return [2]string{"", c.Scope.Accounts[i].ID} }))
	s.facts = flat(index(len(c.Accounts), "account", func(i int) [2]string { return [2]string{"", c.Accounts[i].ID} }))
	s.trails = flat(index(len(c.Trails), "trail", func(i int) [2]string { return [2]string{"", c.Trails[i].ARN} }))
	s.roles = flat(index(len(c.Roles), "role", func(i int) [2]string { return [2]string{"", c.Roles[i].ARN} }))
	s.scopeBuckets = index(len(c.Scope.Buckets), "bucket", func(i int) [2]string {
		return [2]string{c.Scope.Buckets[i].AccountID, c.Scope.Buckets[i].ARN()}
	})
	s.buckets = index(len(c.Buckets), "bucket", func(i int) [2]string { return [2]string{c.Buckets[i].AccountID, c.Buckets[i].ARN} })
	s.policies = index(len(c.ManagedPolicies), "managed policy", func(i int) [2]string {
		return [2]string{c.ManagedPolicies[i].AccountID, c.ManagedPolicies[i].ARN}
	})
	if err != nil {
		return nil, err
	}
	return s, s.checkReferences()
}

// checkReferences makes sure that every lookup by what is in scope succeeds.
func (s *Snapshot) checkReferences() error {
	for i := range s.Scope.Buckets {
		b := &s.Scope.Buckets[i]
		if _, ok := s.accounts[b.AccountID]; !ok {
			return fmt.Errorf("bucket %q is in account %q, which is not in scope", b.Name, b.AccountID)
		}
		if _, ok := s.Scope.Profiles[b.Profile]; !ok {
			return fmt.Errorf("bucket %q has profile %q, which is not among the profiles", b.Name, b.Profile)
		}
	}
	for i := range s.Buckets {
		b := &s.Buckets[i]
		if _, ok := s.scopeBuckets[[2]string{b.AccountID, b.ARN}]; !ok {
			return fmt.Errorf("bucket %q of account %q is not in scope", b.ARN, b.AccountID)
		}
	}
	return nil
}

// compactSelectors takes the white space out of the selectors, as encoding
// does, so that a snapshot that was written and read again is the same.
func (c *Contents) compactSelectors() error {
	for i := range c.Trails {
		t := &c.Trails[i]
		raw, err := t.Selectors.Get()
		if err != nil {
			continue
		}
		var b bytes.Buffer
		if err := json.Compact(&b, raw); err != nil {
			return fmt.Errorf("the selectors of trail %q are no JSON: %w", t.ARN, err)
		}
		t.Selectors = Got(json.RawMessage(b.Bytes()))
	}
	return nil
}

func (c *Contents) sort() {
	slices.SortFunc(c.Scope.Accounts, func(a, b Account) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Scope.Buckets, func(a, b ScopeBucket) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(c.Scope.PrefixRoles, func(a, b PrefixRole) int {
		return cmp.Or(cmp.Compare(a.RoleARN, b.RoleARN), cmp.Compare(a.Bucket, b.Bucket))
	})
	slices.Sort(c.Scope.Checks)
	slices.SortFunc(c.Accounts, func(a, b AccountFacts) int { return cmp.Compare(a.ID, b.ID) })
	for i := range c.Accounts {
		slices.SortFunc(c.Accounts[i].Trails, func(a, b TrailListing) int { return cmp.Compare(a.Region, b.Region) })
	}
	slices.SortFunc(c.Buckets, func(a, b Bucket) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.ARN, b.ARN))
	})
	slices.SortFunc(c.Trails, func(a, b Trail) int { return cmp.Compare(a.ARN, b.ARN) })
	slices.SortFunc(c.Roles, func(a, b Role) int { return cmp.Compare(a.ARN, b.ARN) })
	for i := range c.Roles {
		slices.SortFunc(c.Roles[i].Inline, func(a, b InlinePolicy) int { return cmp.Compare(a.Name, b.Name) })
	}
	slices.SortFunc(c.ManagedPolicies, func(a, b ManagedPolicy) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.ARN, b.ARN))
	})
}

func at[K comparable, T any](index map[K]int, list []T, key K) *T {
	if i, ok := index[key]; ok {
		return &list[i]
	}
	return nil
}

// Account returns the account in scope with that id, nil if there is none.
func (s *Snapshot) Account(id string) *Account { return at(s.accounts, s.Scope.Accounts, id) }

// AccountFacts returns what was read of an account, nil if nothing was.
func (s *Snapshot) AccountFacts(id string) *AccountFacts { return at(s.facts, s.Accounts, id) }

// ScopeBucket returns the bucket in scope, nil if there is none.
func (s *Snapshot) ScopeBucket(accountID, arn string) *ScopeBucket {
	return at(s.scopeBuckets, s.Scope.Buckets, [2]string{accountID, arn})
}

// Bucket returns what was read of a bucket, nil if nothing was.
func (s *Snapshot) Bucket(accountID, arn string) *Bucket {
	return at(s.buckets, s.Buckets, [2]string{accountID, arn})
}

// Trail returns the trail with that ARN, nil if it was not described.
func (s *Snapshot) Trail(arn string) *Trail { return at(s.trails, s.Trails, arn) }

// Role returns the role with that ARN, nil if it was not looked at.
func (s *Snapshot) Role(arn string) *Role { return at(s.roles, s.Roles, arn) }

// ManagedPolicy returns the policy as read in that account, nil if it was not.
func (s *Snapshot) ManagedPolicy(accountID, arn string) *ManagedPolicy {
	return at(s.policies, s.ManagedPolicies, [2]string{accountID, arn})
}

// Derived returns what derive makes of the snapshot, which it keeps: the second
// call with the same key returns the same value. It is for what many verdicts
// share and what is costly to make, such as a trail's parsed selectors. derive
// must depend on nothing but the snapshot and the key, whose type is the
// caller's own.
func Derived[K comparable, T any](s *Snapshot, key K, derive func() T) T {
	if v, ok := s.derived.Load(key); ok {
		return v.(T)
	}
	v, _ := s.derived.LoadOrStore(key, derive())
	return v.(T)
}
