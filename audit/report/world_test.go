package report_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// start is when worlds begin; all that happens in them is at whole minutes.
var start = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

func minute(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

const (
	alice = "111122223333"
	bob   = "444455556666"
)

// framework is the standard that the checks of a world relate to.
func framework() audit.Framework {
	return audit.Framework{
		Name: "std", Title: "Some Standard", Version: "1", Publisher: "somebody", Source: "a shelf",
		Controls: []audit.FrameworkControl{{ID: "1.1", Title: "One"}, {ID: "1.2", Title: "Two"}, {ID: "1.3", Title: "Nobody looks at this"}},
	}
}

// worldChecks are the rules; of c2 failures differ in severity.
func worldChecks() []audit.Check {
	control := func(ids ...string) []audit.Control {
		return audit.ControlsOf("Some Standard", "1", audit.Supports, ids...)
	}
	informative := audit.ControlsOf("Some Standard", "1", audit.Informative, "1.2")
	return []audit.Check{
		{ID: "a-check-one", Title: "One", Severity: audit.High, Controls: append(control("1.1"), informative...)},
		{ID: "a-check-two", Title: "Two", Severity: audit.Low, Controls: control("1.2")},
		{ID: "a-check-three", Title: "Three", Severity: audit.Medium, NoControls: true},
	}
}

// thing is what a finding is about.
type thing struct {
	check    string
	subject  audit.Subject
	there    bool
	status   audit.Status
	severity audit.Severity
}

// world is a small estate, and the history of the runs over it.
type world struct {
	t      testing.TB
	things []*thing
	now    time.Time
	prior  *audit.Prior
	denied map[string]bool // accounts
	// schedule and waivers are those of the next runs.
	schedule string
	waivers  []audit.Waiver
	*memory
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, now: start, prior: audit.NewPrior(0), denied: map[string]bool{}, waivers: []audit.Waiver{waiverUntil(2)}, memory: &memory{}}
	for _, c := range worldChecks() {
		for _, account := range []string{alice, bob} {
			for i := range 3 {
				w.things = append(w.things, &thing{
					check: c.ID, there: i < 2, status: audit.StatusPass,
					subject: audit.Subject{AccountID: account, Resource: fmt.Sprintf("arn:aws:iam::%s:role/%d", account, i), Key: "bucket"},
				})
			}
		}
	}
	return w
}

// waiverUntil covers a check of bob's until a day of October.
func waiverUntil(day int) audit.Waiver {
	return audit.Waiver{
		Check: "a-check-two", Account: bob, Owner: "owner", Reason: "a reason", Ticket: "T-1", Expires: audit.Date{Year: 2026, Month: 10, Day: day},
	}
}

// thing is the i-th of a check in an account.
func (w *world) thing(check, account string, i int) *thing {
	for _, t := range w.things {
		if t.check == check && t.subject.AccountID == account && strings.HasSuffix(t.subject.Resource, fmt.Sprint("/", i)) {
			return t
		}
	}
	w.t.Fatal("no such thing")
	return nil
}

// run audits at that minute.
func (w *world) run(at int) { w.runLeaving(at, audit.LeftOut{}) }

func (w *world) runLeaving(at int, out audit.LeftOut) {
	w.t.Helper()
	w.now = minute(at)
	s := audit.Settlement{RunID: fmt.Sprintf("run-%04d", at), Snapshot: w.snapshot(out), Prior: w.prior, LeftOut: out, Times: audit.Times{StartedAt: w.now, EndedAt: w.now}}
	for _, c := range worldChecks() {
		if !slices.Contains(out.Checks, c.ID) {
			s.Checks = append(s.Checks, c)
		}
	}
	for _, t := range w.things {
		if t.there && !out.Has(t.check, t.subject.AccountID) {
			s.Verdicts = append(s.Verdicts, w.verdict(t))
		}
	}
	slices.SortFunc(s.Verdicts, func(a, b audit.Verdict) int {
		return strings.Compare(a.Subject.AccountID+a.Subject.Resource+a.Check, b.Subject.AccountID+b.Subject.Resource+b.Check)
	})
	s.Waivers, s.Schedule = w.waivers, w.schedule
	run := audit.Settle(s)
	audit.SortFindings(run.Findings)
	w.record(run)
	w.prior.Advance(run, true)
}

// cutShort is a run that judges nothing.
func (w *world) cutShort(at int) {
	w.now = minute(at)
	w.record(audit.Interrupted(fmt.Sprintf("cut-%04d", at), w.snapshot(audit.LeftOut{}), worldChecks(), audit.Times{StartedAt: w.now, EndedAt: w.now}))
}

func (w *world) snapshot(out audit.LeftOut) *snapshot.Snapshot {
	c := snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: w.now, EndedAt: w.now}
	c.Scope = snapshot.Scope{ControlAccountID: alice, Profile: "p", ConfigDigest: "sha256:1"}
	for _, id := range []string{alice, bob} {
		if slices.Contains(out.Accounts, id) {
			continue
		}
		a := snapshot.Account{ID: id, Name: "name of " + id, Partition: "aws", Data: true, Regions: []string{"us-east-1"}}
		a.Identity, a.Listing = snapshot.Got(snapshot.Identity{AccountID: id}), snapshot.Got(snapshot.Listing{})
		if w.denied[id] {
			a.Identity = snapshot.Failed[snapshot.Identity](denial())
		}
		c.Scope.Accounts = append(c.Scope.Accounts, a)
	}
	s, err := snapshot.New(c)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func denial() *snapshot.ReadError {
	return &snapshot.ReadError{Operation: "sts:AssumeRole", Code: "AccessDenied", MissingPermission: "sts:AssumeRole"}
}

func (w *world) verdict(t *thing) audit.Verdict {
	v := audit.Verdict{Check: t.check, Subject: t.subject, Status: t.status, Severity: t.severity, Reason: "It is " + string(t.status) + ".", Evidence: struct{}{}}
	if w.denied[t.subject.AccountID] || t.status == audit.StatusUnknown {
		unread := audit.Unreadable("The account", denial())
		v.Status, v.Severity, v.Reason, v.Evidence = unread.Status, 0, unread.Reason, unread.Evidence
	}
	if v.Status == audit.StatusFail {
		v.Evidence = map[string]any{"witness": map[string]string{"seen_at": w.now.Format(time.TimeOnly)}, "decided_by": map[string]string{"layer": "bucket_policy"}}
		v.Remediation = &audit.Remediation{Kind: audit.RemedyAdvice, Summary: "Mend it."}
	}
	return v
}

// memory is a history in memory.
type memory struct {
	recorded []*audit.Run // the oldest first
	moments  []audit.Moment
	// superseded counts down the queries that are answered by ErrSuperseded.
	superseded int
}

func (m *memory) record(run *audit.Run) {
	m.recorded = append(m.recorded, run)
	for _, c := range run.Changes {
		if c.Kind != audit.Opened && c.Kind != audit.Blinded {
			continue
		}
		f := run.Findings[slices.IndexFunc(run.Findings, func(f audit.Finding) bool { return f.ID == c.FindingID })]
		m.moments = append(m.moments, audit.Moment{Change: c, Finding: &f})
	}
}

// prune drops what was before a minute, as a store does.
func (m *memory) prune(before int) {
	old := func(at time.Time) bool { return at.Before(minute(before)) }
	m.recorded = slices.DeleteFunc(m.recorded, func(r *audit.Run) bool { return old(r.Header.TakenAt) })
	m.moments = slices.DeleteFunc(m.moments, func(o audit.Moment) bool { return old(o.Change.At) })
}

func (m *memory) Last(context.Context) (*audit.Run, bool, error) {
	for _, run := range slices.Backward(m.recorded) {
		if !run.LeftOut.Everything {
			last := *run
			last.Findings, last.Changes = nil, nil
			return &last, true, nil
		}
	}
	return nil, false, nil
}

func (m *memory) Findings(ctx context.Context, q audit.Query) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		if m.superseded--; m.superseded >= 0 {
			yield(audit.Finding{}, audit.ErrSuperseded)
			return
		}
		last, _, _ := m.Last(ctx)
		for _, run := range m.recorded {
			if run.Header.RunID != last.Header.RunID {
				continue
			}
			for f, err := range run.All() {
				if q.Matches(&f) && !yield(f, err) {
					return
				}
			}
		}
	}
}

func (m *memory) Runs(context.Context, int) iter.Seq2[audit.Recorded, error] {
	return func(yield func(audit.Recorded, error) bool) {
		for _, run := range slices.Backward(m.recorded) {
			digest := ""
			if !run.LeftOut.Everything {
				digest = audit.Digest([]byte(run.Header.RunID))
			}
			if !yield(run.Recorded(digest), nil) {
				return
			}
		}
	}
}

func (m *memory) Changes(_ context.Context, since, until time.Time) iter.Seq2[audit.Change, error] {
	return func(yield func(audit.Change, error) bool) {
		byTime := slices.SortedStableFunc(slices.Values(m.recorded), func(a, b *audit.Run) int { return a.Header.TakenAt.Compare(b.Header.TakenAt) })
		for _, run := range byTime {
			for _, c := range run.Changes {
				if !c.At.Before(since) && c.At.Before(until) && !yield(c, nil) {
					return
				}
			}
		}
	}
}

func (m *memory) Moments(_ context.Context, since, until time.Time) iter.Seq2[audit.Moment, error] {
	return func(yield func(audit.Moment, error) bool) {
		for _, o := range m.moments {
			if !o.Change.At.Before(since) && o.Change.At.Before(until) && !yield(o, nil) {
				return
			}
		}
	}
}

// everyTen is a run each ten minutes, so that the grace is one.
func everyTen(t testing.TB) *schedule.Schedule {
	t.Helper()
	s, err := schedule.Parse("*/10 * * * *", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// history is a random one: runs that are missed, late, narrower, partial, cut
// short or beside the schedule, and findings that come and go.
func (w *world) history(random *rand.Rand, until int) {
	chance := func(percent int) bool { return random.IntN(100) < percent }
	statuses := audit.Statuses()
	for slot := 0; slot < until; slot += 10 {
		for _, at := range []int{slot + random.IntN(3)/2*random.IntN(4), slot + 7} {
			for _, t := range w.things {
				if chance(15) {
					t.status, t.severity = statuses[random.IntN(len(statuses))], 0
					if t.status == audit.StatusFail && t.check == "a-check-two" {
						t.severity = audit.Severity(1 + random.IntN(5))
					}
				}
				if chance(4) {
					t.there = !t.there
				}
			}
			w.denied[bob] = chance(15)
			switch beside := at == slot+7; {
			case beside && chance(85), chance(15): // not at all
			case chance(5):
				w.cutShort(at)
			case chance(10):
				w.runLeaving(at, audit.LeftOut{Checks: []string{"a-check-one"}})
			case chance(5):
				w.runLeaving(at, audit.LeftOut{Accounts: []string{bob}})
			default:
				w.run(at)
			}
		}
	}
}
