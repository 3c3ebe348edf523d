package audit_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// trial is one random sequence of runs, with restarts and a failing store.
type trial struct {
	*testing.T
	world   *world
	model   model // what should be known
	saved   model // the same, when the store last worked
	history *history
	prior   *audit.Prior
	changes []audit.Change // that should be recorded by now
	pending []audit.Change // that the store has still to get
	// broken is set while the store lacks a run, in which case narrower runs
	// would hide from it when findings were last seen.
	broken bool
}

// TestSettleAgainstAModel holds Settle, over random sequences of runs, to the
// state machines of model: findings, ages, changes, and what a store ends up
// with, also through restarts and failed writes.
func TestSettleAgainstAModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(24) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			trial := &trial{T: t, world: newWorld(seed), model: model{}, saved: model{}, history: newHistory(), prior: audit.NewPrior(0)}
			for i := range 40 {
				trial.run(fmt.Sprintf("run-%d", i))
				if t.Failed() {
					return
				}
			}
		})
	}
}

func (t *trial) run(id string) {
	t.world.drift()
	out := audit.LeftOut{}
	if !t.broken && t.world.chance(15) {
		out = t.world.leaveOut()
	}
	run := audit.Settle(t.world.settlement(t, id, out, t.prior))
	changes := t.model.run(t.world, out, id)
	t.compare("changes of "+id, changes, run.Changes)
	t.compare("stream of "+id, t.model.expected(false), stream(run.Findings))
	t.evidence(run)
	t.sorted(run)

	t.pending = append(t.pending, changes...)
	t.broken = t.world.chance(15)
	if !t.broken {
		t.history.record(t, run)
		t.changes, t.pending = append(t.changes, t.pending...), nil
		t.saved = t.model.clone()
		t.compare("store after "+id, t.model.expected(true), t.stored())
		t.compare("history after "+id, t.changes, t.history.changes)
	}
	t.prior.Advance(run, !t.broken)
	if t.prior.Len() != len(t.model.expected(true)) {
		t.Errorf("%s: %d findings are known, want %d", id, t.prior.Len(), len(t.model.expected(true)))
	}
	if t.world.chance(20) {
		t.prior, t.model, t.pending, t.broken = t.history.prior(t), t.saved.clone(), nil, false
	}
}

func (t *trial) compare(what string, want, got any) {
	t.Helper()
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// evidence holds that nothing opens, closes or comes back without a verdict
// that rests on evidence.
func (t *trial) evidence(run *audit.Run) {
	t.Helper()
	seen := map[string]audit.Status{}
	for i := range run.Findings {
		seen[run.Findings[i].ID] = run.Findings[i].Status
	}
	for _, c := range run.Changes {
		status, streamed := seen[c.FindingID]
		ok := map[audit.ChangeKind]bool{
			audit.Opened:   status == audit.StatusFail,
			audit.Resolved: status == audit.StatusPass || status == audit.StatusNotApplicable,
			audit.Changed:  status == audit.StatusPass || status == audit.StatusNotApplicable,
			audit.Regained: streamed && status != audit.StatusUnknown,
			audit.Blinded:  status == audit.StatusUnknown,
			audit.Removed:  !streamed,
		}[c.Kind]
		if !ok || c.To != status {
			t.Errorf("%s of a finding with status %q", c.Kind, status)
		}
	}
}

func (t *trial) sorted(run *audit.Run) {
	t.Helper()
	if !slices.IsSortedFunc(run.Findings, func(a, b audit.Finding) int { return a.Position().Compare(b.Position()) }) {
		t.Error("the stream is not sorted")
	}
}

func stream(findings []audit.Finding) []aged {
	var list []aged
	for i := range findings {
		list = append(list, agedOf(&findings[i]))
	}
	slices.SortFunc(list, func(a, b aged) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func (t *trial) stored() []aged {
	var list []audit.Finding
	for _, r := range t.history.rows {
		list = append(list, *t.history.finding(t, r))
	}
	return stream(list)
}
