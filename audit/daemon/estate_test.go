package daemon_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

const (
	accountID   = "111122223333"
	bucketCheck = "s3-bucket-sound"
	bucketARN   = "arn:aws:s3:::"
	secret      = "external-id-f00d" // stands for text that must not be logged
)

// estate is a Discoverer and a Collector over buckets that are what somebody
// says they are, and the check that judges them. The hooks are called in the
// phases of a run; they may block, fail and panic.
type estate struct {
	mu      sync.Mutex
	buckets map[string]audit.Status // by name
	shut    bool                    // the account cannot be entered

	reading atomic.Int32 // calls that are going on
	crowded atomic.Bool  // whether there ever was more than one

	discover, collect func(context.Context) error
	subjects          func()
	eval              func(bucket string)
}

func newEstate(buckets map[string]audit.Status) *estate {
	return &estate{
		buckets: maps.Clone(buckets), discover: pass, collect: pass,
		subjects: func() {}, eval: func(string) {},
	}
}

func pass(context.Context) error { return nil }

// becomes changes a bucket; no status removes it.
func (e *estate) becomes(bucket string, status audit.Status) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if status == "" {
		delete(e.buckets, bucket)
	} else {
		e.buckets[bucket] = status
	}
}

func (e *estate) closes(shut bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.shut = shut
}

func (e *estate) enter() (leave func()) {
	if e.reading.Add(1) > 1 {
		e.crowded.Store(true)
	}
	return func() { e.reading.Add(-1) }
}

func declared() snapshot.Scope {
	return snapshot.Scope{
		ControlAccountID: accountID, Profile: "p", Profiles: map[string][]string{"p": nil},
		Accounts: []snapshot.Account{{ID: accountID, Partition: "aws", Data: true}},
		// Not in order: a snapshot that takes it over would sort it.
		PrefixRoles: []snapshot.PrefixRole{{RoleARN: "z"}, {RoleARN: "a"}}, Checks: []string{bucketCheck},
	}
}

func (e *estate) Discover(ctx context.Context, scope snapshot.Scope) (snapshot.Scope, error) {
	defer e.enter()()
	if err := e.discover(ctx); err != nil {
		return snapshot.Scope{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	account := scope.Accounts[0]
	if scope.Accounts, scope.PrefixRoles = nil, nil; e.shut {
		denied := &snapshot.ReadError{Operation: "sts:AssumeRole", Code: "AccessDenied", MissingPermission: "sts:AssumeRole"}
		account.Identity, account.Listing = snapshot.Failed[snapshot.Identity](denied), snapshot.Failed[snapshot.Listing](denied)
	} else {
		account.Identity, account.Listing = snapshot.Got(snapshot.Identity{AccountID: accountID}), snapshot.Got(snapshot.Listing{})
		for _, name := range slices.Sorted(maps.Keys(e.buckets)) {
			scope.Buckets = append(scope.Buckets, snapshot.ScopeBucket{AccountID: accountID, Name: name, Partition: "aws", Region: "eu-west-1", Profile: "p"})
		}
	}
	scope.Accounts = []snapshot.Account{account}
	return scope, ctx.Err()
}

// Collect writes what each bucket is into its policy, for the check to find.
func (e *estate) Collect(ctx context.Context, takenAt time.Time, scope snapshot.Scope, _ []snapshot.Fact) (*snapshot.Snapshot, error) {
	defer e.enter()()
	if err := e.collect(ctx); err != nil {
		return nil, err
	}
	c := snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: takenAt, EndedAt: time.Now().UTC(), Scope: scope}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, b := range scope.Buckets {
		read := snapshot.Bucket{AccountID: accountID, ARN: b.ARN()}
		if status, ok := e.buckets[b.Name]; ok { // else it went since it was discovered
			read.Policy = snapshot.Got(string(status))
		}
		c.Buckets = append(c.Buckets, read)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return snapshot.New(c)
}

func (e *estate) check() audit.Check {
	return audit.Check{
		ID: bucketCheck, Title: bucketCheck, Severity: audit.High, NoControls: true,
		Subjects: func(s *snapshot.Snapshot) (subjects []audit.Subject) {
			e.subjects()
			for i := range s.Scope.Buckets {
				subjects = append(subjects, audit.Subject{AccountID: accountID, Region: "eu-west-1", Resource: s.Scope.Buckets[i].ARN()})
			}
			return subjects
		},
		Eval: func(s *snapshot.Snapshot, subject audit.Subject) audit.Verdict {
			e.eval(strings.TrimPrefix(subject.Resource, bucketARN))
			status := statusOf(s.Bucket(accountID, subject.Resource))
			return audit.Verdict{Status: status, Reason: "It is " + string(status) + ".", Evidence: struct{}{}, Basis: status}
		},
	}
}

func statusOf(b *snapshot.Bucket) audit.Status {
	status, err := b.Policy.Get()
	if err != nil {
		return audit.StatusUnknown
	}
	return audit.Status(status)
}
