package daemon

import (
	"context"
	"iter"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Last is that of audit.Reader. It is the run in memory if the store could not
// take it.
func (d *Daemon) Last(ctx context.Context) (*audit.Run, bool, error) {
	if held := d.history.unrecorded(); held != nil {
		last := *held
		last.Findings, last.Changes, last.Delta = nil, nil, audit.Delta{}
		return &last, true, nil
	}
	if store := d.history.reader(); store != nil {
		return store.Last(ctx)
	}
	return nil, false, nil
}

// Findings is that of audit.Reader. A run that the store could not take is in
// memory, or is the store's last one with what changed since.
func (d *Daemon) Findings(ctx context.Context, q audit.Query) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		switch store, held, recorded := d.history.view(); {
		case held == nil && store == nil:
			yield(audit.Finding{}, errNoStore)
		case held == nil:
			store.Findings(ctx, q)(yield)
		case q.RunID != "" && q.RunID != held.Header.RunID:
			yield(audit.Finding{}, audit.ErrSuperseded)
		case held.Elsewhere == nil:
			selected(held.All(), q)(yield)
		case recorded == "":
			selected(since(nothing, held), q)(yield)
		default:
			base := store.Findings(ctx, audit.Query{RunID: recorded, Check: q.Check, AccountID: q.AccountID, Bucket: q.Bucket, After: q.After, Brief: q.Brief})
			selected(since(base, held), q)(yield)
		}
	}
}

// Runs is that of audit.Reader. The run that the store could not take has its
// place among the others.
func (d *Daemon) Runs(ctx context.Context, limit int) iter.Seq2[audit.Recorded, error] {
	store, held, _ := d.history.view()
	stored := func(func(audit.Recorded, error) bool) {}
	if store != nil {
		stored = store.Runs(ctx, limit)
	}
	if held == nil {
		return stored
	}
	return among(stored, audit.Recorded{Header: held.Header, Changes: len(held.Changes)}, limit)
}

// among yields the runs with one more, the latest first, at most limit (0:
// all). Only runs that were cut short can be later than the one more.
func among(runs iter.Seq2[audit.Recorded, error], more audit.Recorded, limit int) iter.Seq2[audit.Recorded, error] {
	return func(yield func(audit.Recorded, error) bool) {
		left, pending := limit, true
		give := func(r audit.Recorded, err error) bool {
			left--
			return yield(r, err) && left != 0
		}
		for r, err := range runs {
			if pending && (err != nil || !r.Header.StartedAt.After(more.Header.StartedAt)) {
				pending = false
				if !give(more, nil) {
					return
				}
			}
			if !give(r, err) {
				return
			}
		}
		if pending {
			give(more, nil)
		}
	}
}

// unrecorded is the last run, if the store does not have it.
func (h *history) unrecorded() *audit.Run {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.held
}

// selected are the findings that the query selects.
func selected(findings iter.Seq2[audit.Finding, error], q audit.Query) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		found := 0
		for f, err := range findings {
			if err == nil && !q.Matches(&f) {
				continue
			}
			if !yield(f, err) || err != nil {
				return
			}
			if found++; found == q.Limit {
				return
			}
		}
	}
}

func nothing(func(audit.Finding, error) bool) {}

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
