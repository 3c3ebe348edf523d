package sqlite

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// world is a small estate that drifts at random, and the runs over it.
type world struct {
	random *rand.Rand
	now    time.Time
	runs   int
	things []*thing
	shut   map[string]bool // accounts that cannot be entered
}

// thing is what one finding is about.
type thing struct {
	check   int
	subject audit.Subject
	there   bool
	status  audit.Status
	detail  int
}

var worldStart = time.Date(2026, 11, 22, 0, 0, 0, 123456789, time.UTC)

func newWorld(seed uint64) *world {
	w := &world{random: rand.New(rand.NewPCG(seed, 7)), now: worldStart, shut: map[string]bool{}}
	for _, id := range worldAccounts() {
		w.add(0, audit.Subject{AccountID: id, Resource: "arn:aws:iam::" + id + ":root"})
		for i := range 3 {
			bucket := fmt.Sprintf("bucket-%d-%s", i, id[:4])
			s := audit.Subject{AccountID: id, Region: "us-east-1", Resource: "arn:aws:s3:::" + bucket}
			w.add(1, s)
			w.add(2, s)
			w.add(3, audit.Subject{AccountID: id, Resource: "arn:aws:iam::" + id + ":role/<Alice> & \"Bob\"", Key: bucket})
		}
	}
	return w
}

func worldAccounts() []string { return []string{"012345678901", "444455556666", "777788889999"} }

func (w *world) add(check int, s audit.Subject) {
	w.things = append(w.things, &thing{check: check, subject: s, there: true, status: audit.StatusPass})
}

func (w *world) chance(percent int) bool { return w.random.IntN(100) < percent }

// drift changes some of the things, by about so many percent.
func (w *world) drift(percent int) {
	w.now = w.now.Add(time.Duration(1+w.random.IntN(3600)) * time.Second)
	for _, id := range worldAccounts() {
		w.shut[id] = w.shut[id] != w.chance(percent/2)
	}
	for _, t := range w.things {
		if w.chance(percent) {
			t.status = audit.Statuses()[w.random.IntN(4)]
		}
		if w.chance(percent) {
			t.detail = w.random.IntN(5)
		}
		if w.chance(percent / 2) {
			t.there = !t.there
		}
	}
}

// move puts a bucket into the configuration of another account.
func (w *world) move() {
	s := w.things[w.random.IntN(len(w.things))].subject
	if !strings.HasPrefix(s.Resource, "arn:aws:s3:::") {
		return
	}
	to := worldAccounts()[w.random.IntN(3)]
	for _, t := range w.things {
		if t.subject.Resource == s.Resource {
			t.subject.AccountID = to
		}
	}
}

// leaveOut is what a narrower run does not look at; most are not narrower.
func (w *world) leaveOut() audit.LeftOut {
	if w.chance(75) {
		return audit.LeftOut{}
	}
	out := audit.LeftOut{Checks: []string{worldCheck(w.random.IntN(4))}}
	if w.chance(50) {
		out.Accounts = []string{worldAccounts()[w.random.IntN(3)]}
	}
	return out
}

func worldCheck(i int) string { return fmt.Sprintf("s%d-some-check", i) }

// settlement is what Settle gets of the next run over the world.
func (w *world) settlement(t testing.TB, out audit.LeftOut, prior *audit.Prior) audit.Settlement {
	t.Helper()
	w.runs++
	s := audit.Settlement{
		RunID: fmt.Sprintf("run-%d", w.runs), Snapshot: w.snapshot(t, out), Prior: prior, LeftOut: out, Schedule: "CRON_TZ=UTC */5 * * * *",
		Times: audit.Times{StartedAt: w.now.Add(-time.Second), EndedAt: w.now.Add(time.Minute)},
		Waivers: []audit.Waiver{{
			Check: worldCheck(1), Account: "*", Owner: "an-owner", Reason: "a <reason>", Ticket: "T-1", Expires: audit.Date{Year: 2027, Month: 1, Day: 31},
		}},
	}
	for i := range 4 {
		if !slices.Contains(out.Checks, worldCheck(i)) {
			s.Checks = append(s.Checks, w.check(i, out))
		}
	}
	s.Verdicts = audit.Evaluate(s.Snapshot, s.Checks)
	return s
}

func (w *world) check(i int, out audit.LeftOut) audit.Check {
	c := audit.Check{ID: worldCheck(i), Title: fmt.Sprintf("Check <%d>", i), Severity: audit.Severity(1 + i)}
	if i > 0 {
		c.Controls = audit.ControlsOf("standard", "1.0", audit.Supports, "a", "b")
	}
	c.Subjects = func(*snapshot.Snapshot) (list []audit.Subject) {
		for _, t := range w.things {
			if t.check == i && t.there && !slices.Contains(out.Accounts, t.subject.AccountID) {
				list = append(list, t.subject)
			}
		}
		return list
	}
	c.Eval = func(_ *snapshot.Snapshot, s audit.Subject) audit.Verdict {
		at := slices.IndexFunc(w.things, func(t *thing) bool { return t.check == i && t.subject == s })
		return w.things[at].verdict(w.shut[s.AccountID])
	}
	return c
}

func (t *thing) verdict(shut bool) audit.Verdict {
	v := audit.Verdict{Status: t.status, Reason: fmt.Sprintf("%s & detail %d", t.status, t.detail), Basis: t.detail}
	v.Evidence = map[string]any{"detail": t.detail, "text": strings.Repeat("evidence <&>\u2028 ", t.detail*10)}
	if shut {
		v.Status = audit.StatusUnknown
	}
	if v.Status == audit.StatusFail {
		v.Remediation = &audit.Remediation{Kind: audit.RemedyChange, Summary: "mend it", CLI: "aws <x>", Document: json.RawMessage(`{"a":["<",1]}`), Diff: "-a\n+b\n"}
	}
	return v
}

func (w *world) snapshot(t testing.TB, out audit.LeftOut) *snapshot.Snapshot {
	t.Helper()
	c := snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: w.now, EndedAt: w.now}
	c.Scope = snapshot.Scope{ControlAccountID: "111122223333", Profile: "p", Profiles: map[string][]string{"p": {"s3:GetObject"}}, ConfigDigest: "sha256:1"}
	denied := &snapshot.ReadError{Operation: "sts:AssumeRole", Code: "AccessDenied", MissingPermission: "sts:AssumeRole", Detail: "an <explicit> deny"}
	for _, id := range worldAccounts() {
		if slices.Contains(out.Accounts, id) {
			continue
		}
		a := snapshot.Account{ID: id, Name: "account " + id, Partition: "aws", Data: true, Regions: []string{"us-east-1"}}
		a.Identity, a.Listing = snapshot.Got(snapshot.Identity{AccountID: id}), snapshot.Got(snapshot.Listing{})
		if w.shut[id] {
			a.Identity, a.Listing = snapshot.Failed[snapshot.Identity](denied), snapshot.Failed[snapshot.Listing](denied)
		}
		c.Scope.Accounts = append(c.Scope.Accounts, a)
	}
	for _, thing := range w.things {
		name, bucket := strings.CutPrefix(thing.subject.Resource, "arn:aws:s3:::")
		if !bucket || !thing.there || thing.check != 1 || slices.Contains(out.Accounts, thing.subject.AccountID) {
			continue
		}
		c.Scope.Buckets = append(c.Scope.Buckets, snapshot.ScopeBucket{AccountID: thing.subject.AccountID, Name: name, Partition: "aws", Profile: "p", Region: "us-east-1"})
		c.Buckets = append(c.Buckets, snapshot.Bucket{AccountID: thing.subject.AccountID, ARN: thing.subject.Resource, Policy: snapshot.Got(fmt.Sprintf(`{"<&>":%d}`, thing.detail))})
	}
	s, err := snapshot.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// keepAndRecord settles and records a run over what the world is now.
func keepAndRecord(t *testing.T, s audit.Store, w *world, prior *audit.Prior) (runID, digest string) {
	t.Helper()
	settlement := w.settlement(t, audit.LeftOut{}, prior)
	run := audit.Settle(settlement)
	digest, err := s.Keep(t.Context(), settlement.Snapshot)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Record(t.Context(), run, digest); err != nil {
		t.Fatal(err)
	}
	prior.Advance(run, true)
	return run.Header.RunID, digest
}
