package daemon_test

import (
	"context"
	"errors"
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// checkLast holds the run that the daemon says is the last against the ledger.
func (r *readings) checkLast() {
	want, _ := r.ledger.serves()
	got, ok, err := r.life.Last(context.Background())
	if r.ledger.current == nil && r.ledger.open && r.broken["last"] {
		if !errors.Is(err, errDisk) {
			r.t.Errorf("the last run with a store that fails: %v", err)
		}
		return
	}
	if err != nil || ok != (want != nil) {
		r.t.Errorf("the last run: %v, %v", ok, err)
		return
	}
	if want == nil {
		return
	}
	if len(got.Findings)+len(got.Changes)+got.Delta.Rows.Len()+len(got.Delta.Removed)+len(got.Delta.Seen) > 0 || got.Elsewhere != nil {
		r.t.Error("the last run has findings")
	}
	rest := *want
	rest.Findings, rest.Changes, rest.Delta = nil, nil, audit.Delta{}
	if diff := cmp.Diff(&rest, got, same); diff != "" {
		r.t.Errorf("the last run (-want +got):\n%s", diff)
	}
}

// checkRuns holds the list of runs against the ledger.
func (r *readings) checkRuns() {
	for _, limit := range []int{0, 1, 2, 5} {
		want := r.ledger.runs()
		var got []string
		var failure error
		for run, err := range r.life.Runs(context.Background(), limit) {
			if failure = err; err == nil {
				got = append(got, run.Header.RunID)
			}
		}
		if r.ledger.open && r.broken["runs"] {
			// The one in memory may be all that was asked for.
			if !errors.Is(failure, errDisk) && (limit != 1 || r.ledger.current == nil) {
				r.t.Errorf("runs with a store that fails: %v, %v", got, failure)
			}
			continue
		}
		if limit > 0 {
			want = want[:min(len(want), limit)]
		}
		if !slices.Equal(want, got) || failure != nil {
			r.t.Errorf("the latest %d runs: %v, %v, want %v", limit, got, failure, want)
		}
	}
}
