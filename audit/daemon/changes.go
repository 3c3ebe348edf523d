package daemon

import (
	"context"
	"iter"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Changes is that of audit.Reader. What happened in runs that the store could
// not take comes last, from memory.
func (d *Daemon) Changes(ctx context.Context, since, until time.Time) iter.Seq2[audit.Change, error] {
	return happened(d,
		func(s Store) iter.Seq2[audit.Change, error] { return s.Changes(ctx, since, until) },
		func(c *audit.Change) *audit.Change { return c },
		func(h *held) []audit.Change { return h.changes(since, until) })
}

// Moments is that of audit.Reader, in the same way.
func (d *Daemon) Moments(ctx context.Context, since, until time.Time) iter.Seq2[audit.Moment, error] {
	return happened(d,
		func(s Store) iter.Seq2[audit.Moment, error] { return s.Moments(ctx, since, until) },
		func(m *audit.Moment) *audit.Change { return &m.Change },
		func(h *held) []audit.Moment { return h.moments(since, until) })
}

// happened are those that the store has, then those in memory whose run it
// does not have: nobody may know whether it took that.
func happened[T any](
	d *Daemon, stored func(Store) iter.Seq2[T, error], change func(*T) *audit.Change, inMemory func(*held) []T,
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		store, held := d.history.view()
		if store == nil && held == nil {
			yield(zero, errNoStore)
			return
		}
		seen := map[string]bool{} // runs
		if store != nil {
			for v, err := range stored(store) {
				if !yield(v, err) || err != nil {
					return
				}
				if held != nil {
					seen[change(&v).RunID] = true
				}
			}
		}
		if held == nil {
			return
		}
		for _, v := range inMemory(held) {
			if !seen[change(&v).RunID] && !yield(v, nil) {
				return
			}
		}
	}
}

// changes are those that were not recorded, of that time.
func (h *held) changes(since, until time.Time) (list []audit.Change) {
	for _, c := range h.Delta.Changes {
		if !c.At.Before(since) && c.At.Before(until) {
			list = append(list, c)
		}
	}
	return list
}

// moments are those of the changes that begin something. The finding is there
// if it still is what the change made it.
func (h *held) moments(since, until time.Time) (list []audit.Moment) {
	begun := map[string][]int{} // places in list, by finding
	for _, c := range h.changes(since, until) {
		if c.Kind == audit.Opened || c.Kind == audit.Blinded {
			begun[c.FindingID] = append(begun[c.FindingID], len(list))
			list = append(list, audit.Moment{Change: c})
		}
	}
	for r := range h.Delta.Rows.All() {
		for _, i := range begun[r.Finding.ID] {
			if c := &list[i].Change; r.Finding.Status == c.To && r.Finding.StatusSince.Equal(c.At) {
				then := *r.Finding
				then.LastSeen = time.Time{}
				list[i].Finding = &then
			}
		}
	}
	return list
}
