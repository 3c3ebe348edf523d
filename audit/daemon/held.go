package daemon

import (
	"context"
	"errors"
	"iter"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// held is a run that the store does not have.
type held struct {
	*audit.Run
	base
}

// base is the run that the store has as its last one: what a Delta differs
// from.
type base struct {
	// recorded is its ID. If it is "" there is none, or what is there was never
	// read: a Delta has every finding then.
	recorded string
	// doubtful is the ID of a run that may have been recorded since, nobody
	// knows. A Delta made since has all that either of the two lacks.
	doubtful string
}

// findings are those of the run that the query selects.
func (h *held) findings(ctx context.Context, store Store, q audit.Query) iter.Seq2[audit.Finding, error] {
	switch {
	case h.Elsewhere == nil:
		return selected(h.All(), q)
	case h.recorded == "":
		return selected(written(&h.Delta), q)
	case store == nil:
		return failing(errNoStore)
	}
	return selected(since(h.based(ctx, store, q), h.Run), q)
}

// based are the findings that the store has, and that the query selects.
// Those that the Delta replaces may be among them or not.
func (h *held) based(ctx context.Context, store Store, q audit.Query) iter.Seq2[audit.Finding, error] {
	q.Limit, q.RunID = 0, h.recorded
	findings := store.Findings(ctx, q)
	if h.doubtful == "" {
		return findings
	}
	q.RunID = h.doubtful
	return unlessSuperseded(findings, store.Findings(ctx, q))
}

// unlessSuperseded are the findings or, if their run is not the last one, the
// others.
func unlessSuperseded(findings, others iter.Seq2[audit.Finding, error]) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		superseded := false
		for f, err := range findings {
			if superseded = errors.Is(err, audit.ErrSuperseded); superseded {
				break // the store finds that out before it yields anything else
			}
			if !yield(f, err) {
				return
			}
		}
		if superseded {
			others(yield)
		}
	}
}

// selected are the findings that the query selects.
func selected(findings iter.Seq2[audit.Finding, error], q audit.Query) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		found := 0
		for f, err := range findings {
			switch {
			case err != nil:
				yield(f, err)
				return
			case !q.Matches(&f):
				continue
			case q.Brief:
				f = f.Brief()
			}
			if !yield(f, nil) {
				return
			}
			if found++; found == q.Limit {
				return
			}
		}
	}
}

// since are the findings of the run, given those of the last one recorded:
// what differs is in its Delta.
func since(recorded iter.Seq2[audit.Finding, error], run *audit.Run) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		anew := replaced(&run.Delta)
		next, stop := iter.Pull(run.Delta.Rows.All())
		defer stop()
		row, more := next()
		for f, err := range recorded {
			if err != nil {
				yield(f, err)
				return
			}
			for ; more && row.Finding.Position().Compare(f.Position()) < 0; row, more = next() {
				if !yield(*row.Finding, nil) {
					return
				}
			}
			if anew[f.ID] {
				continue
			}
			if f.Status != audit.StatusUnknown {
				f.LastSeen = run.Header.TakenAt
			}
			if !yield(f, nil) {
				return
			}
		}
		for ; more; row, more = next() {
			if !yield(*row.Finding, nil) {
				return
			}
		}
	}
}

// replaced are the IDs of the findings that the Delta removes or writes anew.
func replaced(d *audit.Delta) map[string]bool {
	ids := make(map[string]bool, len(d.Removed)+d.Rows.Len())
	for _, id := range d.Removed {
		ids[id] = true
	}
	for r := range d.Rows.All() {
		ids[r.Finding.ID] = true
	}
	return ids
}

// written are the findings that the Delta has.
func written(d *audit.Delta) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		for r := range d.Rows.All() {
			if !yield(*r.Finding, nil) {
				return
			}
		}
	}
}

func failing(err error) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) { yield(audit.Finding{}, err) }
}
