package audit_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// world is an estate and its configuration, which drift at random between
// runs. Each finding that there can be is a thing of it.
type world struct {
	random   *rand.Rand
	now      time.Time
	accounts map[string]*worldAccount
	checks   map[string]bool // enabled
	things   []*thing
}

type worldAccount struct{ configured, entered, listable bool }

// thing is what one finding is about, with what there is to see of it.
type thing struct {
	check   string
	subject audit.Subject
	// declared things stand in the configuration by name, while configured;
	// the others are found in the listing of the account, while existing.
	declared, configured, existing bool
	status                         audit.Status // what the check would say
	readable                       bool
	detail                         int // of the reason and the basis
}

const (
	bucketCheck, otherBucketCheck = "s3-some-check", "s3-other-check"
	roleCheck, accountCheck       = "iam-some-check", "sts-some-check"
)

func worldChecks() []string {
	return []string{accountCheck, bucketCheck, otherBucketCheck, roleCheck}
}

func newWorld(seed uint64) *world {
	w := &world{random: rand.New(rand.NewPCG(seed, 1)), now: takenAt, accounts: map[string]*worldAccount{}, checks: map[string]bool{}}
	for _, c := range worldChecks() {
		w.checks[c] = true
	}
	for _, id := range []string{"444455556666", "777788889999"} {
		w.accounts[id] = &worldAccount{true, true, true}
		w.add(accountCheck, true, audit.Subject{AccountID: id, Resource: "arn:aws:iam::" + id + ":root"})
		w.add(roleCheck, true, audit.Subject{AccountID: id, Resource: "arn:aws:iam::" + id + ":role/Alice", Key: "b"})
		for _, name := range []string{"named-1", "named-2", "found-1", "found-2", "found-3"} {
			s := audit.Subject{AccountID: id, Region: "us-east-1", Resource: "arn:aws:s3:::" + name + "-" + id}
			w.add(bucketCheck, strings.HasPrefix(name, "named"), s)
			w.add(otherBucketCheck, strings.HasPrefix(name, "named"), s)
		}
	}
	return w
}

func (w *world) add(check string, declared bool, s audit.Subject) {
	w.things = append(w.things, &thing{
		check: check, subject: s, declared: declared, configured: true, existing: true, status: audit.StatusPass, readable: true,
	})
}

func (w *world) chance(percent int) bool { return w.random.IntN(100) < percent }

// drift changes something, now and then much.
func (w *world) drift() {
	w.now = w.now.Add(time.Duration(1+w.random.IntN(3600)) * time.Second)
	for _, id := range slices.Sorted(keys(w.accounts)) {
		a := w.accounts[id]
		a.configured = a.configured != w.chance(3)
		a.entered = a.entered != w.chance(10)
		a.listable = a.listable != w.chance(10)
	}
	for _, c := range []string{otherBucketCheck, roleCheck} {
		w.checks[c] = w.checks[c] != w.chance(4)
	}
	evident := []audit.Status{audit.StatusPass, audit.StatusFail, audit.StatusNotApplicable}
	for _, t := range w.things {
		t.readable = t.readable != w.chance(10)
		if w.chance(15) {
			t.status = evident[w.random.IntN(len(evident))]
		}
		if w.chance(10) {
			t.detail++
		}
		// A bucket comes and goes as a whole, whatever the check.
		if w.chance(5) {
			for _, other := range w.things {
				if other.subject == t.subject && other.check != accountCheck {
					other.existing, other.configured = !other.existing, !other.configured
				}
			}
		}
	}
}

// leaveOut picks what a narrower run does not look at.
func (w *world) leaveOut() audit.LeftOut {
	switch w.random.IntN(3) {
	case 0:
		return audit.LeftOut{Checks: []string{otherBucketCheck}}
	case 1:
		return audit.LeftOut{Accounts: []string{"777788889999"}}
	default:
		return audit.LeftOut{Checks: []string{bucketCheck, roleCheck}, Accounts: []string{"444455556666"}}
	}
}

// view is what a run sees of a thing.
type view int

const (
	judged        view = iota // there is a verdict: the thing's status, or unknown
	leftOut                   // the run is narrower
	unconfigured              // account, check, role or named bucket are not configured
	shutOut                   // its account cannot be entered or listed
	missingBucket             // a complete listing lacks the bucket
)

// see tells what a run sees of a thing, and the status of the verdict if
// there is one.
func (w *world) see(t *thing, out audit.LeftOut) (view, audit.Status) {
	a := w.accounts[t.subject.AccountID]
	switch {
	case slices.Contains(out.Checks, t.check) || slices.Contains(out.Accounts, t.subject.AccountID):
		return leftOut, ""
	case !a.configured || !w.checks[t.check] || t.declared && !t.configured:
		return unconfigured, ""
	case !t.declared && (!a.entered || !a.listable):
		return shutOut, ""
	case !t.declared && !t.existing:
		return missingBucket, ""
	case !a.entered || !t.readable:
		return judged, audit.StatusUnknown
	default:
		return judged, t.status
	}
}

// settlement makes what Settle gets of a run over the world.
func (w *world) settlement(t testing.TB, runID string, out audit.LeftOut, prior *audit.Prior) audit.Settlement {
	s := w.snapshot(t, out)
	var checks []audit.Check
	for _, id := range worldChecks() {
		if w.checks[id] && !slices.Contains(out.Checks, id) {
			checks = append(checks, w.check(id, out))
		}
	}
	return audit.Settlement{
		RunID: runID, Snapshot: s, Checks: checks, Verdicts: audit.Evaluate(s, checks), Prior: prior, LeftOut: out,
		Times:     audit.Times{StartedAt: w.now, EndedAt: w.now},
		Discovers: func(_, bucket string) bool { return strings.HasPrefix(bucket, "found") },
	}
}

func (w *world) check(id string, out audit.LeftOut) audit.Check {
	return audit.Check{
		ID: id, Title: id, Severity: audit.High, NoControls: true,
		Subjects: func(*snapshot.Snapshot) (subjects []audit.Subject) {
			for _, t := range w.things {
				if v, _ := w.see(t, out); t.check == id && v == judged {
					subjects = append(subjects, t.subject)
				}
			}
			return subjects
		},
		Eval: func(_ *snapshot.Snapshot, s audit.Subject) audit.Verdict {
			i := slices.IndexFunc(w.things, func(t *thing) bool { return t.check == id && t.subject == s })
			_, status := w.see(w.things[i], out)
			reason := fmt.Sprintf("%s, detail %d", status, w.things[i].detail)
			return audit.Verdict{Status: status, Reason: reason, Evidence: struct{}{}, Basis: reason}
		},
	}
}

func (w *world) snapshot(t testing.TB, out audit.LeftOut) *snapshot.Snapshot {
	t.Helper()
	c := snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: w.now, EndedAt: w.now}
	c.Scope = snapshot.Scope{ControlAccountID: "111122223333", Profile: "p", Profiles: map[string][]string{"p": nil}}
	denied := &snapshot.ReadError{Operation: "sts:AssumeRole", Code: "AccessDenied", MissingPermission: "sts:AssumeRole"}
	for _, id := range slices.Sorted(keys(w.accounts)) {
		a := w.accounts[id]
		if !a.configured || slices.Contains(out.Accounts, id) {
			continue
		}
		account := snapshot.Account{ID: id, Partition: "aws", Data: true, Identity: snapshot.Failed[snapshot.Identity](denied), Listing: snapshot.Failed[snapshot.Listing](denied)}
		if a.entered {
			account.Identity = snapshot.Got(snapshot.Identity{AccountID: id})
			if a.listable {
				account.Listing = snapshot.Got(snapshot.Listing{})
			}
		}
		c.Scope.Accounts = append(c.Scope.Accounts, account)
	}
	for _, thing := range w.things {
		v, _ := w.see(thing, audit.LeftOut{Accounts: out.Accounts})
		if name, bucket := strings.CutPrefix(thing.subject.Resource, "arn:aws:s3:::"); bucket && v == judged && thing.check == bucketCheck {
			c.Scope.Buckets = append(c.Scope.Buckets, snapshot.ScopeBucket{
				AccountID: thing.subject.AccountID, Name: name, Partition: "aws", Region: "us-east-1", Profile: "p", Named: thing.declared,
			})
		}
	}
	s, err := snapshot.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
