// Package collect reads what the enabled checks ask about the resources in
// scope into a snapshot: one file per AWS service, one failed Reading for
// every call that failed.
package collect

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Collector reads AWS.
type Collector struct {
	AWS *awsapi.Factory
	// TakenAt is when the run began to read AWS, the inventory included.
	TakenAt time.Time
	// Now is the clock that tells when collection is over, and how long it
	// took. It is read from many goroutines at once.
	Now func() time.Time
	// Progress, if set, is told how many of the known tasks are done. It is
	// called by one goroutine at a time, and the total can still grow.
	Progress func(done, total int)
	// Took, if set, is told at the end how long each collector was at work,
	// from its first call to its last. snapshot.Fact.Collector has the names.
	Took func(collector string, took time.Duration)
}

// Collect reads the facts about everything in scope; other facts stay "not
// read". Accounts that could not be entered and buckets that are not where
// they should be cost no calls: their Readings fail with the reason. The only
// errors are that ctx is done, and a scope that contradicts itself.
func (c *Collector) Collect(ctx context.Context, scope snapshot.Scope, facts []snapshot.Fact) (*snapshot.Snapshot, error) {
	r := newRun(c.AWS, scope, facts)
	r.contents.TakenAt = c.TakenAt.UTC()
	pool := newPool(c.Progress, c.Now)
	pool.run(ctx, r.first())
	pool.run(ctx, r.second())
	if c.Took != nil {
		pool.spans.each(c.Took)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("reading AWS was interrupted: %w", err)
	}
	r.contents.EndedAt = c.Now().UTC()
	s, err := snapshot.New(r.contents)
	if err != nil {
		return nil, fmt.Errorf("making a snapshot of what was read: %w", err)
	}
	return s, nil
}

// run is one collection: tasks fill the elements of contents, each its own.
type run struct {
	aws      *awsapi.Factory
	wanted   map[snapshot.Fact]bool
	contents snapshot.Contents
	accounts map[string]*snapshot.Account

	seen []sightings // what each DescribeTrails showed
}

func newRun(aws *awsapi.Factory, scope snapshot.Scope, facts []snapshot.Fact) *run {
	scope.Accounts = slices.Clone(scope.Accounts)
	scope.Buckets = slices.Clone(scope.Buckets)
	scope.PrefixRoles = slices.Clone(scope.PrefixRoles)
	scope.Checks = slices.Clone(scope.Checks)
	r := &run{
		aws:      aws,
		wanted:   make(map[snapshot.Fact]bool, len(facts)),
		contents: snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, Scope: scope},
		accounts: make(map[string]*snapshot.Account, len(scope.Accounts)),
	}
	for _, f := range facts {
		r.wanted[f] = true
	}
	r.contents.Accounts = make([]snapshot.AccountFacts, len(scope.Accounts))
	for i := range scope.Accounts {
		r.accounts[scope.Accounts[i].ID] = &scope.Accounts[i]
		r.contents.Accounts[i].ID = scope.Accounts[i].ID
	}
	return r
}

// first returns the tasks that need nothing but the scope.
func (r *run) first() []task {
	return slices.Concat(
		of(snapshot.OrganizationID, r.organizationTask()),
		of(snapshot.AccountPublicAccessBlock, r.accountTasks()),
		of(snapshot.TrailList, r.trailListTasks()),
		of(snapshot.RoleDetails, r.roleTasks()),
	)
}

// second returns the tasks that depend on what the first ones found.
func (r *run) second() []task {
	return slices.Concat(
		of(snapshot.TrailStatuses, r.trailTasks()),
		of(snapshot.RolePolicies, r.managedPolicyTasks()),
		of(snapshot.BucketPolicy, r.bucketTasks()),
	)
}

// shut returns why the account cannot be read, nil if it can. Each caller
// gets an error of its own.
func (r *run) shut(accountID string) *snapshot.ReadError {
	a, ok := r.accounts[accountID]
	if !ok {
		return &snapshot.ReadError{
			Operation: string(awsapi.AssumeRole), Code: awsapi.CodeAccountNotConfigured,
			Detail: "add the account to the configuration to have it read",
		}
	}
	if failure := a.Identity.Err(); failure != nil {
		copied := *failure
		return &copied
	}
	if _, err := a.Identity.Get(); err != nil {
		return &snapshot.ReadError{
			Operation: string(awsapi.GetCallerIdentity), Code: CodeNotEntered,
			Detail: "nobody tried to enter the account",
		}
	}
	return nil
}

// CodeNotEntered is the code of reads that were not made because the inventory
// did not look at the account.
const CodeNotEntered = "NotEntered"

func failed[T any](err error) snapshot.Reading[T] {
	return snapshot.Failed[T](awsapi.ReadError(err))
}

func empty[T any](op awsapi.Operation) snapshot.Reading[T] {
	return snapshot.Failed[T](awsapi.EmptyResponse(op))
}
