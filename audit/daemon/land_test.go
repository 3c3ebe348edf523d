package daemon_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Names that stand in another order by bytes than one might think.
var landAccounts, landBuckets = []string{"222233334444", "444455556666"}, []string{"a", "a-1", "a.1", "b", "c"}

const (
	landBucketCheck, landKeyedCheck, landAccountCheck = "s3-land-bucket", "s3-land", "sts-land-account"
)

// land is an estate of two accounts that drifts at random, with three checks.
// It is a Discoverer and a Collector, and remembers what it last gave.
type land struct {
	random *rand.Rand
	of     map[string]map[string]string // by account and bucket what is in its policy
	shut   map[string]bool
	fails  bool // discovering
	last   *snapshot.Snapshot
	// judging is called once in a run as it begins to judge.
	judging func()
}

func newLand(random *rand.Rand) *land {
	l := &land{random: random, of: map[string]map[string]string{}, shut: map[string]bool{}}
	for _, id := range landAccounts {
		l.of[id] = map[string]string{}
		for _, name := range landBuckets {
			l.of[id][name] = l.text()
		}
	}
	return l
}

// text is what a bucket is like: a status, and something beside it.
func (l *land) text() string {
	statuses := append(audit.Statuses(), audit.StatusPass)
	return fmt.Sprint(statuses[l.random.IntN(len(statuses))], " ", l.random.IntN(2))
}

func (l *land) drift() {
	for _, id := range landAccounts {
		if l.random.IntN(8) == 0 {
			l.shut[id] = !l.shut[id]
		}
		for _, name := range landBuckets {
			switch n := l.random.IntN(16); {
			case n < 2:
				l.of[id][name] = l.text()
			case n == 2:
				delete(l.of[id], name)
			}
		}
	}
}

func (l *land) declared() snapshot.Scope {
	s := snapshot.Scope{ControlAccountID: accountID, Profile: "p", Profiles: map[string][]string{"p": nil}}
	for _, id := range landAccounts {
		s.Accounts = append(s.Accounts, snapshot.Account{ID: id, Partition: "aws", Data: true})
	}
	return s
}

func (l *land) Discover(_ context.Context, scope snapshot.Scope) (snapshot.Scope, error) {
	if l.fails {
		return snapshot.Scope{}, errors.New("no way")
	}
	scope = l.declared()
	for i := range scope.Accounts {
		a := &scope.Accounts[i]
		if l.shut[a.ID] {
			denied := &snapshot.ReadError{Operation: "sts:AssumeRole", Code: "AccessDenied", MissingPermission: "sts:AssumeRole"}
			a.Identity, a.Listing = snapshot.Failed[snapshot.Identity](denied), snapshot.Failed[snapshot.Listing](denied)
			continue
		}
		a.Identity, a.Listing = snapshot.Got(snapshot.Identity{AccountID: a.ID}), snapshot.Got(snapshot.Listing{})
		for _, name := range landBuckets {
			if l.of[a.ID][name] != "" {
				scope.Buckets = append(scope.Buckets, snapshot.ScopeBucket{AccountID: a.ID, Name: name + "." + a.ID, Partition: "aws", Region: "eu-west-1", Profile: "p"})
			}
		}
	}
	return scope, nil
}

func (l *land) Collect(_ context.Context, takenAt time.Time, scope snapshot.Scope, _ []snapshot.Fact) (*snapshot.Snapshot, error) {
	c := snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: takenAt, EndedAt: takenAt, Scope: scope}
	for i := range scope.Buckets {
		b := &scope.Buckets[i]
		name, _, _ := strings.Cut(b.Name, "."+b.AccountID)
		c.Buckets = append(c.Buckets, snapshot.Bucket{AccountID: b.AccountID, ARN: b.ARN(), Region: b.Region, Policy: snapshot.Got(l.of[b.AccountID][name])})
	}
	s, err := snapshot.New(c)
	l.last = s
	return s, err
}

func (l *land) checks() []audit.Check {
	check := func(id string, severity audit.Severity, subjects func(*snapshot.Snapshot) []audit.Subject, eval func(*snapshot.Snapshot, audit.Subject) string) audit.Check {
		return audit.Check{ID: id, Title: "Title of " + id, Severity: severity, NoControls: true, Subjects: subjects, Eval: func(s *snapshot.Snapshot, of audit.Subject) audit.Verdict {
			status, detail, _ := strings.Cut(eval(s, of), " ")
			v := audit.Verdict{Status: audit.Status(status), Reason: status + detail, Evidence: map[string]string{"detail": detail}, Basis: status + detail}
			if v.Status == audit.StatusFail {
				v.Remediation = &audit.Remediation{Kind: audit.RemedyAdvice, Summary: "Mend it.", Document: json.RawMessage(`{"a":1}`)}
			}
			return v
		}}
	}
	inPolicy := func(s *snapshot.Snapshot, of audit.Subject) string {
		text, _ := s.Bucket(of.AccountID, of.Resource).Policy.Get()
		return text
	}
	return []audit.Check{
		check(landBucketCheck, audit.High, l.buckets(""), inPolicy),
		check(landKeyedCheck, audit.Low, l.buckets("y", "x"), inPolicy),
		check(landAccountCheck, audit.Critical, accountsOf, func(s *snapshot.Snapshot, of audit.Subject) string {
			if _, err := s.Account(of.AccountID).Identity.Get(); err != nil {
				return "fail 0"
			}
			return "pass 0"
		}),
	}
}

// buckets are the buckets as subjects, once for each key.
func (l *land) buckets(keys ...string) func(*snapshot.Snapshot) []audit.Subject {
	return func(s *snapshot.Snapshot) (list []audit.Subject) {
		if l.judging != nil && len(keys) == 1 {
			l.judging()
		}
		for i := range s.Scope.Buckets {
			b := &s.Scope.Buckets[i]
			for _, key := range keys {
				list = append(list, audit.Subject{AccountID: b.AccountID, Region: b.Region, Resource: b.ARN(), Key: key})
			}
		}
		return list
	}
}

func accountsOf(s *snapshot.Snapshot) (list []audit.Subject) {
	for i := range s.Scope.Accounts {
		id := s.Scope.Accounts[i].ID
		list = append(list, audit.Subject{AccountID: id, Resource: "arn:aws:iam::" + id + ":root"})
	}
	return list
}

// waivers cover something until the day, something else for ever, and one
// state of a third.
func (l *land) waivers(until time.Time) []audit.Waiver {
	of := func(w audit.Waiver) audit.Waiver {
		w.Owner, w.Reason = "somebody", "whatever"
		if w.Expires == (audit.Date{}) {
			w.Expires = audit.Date{Year: 2100, Month: time.January, Day: 1}
		}
		return w
	}
	return []audit.Waiver{
		of(audit.Waiver{Check: landBucketCheck, Account: landAccounts[0], Expires: day(until)}),
		of(audit.Waiver{Check: landKeyedCheck, Bucket: "b*"}),
		of(audit.Waiver{Check: landBucketCheck, Bucket: "c*", Fingerprint: audit.Fingerprint("fail1")}),
	}
}

// query asks for something that may be there.
func (l *land) query() (q audit.Query) {
	pick := func(list ...string) string { return list[l.random.IntN(len(list))] }
	maybe := func() bool { return l.random.IntN(4) == 0 }
	if maybe() {
		q.Check = pick(landBucketCheck, landKeyedCheck, landAccountCheck, "no-such-check")
	}
	if maybe() {
		q.Status = audit.Statuses()[l.random.IntN(4)]
	}
	if maybe() {
		q.Severity = audit.Severities()[l.random.IntN(5)]
	}
	if maybe() {
		q.AccountID = pick(landAccounts...)
	}
	if maybe() {
		q.Bucket = pick(landBuckets...) + "." + pick(landAccounts...)
	}
	if maybe() {
		q.Waived = new(bool)
		*q.Waived = maybe()
	}
	if maybe() {
		resource := bucketARN + pick(landBuckets...) + "." + pick(landAccounts...)
		q.After = &audit.Position{AccountID: pick(landAccounts...), Resource: resource, Check: pick("", landBucketCheck), Subject: pick("", "x")}
	}
	q.Outstanding, q.Brief = maybe(), maybe()
	if maybe() {
		q.Limit = 1 + l.random.IntN(4)
	}
	return q
}
