// Package inventory turns what a configuration declares into the scope of an
// audit: it enters the accounts, lists their buckets, finds the ones that
// were named and picks the ones that are to be discovered.
package inventory

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

const (
	// accountsAtOnce and bucketsAtOnce bound the calls in flight: of all
	// accounts together to their product, of one account to the latter.
	accountsAtOnce = 32
	bucketsAtOnce  = 8
)

// Inventory finds the buckets of an audit.
type Inventory struct {
	AWS *awsapi.Factory
	// Filters tells, by account id, which buckets to discover; in an account
	// without a filter only the named buckets are in scope.
	Filters map[string]Filter
}

// Discover returns the declared scope with everything filled in that AWS
// tells: who the auditor is in each account, the listing of each data
// account, region and presence of each bucket, the discovered buckets, and
// the account of the bucket of each prefix role. What cannot be read becomes
// a failed Reading and never hides another account; the only error is that
// ctx is done. The declared scope itself is not changed.
func (v *Inventory) Discover(ctx context.Context, declared snapshot.Scope) (snapshot.Scope, error) {
	named := map[string][]snapshot.ScopeBucket{}
	for _, b := range declared.Buckets {
		named[b.AccountID] = append(named[b.AccountID], b)
	}
	found := make([]account, len(declared.Accounts))
	var group errgroup.Group
	group.SetLimit(accountsAtOnce)
	for i, a := range declared.Accounts {
		found[i] = account{Account: a, inventory: v, profile: declared.Profile, named: slices.Clone(named[a.ID])}
		group.Go(func() error {
			found[i].search(ctx)
			return nil
		})
	}
	_ = group.Wait() // no account returns an error; failures are Readings
	if err := ctx.Err(); err != nil {
		return snapshot.Scope{}, fmt.Errorf("looking for buckets was interrupted: %w", err)
	}
	return merge(declared, found), nil
}

// merge puts the accounts' results together. A bucket that is named in one
// account and discovered in another stays the named one only.
func merge(declared snapshot.Scope, found []account) snapshot.Scope {
	scope := declared
	scope.Accounts, scope.Buckets = nil, nil
	taken := map[string]bool{}
	for _, a := range found {
		for _, b := range a.named {
			taken[b.ARN()] = true
			scope.Buckets = append(scope.Buckets, b)
		}
	}
	for _, a := range found {
		inScope := len(a.listedNamed)
		for _, b := range a.discovered {
			if taken[b.ARN()] {
				continue
			}
			taken[b.ARN()] = true
			inScope++
			scope.Buckets = append(scope.Buckets, b)
		}
		if listing, err := a.Listing.Get(); err == nil {
			listing.InScope = inScope
			a.Listing = snapshot.Got(listing)
		}
		scope.Accounts = append(scope.Accounts, a.Account)
	}
	sortScope(&scope)
	scope.PrefixRoles = locate(declared.PrefixRoles, scope.Buckets)
	scope.Profiles = maps.Clone(declared.Profiles)
	return scope
}
