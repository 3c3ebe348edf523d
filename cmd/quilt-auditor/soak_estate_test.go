package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks"
)

const (
	soakAccounts  = 4
	soakOwnership = "s3-object-ownership"
	enforced      = "BucketOwnerEnforced"
)

// chances are dice that several goroutines may throw.
type chances struct {
	mu     sync.Mutex
	random *rand.Rand
}

func newChances(seed uint64) *chances { return &chances{random: rand.New(rand.NewPCG(seed, 24))} }

func (c *chances) below(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.random.IntN(n)
}

// in is true once in so many times.
func (c *chances) in(times int) bool { return c.below(times) == 0 }

// soakEstate drifts a little before each run reads it. It remembers what
// each run read of Object Ownership.
type soakEstate struct {
	*chances
	buckets []soakBucket
	denied  map[string]bool // accounts

	mu    sync.Mutex
	reads map[time.Time]map[string]string // by ARN; only what could be read
	// How often it was read, and how that ended if not well.
	calls, panics, errors int
}

type soakBucket struct {
	snapshot.ScopeBucket
	ownership, policy string
	locked, gone      bool
}

// newSoakEstate has so many buckets in each of its accounts.
func newSoakEstate(c *chances, buckets int) *soakEstate {
	e := &soakEstate{chances: c, denied: map[string]bool{}, reads: map[time.Time]map[string]string{}}
	for i := range soakAccounts * buckets {
		id := fmt.Sprintf("44445555%04d", i/buckets)
		b := soakBucket{ScopeBucket: snapshot.ScopeBucket{
			AccountID: id, Name: fmt.Sprintf("acme-soak-%04d", i), Partition: "aws", Region: "us-east-1", Profile: "all", Presence: snapshot.Got(snapshot.Present),
		}}
		b.ownership, b.policy = enforced, fmt.Sprintf(largePolicy, b.Name)
		e.buckets = append(e.buckets, b)
	}
	return e
}

// drift changes a few buckets, and now and then an account.
func (e *soakEstate) drift() {
	for range e.below(4) {
		switch b := &e.buckets[e.below(len(e.buckets))]; e.below(8) {
		case 0, 1:
			b.ownership = "ObjectWriter"
		case 2, 3:
			b.ownership = enforced
		case 4:
			b.policy = `{"Version":"2012-10-17","Statement":[]}`
		case 5:
			b.policy = fmt.Sprintf(largePolicy, b.Name)
		case 6:
			b.locked = !b.locked
		case 7:
			b.gone = !b.gone
		}
	}
	if e.in(20) {
		id := e.buckets[e.below(len(e.buckets))].AccountID
		e.denied[id] = !e.denied[id]
	}
}

func soakScope() snapshot.Scope {
	s := snapshot.Scope{ControlAccountID: largeControl, Profile: "all", Profiles: map[string][]string{"all": {"s3:GetObject", "s3:ListBucket", "s3:PutObject"}}, Checks: checkIDs(checks.All())}
	s.Accounts = append(s.Accounts, snapshot.Account{ID: largeControl, Partition: "aws", Regions: []string{"us-east-1"}, Control: true})
	for i := range soakAccounts {
		s.Accounts = append(s.Accounts, snapshot.Account{ID: fmt.Sprintf("44445555%04d", i), Partition: "aws", Regions: []string{"us-east-1"}, Data: true})
	}
	return s
}

// Discover leaves everything to Collect.
func (e *soakEstate) Discover(_ context.Context, declared snapshot.Scope) (snapshot.Scope, error) {
	return declared, nil
}

var errSoak = errors.New("a fault of the soak")

// Collect takes its time, and fails and panics now and then.
func (e *soakEstate) Collect(ctx context.Context, takenAt time.Time, _ snapshot.Scope, _ []snapshot.Fact) (*snapshot.Snapshot, error) {
	e.calls++ // calls do not overlap
	took := time.Duration(e.below(15)) * time.Second
	switch e.calls % 50 {
	case 10:
		took = 100 * time.Second
	case 20:
		e.panics++
		panic("a panic of the soak")
	case 30:
		e.errors++
		return nil, errSoak
	}
	select {
	case <-time.After(took):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	e.mu.Lock() // no longer: who waits for a mutex keeps the time of a bubble from going on
	defer e.mu.Unlock()
	e.drift()
	return e.read(takenAt)
}

func shutOut() *snapshot.ReadError {
	return &snapshot.ReadError{Operation: "sts:AssumeRole", Code: "AccessDenied", MissingPermission: "sts:AssumeRole"}
}

func (e *soakEstate) read(takenAt time.Time) (*snapshot.Snapshot, error) {
	c := snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: takenAt, EndedAt: time.Now().UTC(), Scope: soakScope(), Organization: snapshot.Got(snapshot.Organization{})}
	for i := range c.Scope.Accounts {
		a := &c.Scope.Accounts[i]
		if e.denied[a.ID] {
			a.Identity, a.Listing = snapshot.Failed[snapshot.Identity](shutOut()), snapshot.Failed[snapshot.Listing](shutOut())
			c.Accounts = append(c.Accounts, snapshot.AccountFacts{ID: a.ID, PublicAccessBlock: snapshot.Failed[snapshot.PublicAccessBlock](shutOut())})
			continue
		}
		a.Identity = snapshot.Got(snapshot.Identity{AccountID: a.ID, ARN: "arn:aws:sts::" + a.ID + ":assumed-role/QuiltAuditor/quilt-auditor"})
		c.Accounts = append(c.Accounts, largeFacts(a.ID))
		if a.Data {
			c.Trails = append(c.Trails, largeTrail(a.ID, takenAt))
			a.Listing = snapshot.Got(snapshot.Listing{Buckets: len(e.buckets) / soakAccounts, InScope: len(e.buckets) / soakAccounts})
		}
	}
	e.reads[takenAt] = map[string]string{}
	for i := range e.buckets {
		b := &e.buckets[i]
		if b.gone || e.denied[b.AccountID] {
			continue
		}
		c.Scope.Buckets = append(c.Scope.Buckets, b.ScopeBucket)
		c.Buckets = append(c.Buckets, b.facts())
		if !b.locked {
			e.reads[takenAt][b.ARN()] = b.ownership
		}
	}
	return snapshot.New(c)
}

func (b *soakBucket) facts() snapshot.Bucket {
	f := snapshot.Bucket{AccountID: b.AccountID, ARN: b.ARN(), Region: b.Region}
	if b.locked {
		f.Ownership, f.Policy, f.Public = snapshot.Failed[string](shutOut()), snapshot.Failed[string](shutOut()), snapshot.Failed[bool](shutOut())
		f.PublicAccessBlock = snapshot.Failed[snapshot.PublicAccessBlock](shutOut())
		return f
	}
	f.Ownership, f.Policy, f.Public = snapshot.Got(b.ownership), snapshot.Got(b.policy), snapshot.Got(false)
	f.PublicAccessBlock = snapshot.Got(snapshot.PublicAccessBlock{})
	return f
}

// ownership is what the run of that time read of a bucket, "" if nothing.
func (e *soakEstate) ownership(at time.Time, arn string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.reads[at][arn]
}

// forget drops what was read before.
func (e *soakEstate) forget(before time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for at := range e.reads {
		if at.Before(before) {
			delete(e.reads, at)
		}
	}
}
