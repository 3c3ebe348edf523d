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
	"sync"
)

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
	var errs []error
	s.accounts = index(&errs, "account", c.Scope.Accounts, func(a *Account) string { return a.ID })
	s.facts = index(&errs, "account", c.Accounts, func(a *AccountFacts) string { return a.ID })
	s.trails = index(&errs, "trail", c.Trails, func(t *Trail) string { return t.ARN })
	s.roles = index(&errs, "role", c.Roles, func(r *Role) string { return r.ARN })
	s.scopeBuckets = index(&errs, "bucket", c.Scope.Buckets, func(b *ScopeBucket) [2]string { return [2]string{b.AccountID, b.ARN()} })
	s.buckets = index(&errs, "bucket", c.Buckets, func(b *Bucket) [2]string { return [2]string{b.AccountID, b.ARN} })
	s.policies = index(&errs, "managed policy", c.ManagedPolicies, func(p *ManagedPolicy) [2]string { return [2]string{p.AccountID, p.ARN} })
	if len(errs) > 0 {
		err := errs[0] // one line is enough of a file that nobody wrote by hand
		return nil, err
	}
	return s, s.checkReferences()
}

// index maps the key of each entry to its place, and notes entries that are
// there twice.
func index[K comparable, T any](errs *[]error, kind string, list []T, key func(*T) K) map[K]int {
	places := make(map[K]int, len(list))
	for i := range list {
		k := key(&list[i])
		if _, twice := places[k]; twice {
			*errs = append(*errs, fmt.Errorf("the %s %v is there twice", kind, k))
		}
		places[k] = i
	}
	return places
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
