package daemon_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// run has the daemon audit now, and waits for the end.
func (l *life) audits() {
	l.t.Helper()
	if err := l.Start(); err != nil {
		l.t.Error(err)
	}
	synctest.Wait()
	time.Sleep(time.Minute)
}

// shown are the findings that the daemon serves, as status by bucket.
func (l *life) shown(q audit.Query) map[string]audit.Status {
	l.t.Helper()
	found := map[string]audit.Status{}
	for f, err := range l.Findings(context.Background(), q) {
		if err != nil {
			l.t.Error(err)
		}
		found[f.Bucket()] = f.Status
	}
	return found
}

// listed are the IDs of the runs that the daemon serves.
func (l *life) listed(limit int) (ids []string) {
	l.t.Helper()
	for r, err := range l.Runs(context.Background(), limit) {
		if err != nil {
			l.t.Error(err)
		}
		ids = append(ids, r.Header.RunID)
	}
	return ids
}

// last is the ID of the run that the daemon serves, "" if there is none.
func (l *life) last() string {
	l.t.Helper()
	run, ok, err := l.Last(context.Background())
	if err != nil || !ok {
		return ""
	}
	if len(run.Findings)+len(run.Changes)+run.Delta.Rows.Len() > 0 {
		l.t.Error("Last has findings")
	}
	return run.Header.RunID
}

func wantIDs(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// drift is what happens to the estate from run to run.
var drift = []func(*estate){
	func(e *estate) { e.becomes("bad", audit.StatusPass); e.becomes("new", audit.StatusFail) },
	func(e *estate) { e.closes(true) },
	func(e *estate) { e.closes(false); e.becomes("good", audit.StatusFail) },
	func(e *estate) { e.becomes("new", "") },
	func(e *estate) { e.becomes("bad", audit.StatusNotApplicable) },
	func(e *estate) { e.becomes("bad", audit.StatusUnknown) },
}

// drifting runs over the drift; the disk has the fault from the second run to
// the last but one.
func drifting(s *setting, fault func(context.Context, string) error) {
	l := s.begin(s.planned(never{}))
	l.audits()
	s.disk.fails(fault)
	for i, happen := range drift {
		happen(s.estate)
		if i == len(drift)-1 {
			s.disk.fails(sound)
		}
		l.audits()
	}
	l.end()
}

// A store that fails for some runs, in whatever way, has in the end what one
// has that never failed: each finding, and each change once.
func TestWhatAStoreMissedIsMadeUpFor(t *testing.T) {
	t.Parallel()
	var rows map[string]row
	var changes []audit.Change
	bubble(t, func(_ *testing.T, s *setting) {
		drifting(s, sound)
		rows, changes = s.disk.rows, s.disk.changes
	})
	if len(changes) < 8 {
		t.Errorf("only %d changes", len(changes))
	}
	for _, fault := range [][]string{{"keep"}, {"record"}, {"keep", "record", "prune"}, {"last", "findings", "runs", "prior", "open", "record"}} {
		bubble(t, func(t *testing.T, s *setting) {
			drifting(s, broken(fault...))
			if diff := cmp.Diff(rows, s.disk.rows, cmp.AllowUnexported(row{})); diff != "" {
				t.Errorf("%v failing, findings (-want +got):\n%s", fault, diff)
			}
			if diff := cmp.Diff(changes, s.disk.changes); diff != "" {
				t.Errorf("%v failing, changes (-want +got):\n%s", fault, diff)
			}
			if n := len(drift) - 1; s.witness.storeFailures < n || len(s.page.ids()) != len(drift)+1 {
				t.Errorf("%v failing: %d counted, %d runs on the page", fault, s.witness.storeFailures, len(s.page.ids()))
			}
			if len(s.disk.runs) != 2 {
				t.Errorf("%d runs recorded", len(s.disk.runs))
			}
		})
	}
}

func TestAFailingStoreIsCountedOnceARun(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"open", "prior", "keep", "record", "prune"} {
		bubble(t, func(t *testing.T, s *setting) {
			s.disk.fails(broken(operation))
			l := s.begin(s.planned(never{}))
			synctest.Wait()
			atStart := s.witness.storeFailures // of open
			for range 3 {
				l.audits()
				time.Sleep(time.Hour)
			}
			l.end()
			if n := s.witness.storeFailures - atStart; n != 3 || (atStart > 0) != (operation == "open") {
				t.Errorf("%s failing: %d counted in three runs, %d at start", operation, n, atStart)
			}
			s.witness.wantResults("success", "success", "success")
		})
	}
}

// What the store could not take is served from memory.
func TestServingFromMemory(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		l := s.begin(s.planned(never{}))
		synctest.Wait()
		if l.last() != "" || l.Ready() == nil || len(l.listed(0)) > 0 {
			t.Error("something is served before the first run")
		}
		l.audits()
		wantIDs(t, "recorded", append(l.listed(0), l.last()), "run-1", "run-1")

		s.disk.fails(broken("record"))
		s.estate.becomes("bad", audit.StatusPass)
		l.audits()
		l.audits()
		wantIDs(t, "held", append(l.listed(0), l.last()), "run-3", "run-1", "run-3")
		wantIDs(t, "the latest held", l.listed(1), "run-3")
		want := map[string]audit.Status{"bad": audit.StatusPass, "good": audit.StatusPass}
		if diff := cmp.Diff(want, l.shown(audit.Query{RunID: "run-3"})); diff != "" {
			t.Errorf("held (-want +got):\n%s", diff)
		}
		if found := l.shown(audit.Query{Limit: 1}); len(found) != 1 {
			t.Errorf("limited to one: %v", found)
		}
		for _, err := range l.Findings(t.Context(), audit.Query{RunID: "run-1"}) {
			if !errors.Is(err, audit.ErrSuperseded) {
				t.Errorf("of the run before: %v", err)
			}
		}

		// A run that fails is listed before the one that is held.
		s.disk.fails(sound)
		s.estate.discover = func(context.Context) error { return errDisk }
		l.audits()
		wantIDs(t, "held, and one that failed", append(l.listed(0), l.last()), "run-4", "run-3", "run-1", "run-3")
		wantIDs(t, "the latest two", l.listed(2), "run-4", "run-3")
		wantIDs(t, "the latest", l.listed(1), "run-4")

		s.estate.discover = pass
		l.audits()
		wantIDs(t, "recovered", append(l.listed(0), l.last()), "run-5", "run-4", "run-1", "run-5")
		if diff := cmp.Diff(want, l.shown(audit.Query{RunID: "run-5"})); diff != "" {
			t.Errorf("recovered (-want +got):\n%s", diff)
		}
		l.end()
	})
}

// A store that cannot be opened or read at start has nothing recorded into it
// but what differs from what it holds, once it can.
func TestAStoreThatComesLate(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"open", "last", "findings", "prior"} {
		bubble(t, func(t *testing.T, s *setting) {
			l := s.begin(s.planned(never{}))
			l.audits()
			l.end()
			s.disk.fails(broken(operation))
			l = s.begin(s.planned(minutely{}))
			time.Sleep(2*time.Minute + time.Second)
			if len(s.page.ids()) < 3 || l.Ready() != nil || operation != "findings" && len(l.shown(audit.Query{})) != 2 {
				t.Errorf("%s failing: %v on the page, %v", operation, s.page.ids(), l.Ready())
			}
			s.disk.fails(sound)
			s.estate.becomes("bad", audit.StatusPass)
			time.Sleep(time.Minute)
			l.end()
			if diff := cmp.Diff([]audit.ChangeKind{audit.Opened, audit.Resolved}, s.disk.kinds()); diff != "" {
				t.Errorf("%s failing, changes (-want +got):\n%s", operation, diff)
			}
		})
	}
}

func TestPruning(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		began := time.Now().UTC()
		l := s.begin(s.planned(minutely{}))
		time.Sleep(3*time.Hour + 30*time.Second)
		l.end()
		keep := s.plans[0].Keep
		want := []time.Time{began.Add(-keep), began.Add(time.Hour - keep), began.Add(2*time.Hour - keep), began.Add(3*time.Hour - keep)}
		if diff := cmp.Diff(want, s.disk.pruned); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// After a restart the last run is shown, with what is outstanding of it, before
// the first new one.
func TestRestore(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		s.estate.becomes("odd", audit.StatusUnknown)
		l := s.begin(s.planned(never{}))
		l.audits()
		complete := time.Now().Add(-time.Minute).UTC()
		s.estate.closes(true)
		l.audits()
		l.end()
		before := s.page.runs[1]

		s.witness, s.page = newWitness(t), newSink("page")
		s.options.Metrics, s.options.Page = s.witness, s.page
		s.disk.fails(func(_ context.Context, operation string) error {
			if operation == "last" {
				time.Sleep(time.Second)
			}
			return nil
		})
		l = s.begin(s.planned(never{}))
		synctest.Wait()
		if l.Ready() == nil {
			t.Error("ready before anything was shown")
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if err := l.Ready(); err != nil || len(s.page.runs) != 1 {
			t.Fatalf("%v, %v", err, s.page.ids())
		}
		restored := s.page.runs[0]
		if diff := cmp.Diff(before.Tallies, restored.Tallies); diff != "" || len(restored.Tallies) == 0 {
			t.Errorf("tallies (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(before.Header, restored.Header); diff != "" {
			t.Errorf("header (-want +got):\n%s", diff)
		}
		outstanding := slices.DeleteFunc(slices.Clone(before.Findings), func(f audit.Finding) bool { return !f.Outstanding() })
		if diff := cmp.Diff(outstanding, restored.Findings, cmpopts.EquateEmpty()); diff != "" || len(outstanding) != 3 {
			t.Errorf("findings (-want +got):\n%s", diff)
		}
		if !s.witness.succeeded.Equal(complete) {
			t.Errorf("the last complete run ended %v, want %v", s.witness.succeeded, complete)
		}
		l.end()
		s.witness.wantResults()
	})
}

// What cannot be shown has a new run made at once.
func TestRestoreThatCannotBeShown(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		l := s.begin(s.planned(never{}))
		l.audits()
		l.end()
		first := true
		s.page.does(func(context.Context, *audit.Run) error {
			if first {
				first = false
				panic(secret)
			}
			return nil
		})
		l = s.begin(s.planned(slots(t, "0 0 1 1 *", "")))
		time.Sleep(time.Minute)
		if err := l.Ready(); err != nil {
			t.Error(err)
		}
		l.end()
		s.witness.wantResults("success", "success")
	})
}

func TestDeclaredScopeIsLeftAlone(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		s.estate.discover = func(context.Context) error { return errDisk }
		p := s.planned(never{})
		l := s.begin(p)
		l.audits()
		l.end()
		s.witness.wantResults("error")
		if diff := cmp.Diff(declared().PrefixRoles, p.Declared.PrefixRoles); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
