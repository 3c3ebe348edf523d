package audit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

const (
	pass, fail    = audit.StatusPass, audit.StatusFail
	unknown, none = audit.StatusUnknown, audit.StatusNotApplicable
)

// day is when the run with that number takes place.
func day(n int) time.Time { return takenAt.AddDate(0, 0, n) }

// one is a world with a single discovered bucket, and the runs over it.
type one struct {
	*testing.T
	world *world
	prior *audit.Prior
	runs  int
}

func newOne(t *testing.T) *one {
	w := newWorld(0)
	w.things = w.things[len(w.things)-1:] // a discovered bucket
	w.things[0].check = bucketCheck
	return &one{T: t, world: w, prior: audit.NewPrior(0)}
}

func (o *one) bucket() *thing { return o.world.things[0] }

// run settles a run of the next day; change alters what it is made of.
func (o *one) run(change func(*audit.Settlement)) *audit.Run {
	o.world.now = day(o.runs)
	s := o.world.settlement(o, "run", audit.LeftOut{}, o.prior)
	if change != nil {
		change(&s)
	}
	run := audit.Settle(s)
	o.prior.Advance(run, true)
	o.runs++
	return run
}

// status settles a run in which the check gives that status.
func (o *one) status(s audit.Status) *audit.Run {
	o.bucket().readable = s != unknown
	if s != unknown {
		o.bucket().status = s
	}
	return o.run(nil)
}

// kind is the only change of the run, "" if there is none.
func kind(t *testing.T, run *audit.Run) audit.ChangeKind {
	t.Helper()
	switch len(run.Changes) {
	case 0:
		return ""
	case 1:
		return run.Changes[0].Kind
	default:
		t.Fatalf("%d changes, want one at most", len(run.Changes))
		return ""
	}
}

// TestSettleTable goes through what one run after the other says of a finding.
func TestSettleTable(t *testing.T) {
	t.Parallel()
	known := func(s audit.Status, n int) *audit.Known { return &audit.Known{Status: s, Since: day(n)} }
	for name, c := range map[string]struct {
		statuses []audit.Status
		change   audit.ChangeKind // of the last run
		known    *audit.Known
		since    int // day of StatusSince
		last     int // day of LastSeen, -1 for never
	}{
		"new pass":               {[]audit.Status{pass}, "", known(pass, 0), 0, 0},
		"new fail":               {[]audit.Status{fail}, audit.Opened, known(fail, 0), 0, 0},
		"new unknown":            {[]audit.Status{unknown}, audit.Blinded, nil, 0, -1},
		"still unknown":          {[]audit.Status{unknown, unknown}, "", nil, 0, -1},
		"unknown, then pass":     {[]audit.Status{unknown, pass}, audit.Changed, known(pass, 1), 1, 1},
		"unknown, then fail":     {[]audit.Status{unknown, fail}, audit.Opened, known(fail, 1), 1, 1},
		"still failing":          {[]audit.Status{fail, fail, fail}, "", known(fail, 0), 0, 2},
		"opened":                 {[]audit.Status{pass, pass, fail}, audit.Opened, known(fail, 2), 2, 2},
		"opened from n/a":        {[]audit.Status{none, fail}, audit.Opened, known(fail, 1), 1, 1},
		"resolved":               {[]audit.Status{fail, pass}, audit.Resolved, known(pass, 1), 1, 1},
		"resolved by n/a":        {[]audit.Status{fail, none}, audit.Resolved, known(none, 1), 1, 1},
		"changed":                {[]audit.Status{pass, none}, audit.Changed, known(none, 1), 1, 1},
		"blinded":                {[]audit.Status{fail, fail, unknown}, audit.Blinded, known(fail, 0), 2, 1},
		"blinded only once":      {[]audit.Status{fail, unknown, unknown}, "", known(fail, 0), 1, 0},
		"regained":               {[]audit.Status{fail, unknown, unknown, fail}, audit.Regained, known(fail, 0), 3, 3},
		"regained pass":          {[]audit.Status{pass, unknown, pass}, audit.Regained, known(pass, 0), 2, 2},
		"resolved after unknown": {[]audit.Status{fail, unknown, pass}, audit.Resolved, known(pass, 2), 2, 2},
		"opened after unknown":   {[]audit.Status{pass, unknown, fail}, audit.Opened, known(fail, 2), 2, 2},
		"failing again":          {[]audit.Status{fail, pass, fail}, audit.Opened, known(fail, 2), 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOne(t)
			var run *audit.Run
			for _, s := range c.statuses {
				run = o.status(s)
			}
			f := &run.Findings[0]
			last := time.Time{}
			if c.last >= 0 {
				last = day(c.last)
			}
			if got := kind(t, run); got != c.change {
				t.Errorf("change %q, want %q", got, c.change)
			}
			if diff := cmp.Diff(c.known, f.Known); diff != "" {
				t.Errorf("known (-want +got):\n%s", diff)
			}
			if f.FirstSeen != day(0) || f.StatusSince != day(c.since) || f.LastSeen != last {
				t.Errorf("first seen %v, status since %v, last seen %v", f.FirstSeen, f.StatusSince, f.LastSeen)
			}
			if f.OpenFailure() != (c.known != nil && c.known.Status == fail) {
				t.Error("an open failure is one whose known status is fail")
			}
		})
	}
}

func TestSettleKeepsWhatIsShut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		shut   func(*worldAccount)
		reason string
	}{
		"not entered": {func(a *worldAccount) { a.entered = false }, "The account of the bucket could not be entered: sts:AssumeRole failed with AccessDenied"},
		"not listed":  {func(a *worldAccount) { a.listable = false }, "The buckets of the account could not be listed: sts:AssumeRole failed with AccessDenied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOne(t)
			o.status(fail)
			account := o.world.accounts[o.bucket().subject.AccountID]
			c.shut(account)
			for i := range 3 {
				run := o.run(nil)
				f := run.Findings[0]
				if f.Status != unknown || !f.OpenFailure() || !strings.HasPrefix(f.Reason, c.reason) || !strings.Contains(string(f.Evidence), `"missing_permission":"sts:AssumeRole"`) {
					t.Fatalf("got %s known %+v: %s %s", f.Status, f.Known, f.Reason, f.Evidence)
				}
				if f.Title != bucketCheck || f.Severity != audit.High || f.Region != "us-east-1" {
					t.Errorf("the finding lost what its check says: %+v", f)
				}
				if blinded := kind(t, run) == audit.Blinded; blinded != (i == 0) {
					t.Errorf("run %d: blinded %v", i, blinded)
				}
				if run.Header.Counts.Unknown != 1 || run.Header.Result != audit.Partial {
					t.Errorf("header %+v", run.Header)
				}
			}
			account.entered, account.listable = true, true
			if run := o.run(nil); kind(t, run) != audit.Regained || run.Findings[0].Known.Since != day(0) {
				t.Errorf("got %+v of %+v", run.Changes, run.Findings)
			}
		})
	}
}

func TestSettleRemovesAfterTwoCompleteListings(t *testing.T) {
	t.Parallel()
	o := newOne(t)
	o.status(fail)
	account := o.world.accounts[o.bucket().subject.AccountID]
	o.bucket().existing = false
	if run := o.run(nil); kind(t, run) != audit.Blinded || !strings.Contains(run.Findings[0].Reason, "lacks the bucket") || !run.Findings[0].OpenFailure() {
		t.Fatalf("missing once: %+v, %+v", run.Changes, run.Findings)
	}
	account.listable = false
	if run := o.run(nil); kind(t, run) != "" || len(run.Findings) != 1 {
		t.Fatalf("a listing that failed counts: %+v", run.Changes)
	}
	account.listable = true
	run := o.run(nil)
	want := []audit.Change{{
		FindingID: o.bucket().id(), Check: bucketCheck, AccountID: o.bucket().subject.AccountID, Region: "us-east-1",
		Resource: o.bucket().subject.Resource, Kind: audit.Removed, From: unknown, At: day(3), RunID: "run",
		FirstSeen: day(0), Known: fail, KnownSince: day(0),
	}}
	if diff := cmp.Diff(want, run.Changes); diff != "" || len(run.Findings) != 0 || o.prior.Len() != 0 {
		t.Fatalf("%d findings, %d known, changes (-want +got):\n%s", len(run.Findings), o.prior.Len(), diff)
	}
	o.bucket().existing = true
	if run := o.run(nil); kind(t, run) != audit.Opened || run.Findings[0].FirstSeen != day(4) {
		t.Errorf("a bucket that comes back is a new one: %+v", run.Findings)
	}
}

func TestSettleStartsCountingListingsAnew(t *testing.T) {
	t.Parallel()
	o := newOne(t)
	o.status(pass)
	for range 3 {
		o.bucket().existing = false
		if run := o.run(nil); len(run.Findings) != 1 {
			t.Fatal("removed though it was there in between")
		}
		o.bucket().existing = true
		if run := o.run(nil); kind(t, run) != audit.Regained {
			t.Fatalf("got %+v", run.Changes)
		}
	}
}

// TestSettleRemovesWhatIsNotConfigured does so at once, and whatever cannot
// be read.
func TestSettleRemovesWhatIsNotConfigured(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*one) func(*audit.Settlement){
		"account": func(o *one) func(*audit.Settlement) {
			o.world.accounts[o.bucket().subject.AccountID].configured = false
			return nil
		},
		"check": func(o *one) func(*audit.Settlement) { o.world.checks[bucketCheck] = false; return nil },
		"filter": func(o *one) func(*audit.Settlement) {
			o.world.accounts[o.bucket().subject.AccountID].listable = false
			return func(s *audit.Settlement) { s.Discovers = func(string, string) bool { return false } }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOne(t)
			o.status(fail)
			run := o.run(change(o))
			if kind(t, run) != audit.Removed || len(run.Findings) != 0 || o.prior.Len() != 0 {
				t.Errorf("got %+v, %+v", run.Changes, run.Findings)
			}
		})
	}
}

func TestSettleWithoutFilterTakesTheListing(t *testing.T) {
	t.Parallel()
	o := newOne(t)
	o.status(fail)
	o.bucket().existing = false
	if run := o.run(func(s *audit.Settlement) { s.Discovers = nil }); kind(t, run) != audit.Blinded {
		t.Errorf("got %+v", run.Changes)
	}
}
