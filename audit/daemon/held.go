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
		return selected(since(nothing, h.Run), q)
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
		rows, replaced := run.Delta.Rows, map[string]bool{}
		for _, id := range run.Delta.Removed {
			replaced[id] = true
		}
		for i := range rows {
			replaced[rows[i].Finding.ID] = true
		}
		for f, err := range recorded {
			if err != nil {
				yield(f, err)
				return
			}
			for ; len(rows) > 0 && rows[0].Finding.Position().Compare(f.Position()) < 0; rows = rows[1:] {
				if !yield(*rows[0].Finding, nil) {
					return
				}
			}
			if replaced[f.ID] {
				continue
			}
			if f.Status != audit.StatusUnknown {
				f.LastSeen = run.Header.TakenAt
			}
			if !yield(f, nil) {
				return
			}
		}
		for i := range rows {
			if !yield(*rows[i].Finding, nil) {
				return
			}
		}
	}
}

func nothing(func(audit.Finding, error) bool) {}

func failing(err error) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) { yield(audit.Finding{}, err) }
}
