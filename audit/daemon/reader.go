package daemon

import (
	"context"
	"iter"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Last is that of audit.Reader. It is the run in memory if the store could not
// take it.
func (d *Daemon) Last(ctx context.Context) (*audit.Run, bool, error) {
	store, held := d.history.view()
	switch {
	case held != nil:
		last := *held.Run
		last.Findings, last.Elsewhere, last.Changes, last.Delta = nil, nil, nil, audit.Delta{}
		return &last, true, nil
	case store != nil:
		return store.Last(ctx)
	default:
		return nil, false, nil
	}
}

// Findings is that of audit.Reader. A run that the store could not take is in
// memory, or is the store's last one with what changed since.
func (d *Daemon) Findings(ctx context.Context, q audit.Query) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		switch store, held := d.history.view(); {
		case held == nil && store == nil:
			yield(audit.Finding{}, errNoStore)
		case held == nil:
			store.Findings(ctx, q)(yield)
		case q.RunID != "" && q.RunID != held.Header.RunID:
			yield(audit.Finding{}, audit.ErrSuperseded)
		default:
			held.findings(ctx, store, q)(yield)
		}
	}
}

// Runs is that of audit.Reader. The run that the store could not take has its
// place among the others; of earlier ones that it could not take either
// nothing is left but their changes.
func (d *Daemon) Runs(ctx context.Context, limit int) iter.Seq2[audit.Recorded, error] {
	store, held := d.history.view()
	stored := func(func(audit.Recorded, error) bool) {}
	if store != nil {
		stored = store.Runs(ctx, limit)
	}
	if held == nil {
		return stored
	}
	return among(stored, held.Recorded(""), limit)
}

// among yields the runs with one more, the latest first, at most limit (0:
// all). Only runs that were cut short can be later than the one more. It comes
// once, also if recording it succeeded unnoticed.
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
			if r.Header.RunID != more.Header.RunID && !give(r, err) {
				return
			}
		}
		if pending {
			give(more, nil)
		}
	}
}
