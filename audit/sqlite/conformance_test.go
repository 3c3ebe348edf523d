package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// opened is a store as the conformance suite needs it.
type opened interface {
	audit.Store
	Close() error
}

// opener opens the store in a directory.
type opener func(t *testing.T, dir string) opened

func openHere(t *testing.T, dir string) opened {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &checked{s, t}
}

// checked holds the database to its invariants before it is closed.
type checked struct {
	*Store
	t *testing.T
}

func (c *checked) Close() error {
	checkDatabase(c.t, c.Store)
	return c.Store.Close()
}

func TestStore(t *testing.T) {
	t.Parallel()
	testStore(t, openHere)
}

// testStore holds a store to what audit.Store promises. It knows nothing of
// how the store does it.
func testStore(t *testing.T, open opener) {
	for name, test := range map[string]func(*testing.T, opener){
		"empty":        storeEmpty,
		"refuses":      storeRefuses,
		"interrupted":  storeInterrupted,
		"failed":       storeCatchesUp,
		"given up":     storeRemovesWithoutAChange,
		"moved":        storeFollowsABucket,
		"queries":      storeQueries,
		"superseded":   storeSuperseded,
		"changes":      storeChanges,
		"snapshots":    storeSnapshots,
		"prune":        storePrunes,
		"cancelled":    storeCancelled,
		"one run seen": storeReadersSeeOneRun,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("history ", seed), func(t *testing.T) {
			t.Parallel()
			storeHistory(t, open, seed)
		})
	}
}

// collect is what an iteration yields.
func collect[T any](t testing.TB, seq iter.Seq2[T, error]) (list []T) {
	t.Helper()
	for v, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	return list
}

// firstError is how an iteration fails; nothing may come after it.
func firstError[T any](t testing.TB, seq iter.Seq2[T, error]) (first error) {
	t.Helper()
	for _, err := range seq {
		if first != nil {
			t.Error("something is yielded after an error")
		}
		first = err
	}
	return first
}

// unpacked has rows compared as what they are, packed or not.
var unpacked = cmp.Transformer("Rows", func(r audit.Rows) []audit.Row { return slices.Collect(r.All()) })

func same(t testing.TB, what string, want, got any) {
	t.Helper()
	if reflect.DeepEqual(want, got) { // as a rule, and much quicker
		return
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(audit.Delta{}, "Seen"), unpacked); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

func encoded(t testing.TB, s *snapshot.Snapshot) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := snapshot.Encode(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func storeEmpty(t *testing.T, open opener) {
	s := open(t, t.TempDir())
	if run, there, err := s.Last(t.Context()); run != nil || there || err != nil {
		t.Errorf("Last: %v, %v, %v", run, there, err)
	}
	p, err := s.Prior(t.Context())
	if err != nil || p.Len() != 0 {
		t.Errorf("Prior: %v, %v", p, err)
	}
	if n := len(collect(t, s.Findings(t.Context(), audit.Query{}))) + len(collect(t, s.Runs(t.Context(), 0))) +
		len(collect(t, s.Changes(t.Context(), time.Time{}, worldStart))); n != 0 {
		t.Errorf("%d things in an empty store", n)
	}
	if err := firstError(t, s.Findings(t.Context(), audit.Query{RunID: "r"})); !errors.Is(err, audit.ErrSuperseded) {
		t.Errorf("findings of a run: %v", err)
	}
	if _, there, err := s.Snapshot(t.Context(), "r"); there || err != nil {
		t.Errorf("Snapshot: %v, %v", there, err)
	}
	if err := s.Prune(t.Context(), worldStart); err != nil {
		t.Error(err)
	}
}

func storeRefuses(t *testing.T, open opener) {
	s, w := open(t, t.TempDir()), newWorld(1)
	run := audit.Settle(w.settlement(t, audit.LeftOut{}, audit.NewPrior(0)))
	if err := s.Record(t.Context(), run, "sha256:0000000000000000000000000000000000000000000000000000000000000000"); err == nil {
		t.Error("a snapshot that was never kept is taken")
	}
	if err := s.Record(t.Context(), run, ""); err != nil {
		t.Fatal(err)
	}
	if err := s.Record(t.Context(), run, ""); err == nil {
		t.Error("a run is recorded twice")
	}
	other := *run
	other.Header.RunID = ""
	if err := s.Record(t.Context(), &other, ""); err == nil {
		t.Error("a run without an id is recorded")
	}
	bad := run.Findings[0]
	bad.ID = audit.FindingID("other", "", "")
	other.Header.RunID, other.Delta = "other", audit.Delta{Rows: audit.RowsOf(audit.Row{Finding: &bad, Digest: 1})}
	if err := s.Record(t.Context(), &other, ""); err == nil {
		t.Error("a finding with the id of another one is recorded")
	}
	same(t, "runs", 1, len(collect(t, s.Runs(t.Context(), 0))))
	same(t, "findings", run.Findings, collect(t, s.Findings(t.Context(), audit.Query{})))
}

func storeInterrupted(t *testing.T, open opener) {
	s, w := open(t, t.TempDir()), newWorld(1)
	settlement := w.settlement(t, audit.LeftOut{}, audit.NewPrior(0))
	run := audit.Settle(settlement)
	cut := audit.Interrupted("cut", settlement.Snapshot, settlement.Checks, settlement.Times)
	if err := s.Record(t.Context(), cut, ""); err != nil {
		t.Fatal(err)
	}
	if _, there, err := s.Last(t.Context()); there || err != nil {
		t.Errorf("an interrupted run is the last: %v", err)
	}
	if err := s.Record(t.Context(), run, ""); err != nil {
		t.Fatal(err)
	}
	cut.Header.RunID = "cut again"
	if err := s.Record(t.Context(), cut, ""); err != nil {
		t.Fatal(err)
	}
	last, _, err := s.Last(t.Context())
	if err != nil || last.Header.RunID != run.Header.RunID {
		t.Errorf("the last run is %v, %v", last, err)
	}
	runs := collect(t, s.Runs(t.Context(), 2))
	same(t, "runs", []audit.Recorded{cut.Recorded(""), run.Recorded("")}, runs)
	same(t, "findings", run.Findings, collect(t, s.Findings(t.Context(), audit.Query{RunID: run.Header.RunID})))
}

// storeCatchesUp: what a store missed is in the next Delta.
func storeCatchesUp(t *testing.T, open opener) {
	s, w, prior := open(t, t.TempDir()), newWorld(3), audit.NewPrior(0)
	var want []audit.Change
	for i := range 6 {
		w.drift(40)
		run := audit.Settle(w.settlement(t, audit.LeftOut{}, prior))
		want = append(want, run.Changes...)
		missed := i%2 == 0
		if missed {
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			if err := s.Record(gone, run, ""); !errors.Is(err, context.Canceled) {
				t.Fatalf("recording when it is over: %v", err)
			}
		} else {
			if err := s.Record(t.Context(), run, ""); err != nil {
				t.Fatal(err)
			}
			same(t, "findings", run.Findings, collect(t, s.Findings(t.Context(), audit.Query{})))
			same(t, "changes", want, collect(t, s.Changes(t.Context(), time.Time{}, w.now.Add(1))))
		}
		prior.Advance(run, !missed)
	}
}

// storeRemovesWithoutAChange: of what a store missed for too long the changes
// are given up, and findings are removed all the same.
func storeRemovesWithoutAChange(t *testing.T, open opener) {
	s, w, prior := open(t, t.TempDir()), newWorld(1), audit.NewPrior(0)
	first := audit.Settle(w.settlement(t, audit.LeftOut{}, prior))
	if err := s.Record(t.Context(), first, ""); err != nil {
		t.Fatal(err)
	}
	prior.Advance(first, true)
	w.things[0].there, w.things[2].there = false, false
	w.now = w.now.Add(time.Hour)
	run := audit.Settle(w.settlement(t, audit.LeftOut{}, prior))
	if len(run.Delta.Removed) == 0 {
		t.Fatal("nothing was removed")
	}
	run.Delta.Changes = nil
	if err := s.Record(t.Context(), run, ""); err != nil {
		t.Fatal(err)
	}
	same(t, "findings", run.Findings, collect(t, s.Findings(t.Context(), audit.Query{})))
}

// storeFollowsABucket: a finding keeps its id when its bucket gets another
// account, and is there once.
func storeFollowsABucket(t *testing.T, open opener) {
	s, w, prior := open(t, t.TempDir()), newWorld(1), audit.NewPrior(0)
	for range 12 {
		w.move()
		w.now = w.now.Add(time.Hour)
		run := audit.Settle(w.settlement(t, audit.LeftOut{}, prior))
		if err := s.Record(t.Context(), run, ""); err != nil {
			t.Fatal(err)
		}
		prior.Advance(run, true)
		same(t, "findings", run.Findings, collect(t, s.Findings(t.Context(), audit.Query{})))
	}
}

func storeSuperseded(t *testing.T, open opener) {
	s, w, prior := open(t, t.TempDir()), newWorld(1), audit.NewPrior(0)
	for i := range 2 {
		run := audit.Settle(w.settlement(t, audit.LeftOut{}, prior))
		if err := s.Record(t.Context(), run, ""); err != nil {
			t.Fatal(err)
		}
		prior.Advance(run, true)
		same(t, "findings", len(run.Findings), len(collect(t, s.Findings(t.Context(), audit.Query{RunID: run.Header.RunID}))))
		if err := firstError(t, s.Findings(t.Context(), audit.Query{RunID: fmt.Sprintf("run-%d", i)})); !errors.Is(err, audit.ErrSuperseded) {
			t.Errorf("findings of another run: %v", err)
		}
	}
}

func storeChanges(t *testing.T, open opener) {
	s, w, prior := open(t, t.TempDir()), newWorld(5), audit.NewPrior(0)
	var all []audit.Change
	for range 8 {
		w.drift(30)
		run := audit.Settle(w.settlement(t, audit.LeftOut{}, prior))
		if err := s.Record(t.Context(), run, ""); err != nil {
			t.Fatal(err)
		}
		prior.Advance(run, true)
		all = append(all, run.Changes...)
	}
	far := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	same(t, "all", all, collect(t, s.Changes(t.Context(), time.Time{}, far)))
	since, until := all[len(all)/3].At, all[len(all)*2/3].At
	want := slices.DeleteFunc(slices.Clone(all), func(c audit.Change) bool { return c.At.Before(since) || !c.At.Before(until) })
	if len(want) == 0 || len(want) == len(all) {
		t.Fatal("the period selects nothing, or everything")
	}
	same(t, "some", want, collect(t, s.Changes(t.Context(), since, until)))
	for _, err := range s.Changes(t.Context(), time.Time{}, far) {
		if err != nil {
			t.Error(err)
		}
		break // and nothing is left open
	}
	same(t, "none", 0, len(collect(t, s.Changes(t.Context(), until, since))))
}

func storeSnapshots(t *testing.T, open opener) {
	dir, w, prior := t.TempDir(), newWorld(5), audit.NewPrior(0)
	s := open(t, dir)
	want := map[string][]byte{}
	for range 4 {
		w.drift(30)
		settlement := w.settlement(t, audit.LeftOut{}, prior)
		run := audit.Settle(settlement)
		digest, err := s.Keep(t.Context(), settlement.Snapshot)
		if err != nil {
			t.Fatal(err)
		}
		text := encoded(t, settlement.Snapshot)
		same(t, "digest", fmt.Sprintf("sha256:%x", sha256.Sum256(text)), digest)
		if again, err := s.Keep(t.Context(), settlement.Snapshot); err != nil || again != digest {
			t.Errorf("kept again: %q, %v", again, err)
		}
		if err := s.Record(t.Context(), run, digest); err != nil {
			t.Fatal(err)
		}
		prior.Advance(run, true)
		want[run.Header.RunID] = text
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	for id, text := range want {
		snap, there, err := s.Snapshot(t.Context(), id)
		if err != nil || !there {
			t.Fatal(there, err)
		}
		same(t, "snapshot of "+id, string(text), string(encoded(t, snap)))
	}
}

func storeCancelled(t *testing.T, open opener) {
	s, w := open(t, t.TempDir()), newWorld(1)
	settlement := w.settlement(t, audit.LeftOut{}, audit.NewPrior(0))
	run := audit.Settle(settlement)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, keepErr := s.Keep(gone, settlement.Snapshot)
	_, priorErr := s.Prior(gone)
	_, _, lastErr := s.Last(gone)
	_, _, snapshotErr := s.Snapshot(gone, "r")
	for what, err := range map[string]error{
		"Keep": keepErr, "Record": s.Record(gone, run, ""), "Prune": s.Prune(gone, worldStart), "Prior": priorErr, "Last": lastErr, "Snapshot": snapshotErr,
		"Findings": firstError(t, s.Findings(gone, audit.Query{})), "Runs": firstError(t, s.Runs(gone, 0)), "Changes": firstError(t, s.Changes(gone, worldStart, worldStart)),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s when it is over: %v", what, err)
		}
	}
	if err := s.Record(t.Context(), run, ""); err != nil {
		t.Errorf("recording after that: %v", err)
	}
	late, cancel := context.WithCancel(t.Context())
	for _, err := range s.Findings(late, audit.Query{}) {
		if err != nil {
			t.Error(err)
		}
		cancel() // and end the loop: nothing more may be yielded
		break
	}
	cancel()
}
