package daemon_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

var errDisk = errors.New("the disk is broken")

// disk is what stores on it wrote. It outlives daemons, and holds a daemon to
// what audit.Store asks of its caller.
type disk struct {
	t testing.TB
	// fault is asked before each operation; it may block, fail and panic.
	fault func(ctx context.Context, operation string) error

	mu      sync.Mutex
	opened  *handle // nil if no daemon has it
	rows    map[string]row
	changes []audit.Change
	runs    []audit.Recorded // the oldest first
	ids     map[string]bool  // of runs
	last    *audit.Run
	kept    int         // snapshots
	pruned  []time.Time // the befores
}

// row is a finding as a store holds it: as text, so that nothing of it is
// shared with the daemon.
type row struct {
	text            string
	status          audit.Status
	missed          int
	failFingerprint string
	digest          int64
}

func newDisk(t testing.TB) *disk {
	return &disk{t: t, rows: map[string]row{}, ids: map[string]bool{}, fault: sound}
}

func sound(context.Context, string) error { return nil }

// broken fails the operations, or all.
func broken(operations ...string) func(context.Context, string) error {
	return func(_ context.Context, operation string) error {
		if len(operations) == 0 || slices.Contains(operations, operation) {
			return fmt.Errorf("%s: %w", operation, errDisk)
		}
		return nil
	}
}

// fails sets the fault.
func (d *disk) fails(fault func(context.Context, string) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = fault
}

func (d *disk) ask(ctx context.Context, operation string) error {
	d.mu.Lock()
	fault := d.fault
	d.mu.Unlock()
	if err := fault(ctx, operation); err != nil {
		return err
	}
	return ctx.Err()
}

func (d *disk) open(ctx context.Context) (daemon.Store, error) {
	if err := d.ask(ctx, "open"); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.opened != nil {
		return nil, errors.New("another daemon has the store")
	}
	d.opened = &handle{disk: d}
	return d.opened, nil
}

// handle is an open store.
type handle struct {
	*disk
	prior bool // was read
}

// use locks the disk for an operation.
func (h *handle) use(ctx context.Context, operation string) error {
	err := h.ask(ctx, operation)
	h.mu.Lock()
	switch {
	case err != nil:
	case h.opened != h:
		err = errors.New("the store is closed")
	}
	return err
}

func (h *handle) Close() error {
	err := h.use(context.Background(), "close")
	defer h.mu.Unlock()
	if h.opened == h {
		h.opened = nil
	}
	return err
}

func (h *handle) Prior(ctx context.Context) (*audit.Prior, error) {
	err := h.use(ctx, "prior")
	defer h.mu.Unlock()
	if err != nil {
		return nil, err
	}
	h.prior = true
	p := audit.NewPrior(len(h.rows))
	for _, r := range h.rows {
		if err := p.Add(audit.Row{Finding: h.finding(r), Missed: r.missed, FailFingerprint: r.failFingerprint, Digest: r.digest}); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// finding reads a row, with LastSeen derived from the runs.
func (d *disk) finding(r row) *audit.Finding {
	f := &audit.Finding{}
	if err := json.Unmarshal([]byte(r.text), f); err != nil {
		d.t.Error(err)
	}
	if r.status != audit.StatusUnknown && d.last != nil {
		f.LastSeen = d.last.Header.TakenAt
	}
	return f
}

func (h *handle) Keep(ctx context.Context, s *snapshot.Snapshot) (string, error) {
	err := h.use(ctx, "keep")
	defer h.mu.Unlock()
	if err != nil {
		return "", err
	}
	h.kept++
	return fmt.Sprint("snapshot of ", s.TakenAt), nil
}

// Record is followed by "recorded", in which it may still panic.
func (h *handle) Record(ctx context.Context, run *audit.Run, digest string) error {
	err := h.record(ctx, run, digest)
	if err == nil {
		_ = h.ask(ctx, "recorded")
	}
	return err
}

func (h *handle) record(ctx context.Context, run *audit.Run, digest string) error {
	err := h.use(ctx, "record")
	defer h.mu.Unlock()
	if err != nil {
		return err
	}
	if h.ids[run.Header.RunID] {
		h.t.Errorf("run %s is recorded twice", run.Header.RunID)
	}
	h.ids[run.Header.RunID] = true
	h.runs = append(h.runs, run.Recorded(digest))
	if run.LeftOut.Everything {
		if run.Delta.Rows.Len()+len(run.Delta.Removed)+len(run.Delta.Changes)+len(run.Findings) > 0 {
			h.t.Errorf("run %s left everything out and yet changes something", run.Header.RunID)
		}
		return nil
	}
	h.apply(run)
	return nil
}

func (h *handle) apply(run *audit.Run) {
	if !h.prior {
		h.t.Errorf("run %s is recorded, and what the store holds was never read", run.Header.RunID)
	}
	for _, id := range run.Delta.Removed {
		delete(h.rows, id)
	}
	for r := range run.Delta.Rows.All() {
		h.rows[r.Finding.ID] = row{lineOf(h.t, r.Finding), r.Finding.Status, r.Missed, r.FailFingerprint, r.Digest}
	}
	h.changes = append(h.changes, run.Delta.Changes...)
	last := *run
	last.Findings, last.Changes, last.Delta, last.Elsewhere = nil, nil, audit.Delta{}, nil
	h.last = &last
	h.compare(run)
}

// compare holds the rows against the run just recorded: all of its findings,
// or those that are outstanding, in brief, if it has no others in memory.
func (d *disk) compare(run *audit.Run) {
	c := run.Header.Counts
	if n := c.Pass + c.Fail + c.Unknown + c.NotApplicable; n != len(d.rows) {
		d.t.Errorf("the store has %d findings, run %s has %d", len(d.rows), run.Header.RunID, n)
	}
	want := map[string]string{}
	for i := range run.Findings {
		want[run.Findings[i].ID] = lineOf(d.t, &run.Findings[i])
	}
	got := map[string]string{}
	for id, r := range d.rows {
		switch f := d.finding(r); {
		case run.Elsewhere == nil:
			got[id] = r.text
		case f.Outstanding():
			brief := f.Brief()
			got[id] = lineOf(d.t, &brief)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("the store after run %s (-run +store):\n%s", run.Header.RunID, diff)
	}
}

// lineOf is what a store keeps of a finding.
func lineOf(t testing.TB, f *audit.Finding) string {
	kept := *f
	if kept.Status != audit.StatusUnknown {
		kept.LastSeen = time.Time{}
	}
	line, err := json.Marshal(kept)
	if err != nil {
		t.Error(err)
	}
	return string(line)
}

func (h *handle) Prune(ctx context.Context, before time.Time) error {
	err := h.use(ctx, "prune")
	defer h.mu.Unlock()
	if err == nil {
		h.pruned = append(h.pruned, before)
	}
	return err
}

func (h *handle) Last(ctx context.Context) (*audit.Run, bool, error) {
	err := h.use(ctx, "last")
	defer h.mu.Unlock()
	if err != nil || h.last == nil {
		return nil, false, err
	}
	last := *h.last
	return &last, true, nil
}

func (h *handle) Findings(ctx context.Context, q audit.Query) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		err := h.use(ctx, "findings")
		defer h.mu.Unlock()
		if err == nil && q.RunID != "" && (h.last == nil || q.RunID != h.last.Header.RunID) {
			err = audit.ErrSuperseded
		}
		if err != nil {
			yield(audit.Finding{}, err)
			return
		}
		var list []audit.Finding
		for _, r := range h.rows {
			switch f := h.finding(r); {
			case !q.Matches(f):
			case q.Brief:
				list = append(list, f.Brief())
			default:
				list = append(list, *f)
			}
		}
		slices.SortFunc(list, func(a, b audit.Finding) int { return a.Position().Compare(b.Position()) })
		for i, f := range list {
			if q.Limit > 0 && i == q.Limit || !yield(f, nil) {
				return
			}
		}
	}
}

func (h *handle) Runs(ctx context.Context, limit int) iter.Seq2[audit.Recorded, error] {
	return func(yield func(audit.Recorded, error) bool) {
		err := h.use(ctx, "runs")
		runs := slices.Clone(h.runs)
		h.mu.Unlock()
		if err != nil {
			yield(audit.Recorded{}, err)
			return
		}
		slices.Reverse(runs)
		for i, r := range runs {
			if i == limit && limit > 0 || !yield(r, nil) {
				return
			}
		}
	}
}

func (h *handle) Changes(ctx context.Context, since, until time.Time) iter.Seq2[audit.Change, error] {
	return func(yield func(audit.Change, error) bool) {
		err := h.use(ctx, "changes")
		changes := slices.Clone(h.changes)
		h.mu.Unlock()
		if err != nil {
			yield(audit.Change{}, err)
			return
		}
		for _, c := range changes {
			if !c.At.Before(since) && c.At.Before(until) && !yield(c, nil) {
				return
			}
		}
	}
}

// Moments has the finding of a change as it is now, if that is what the change
// made it.
func (h *handle) Moments(ctx context.Context, since, until time.Time) iter.Seq2[audit.Moment, error] {
	return func(yield func(audit.Moment, error) bool) {
		for c, err := range h.Changes(ctx, since, until) {
			if err == nil && c.Kind != audit.Opened && c.Kind != audit.Blinded {
				continue
			}
			m := audit.Moment{Change: c}
			h.mu.Lock()
			if r, ok := h.rows[c.FindingID]; ok {
				if f := h.finding(r); f.Status == c.To && f.StatusSince.Equal(c.At) {
					f.LastSeen = time.Time{}
					m.Finding = f
				}
			}
			h.mu.Unlock()
			if !yield(m, err) {
				return
			}
		}
	}
}

func (h *handle) Snapshot(context.Context, string) (*snapshot.Snapshot, bool, error) {
	panic("the daemon does not read snapshots")
}
