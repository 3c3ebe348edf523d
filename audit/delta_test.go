package audit_test

import (
	"slices"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func TestSettleWritesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(1)
	prior := audit.NewPrior(0)
	settle := func(n int) *audit.Run {
		w.now = day(n)
		run := audit.Settle(w.settlement(t, "run", audit.LeftOut{}, prior))
		prior.Advance(run, true)
		return run
	}
	if first := settle(0); first.Delta.Rows.Len() != len(w.things) || len(first.Delta.Changes) != 0 {
		t.Errorf("first run: %d rows, %d changes", first.Delta.Rows.Len(), len(first.Delta.Changes))
	}
	if same := settle(1); same.Delta.Rows.Len()+len(same.Delta.Changes)+len(same.Delta.Removed) != 0 {
		t.Errorf("the same again: %+v", same.Delta)
	}
	w.things[3].detail++ // other wording and other facts, the same status
	w.things[4].status = fail
	if run := settle(2); run.Delta.Rows.Len() != 2 || len(run.Delta.Changes) != 1 || slices.Collect(run.Delta.Rows.All())[1].FailFingerprint == "" {
		t.Errorf("two differ: %+v", run.Delta)
	}
}

func TestInterruptedChangesNothing(t *testing.T) {
	t.Parallel()
	o := newOne(t)
	o.status(fail)
	s := o.world.settlement(t, "", audit.LeftOut{}, nil)
	run := audit.Interrupted("cut", s.Snapshot, s.Checks, s.Times)
	if run.Header.Result != audit.Partial || run.Header.RunID != "cut" || len(run.Findings)+len(run.Changes) != 0 || !run.LeftOut.Has("any", "account") {
		t.Errorf("got %+v", run)
	}
	o.prior.Advance(run, false)
	if run := o.run(nil); kind(t, run) != "" || run.Findings[0].Known.Since != day(0) || run.Delta.Rows.Len() != 0 {
		t.Errorf("got %+v", run)
	}
}

func TestInterruptedKeepsWhatTheStoreLacks(t *testing.T) {
	t.Parallel()
	o := newOne(t)
	first := audit.Settle(o.world.settlement(t, "lost", audit.LeftOut{}, o.prior))
	o.bucket().status = fail
	o.prior.Advance(first, false)
	lost := audit.Settle(o.world.settlement(t, "lost", audit.LeftOut{}, o.prior))
	o.prior.Advance(lost, false)
	o.prior.Advance(audit.Interrupted("cut", &snapshot.Snapshot{}, nil, audit.Times{}), true)
	if run := o.run(nil); len(run.Changes) != 0 || len(run.Delta.Changes) != 1 || run.Delta.Rows.Len() != 1 {
		t.Errorf("got %+v and %+v", run.Changes, run.Delta)
	}
}
