package testdata_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

var update = flag.Bool("update", false, "write the golden file")

// golden has the changes of the first two cycles.
const golden = "drift.changes"

var began = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

func checkIDs() []string {
	var ids []string
	for _, c := range checks.All() {
		ids = append(ids, c.ID)
	}
	return ids
}

// settle makes the first runs of the demo, ten seconds apart.
func settle(t *testing.T, runs int, waivers []audit.Waiver) []*audit.Run {
	t.Helper()
	prior := audit.NewPrior(0)
	var settled []*audit.Run
	for n := range runs {
		s, err := testdata.Drifted(n, began.Add(time.Duration(n)*10*time.Second), checkIDs())
		if err != nil {
			t.Fatal(err)
		}
		run := audit.Settle(audit.Settlement{
			RunID: fmt.Sprint("run-", n), Snapshot: s, Checks: checks.All(), Verdicts: audit.Evaluate(s, checks.All()),
			Prior: prior, Waivers: waivers,
		})
		prior.Advance(run, true)
		settled = append(settled, run)
	}
	return settled
}

// TestChanges compares the changes of two cycles with the ones written down:
// nothing else moves, and in the second cycle the same as in the first, but
// for what had never been judged before.
func TestChanges(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for n, run := range settle(t, 2*testdata.Cycle+1, nil) {
		fmt.Fprintf(&got, "run %d %s\n", n, run.Header.Result)
		for _, c := range run.Changes {
			fmt.Fprintf(&got, "  %-8s %-33s %s %s\n", c.Kind, c.Check, c.Resource, c.Subject)
		}
	}
	trimmed := strings.ReplaceAll(got.String(), " \n", "\n")
	if *update {
		if err := os.WriteFile(golden, []byte(trimmed), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(trimmed, "\n")); diff != "" {
		t.Errorf("the changes are others (-want +got); -update accepts them:\n%s", diff)
	}
}

func TestEveryKindOfChangeWithinAMinute(t *testing.T) {
	t.Parallel()
	seen := map[audit.ChangeKind]bool{}
	for _, run := range settle(t, 6, nil) {
		for _, c := range run.Changes {
			seen[c.Kind] = true
		}
	}
	for _, kind := range []audit.ChangeKind{audit.Opened, audit.Resolved, audit.Changed, audit.Blinded, audit.Regained, audit.Removed} {
		if !seen[kind] {
			t.Errorf("nothing is %s in the first six runs", kind)
		}
	}
}

func TestTheCycleBeginsAnew(t *testing.T) {
	t.Parallel()
	statuses := func(run *audit.Run) map[string]audit.Status {
		m := map[string]audit.Status{}
		for i := range run.Findings {
			f := &run.Findings[i]
			m[f.Check+" "+f.Resource+" "+f.Subject] = f.Status
		}
		return m
	}
	runs := settle(t, 3*testdata.Cycle, nil)
	for n := range 2 * testdata.Cycle {
		if diff := cmp.Diff(statuses(runs[n]), statuses(runs[n+testdata.Cycle])); diff != "" {
			t.Errorf("runs %d and %d differ:\n%s", n, n+testdata.Cycle, diff)
		}
	}
}

// TestEveryEventShows makes sure that the timeline promises nothing that the
// run does not show, and that no run changes without an event.
func TestEveryEventShows(t *testing.T) {
	t.Parallel()
	events := testdata.Timeline()
	if !slices.IsSortedFunc(events, func(a, b testdata.Event) int { return a.Run - b.Run }) {
		t.Error("the timeline is not in the order of the runs")
	}
	told := map[int]bool{}
	for _, e := range events {
		told[e.Run] = true
		if e.What == "" || e.Shows == "" || strings.ContainsAny(e.What+e.Shows, "\n") {
			t.Errorf("%+v is not one line of each", e)
		}
	}
	for n, run := range settle(t, testdata.Cycle+1, nil)[1:] {
		if told[n+1] != (len(run.Changes) > 0) {
			t.Errorf("run %d has %d changes; told of: %t", n+1, len(run.Changes), told[n+1])
		}
	}
}

func TestStepsBeginAndEndWithinTheCycle(t *testing.T) {
	t.Parallel()
	for _, step := range testdata.Drift() {
		last := 0
		for _, e := range step.Events {
			if e.Run <= last || e.Run > testdata.Cycle {
				t.Errorf("%s: run %d is not after run %d and within the cycle", e.What, e.Run, last)
			}
			last = e.Run
		}
		if len(step.Events) < 2 {
			t.Errorf("%s: never ends", step.Events[0].What)
		}
	}
}

func TestNoRunBeforeTheFirst(t *testing.T) {
	t.Parallel()
	if _, err := testdata.Drifted(-1, began, checkIDs()); err == nil {
		t.Error("there is a run -1")
	}
}
