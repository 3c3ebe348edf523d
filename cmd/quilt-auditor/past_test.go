package main

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/audit/sqlite"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

// TestPastVerdictsCanBeMadeAgain records two cycles of the drifting estate, and
// makes the verdicts of every run again from the snapshot that was kept of it.
func TestPastVerdictsCanBeMadeAgain(t *testing.T) {
	t.Parallel()
	store, err := sqlite.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	began := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	past, prior := map[string][]audit.Finding{}, audit.NewPrior(0)
	for n := range 2 * testdata.Cycle {
		s, err := testdata.Drifted(n, began.Add(time.Duration(n)*time.Hour), checkIDs(checks.All()))
		if err != nil {
			t.Fatal(err)
		}
		id := fmt.Sprintf("run-%d", n)
		verdicts := audit.Evaluate(s, checks.All())
		past[id] = audit.NewRun(id, s, checks.All(), verdicts, audit.Times{}).Findings
		run := audit.Settle(audit.Settlement{RunID: id, Snapshot: s, Checks: checks.All(), Verdicts: verdicts, Prior: prior})
		digest, err := store.Keep(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Record(t.Context(), run, digest); err != nil {
			t.Fatal(err)
		}
		prior.Advance(run, true)
	}
	if err := store.Prune(t.Context(), began); err != nil {
		t.Fatal(err)
	}
	for r, err := range store.Runs(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		replay(t, store, r, past)
	}
}

func replay(t *testing.T, store *sqlite.Store, r audit.Recorded, past map[string][]audit.Finding) {
	t.Helper()
	s, kept, err := store.Snapshot(t.Context(), r.Header.RunID)
	if err != nil || !kept {
		t.Fatalf("%s, which changed %d findings: kept %t, %v", r.Header.RunID, r.Changes, kept, err)
	}
	var file bytes.Buffer
	if err := snapshot.Encode(&file, s); err != nil {
		t.Fatal(err)
	}
	if got := audit.Digest(file.Bytes()); got != r.SnapshotDigest {
		t.Errorf("%s: the snapshot's digest is %s, recorded as %s", r.Header.RunID, got, r.SnapshotDigest)
	}
	recorded := slices.DeleteFunc(checks.All(), func(c audit.Check) bool { return !slices.Contains(s.Scope.Checks, c.ID) })
	again := audit.NewRun(r.Header.RunID, s, recorded, audit.Evaluate(s, recorded), audit.Times{}).Findings
	if diff := cmp.Diff(past[r.Header.RunID], again); diff != "" {
		t.Errorf("%s: %s", r.Header.RunID, diff)
	}
}
