package daemon

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// history is what the daemon remembers of earlier runs: in the store, as long
// as that works, and in memory what the store could not take.
type history struct {
	open    func(context.Context) (Store, error)
	metrics Metrics
	log     *zap.Logger

	// prior is used by one run at a time. Unless it was read from the store it
	// holds only what this process saw, and nothing of it may be recorded: the
	// store would take every finding for new.
	prior  *audit.Prior
	read   bool
	base   base // of prior
	pruned time.Time

	mu     sync.RWMutex
	store  Store // nil until it could be opened
	closed bool  // the daemon is stopping
	held   *held // the last run, if the store does not have it
	shown  bool  // something was published
}

var errNoStore = errors.New("the history is not open")

// opened is the store, which it opens if that has not succeeded yet.
func (h *history) opened(ctx context.Context) (Store, error) {
	if s := h.reader(); s != nil {
		return s, nil
	}
	s, err := h.open(ctx)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, errors.Join(errNoStore, s.Close())
	}
	h.store = s
	return s, nil
}

// reader is the store, nil if it is not open.
func (h *history) reader() Store {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.store
}

// known is what Settle has to know; recordable tells whether it is the
// store's, so that what is made of it may be recorded.
func (h *history) known(ctx context.Context) (p *audit.Prior, recordable bool) {
	if !h.read {
		if err := h.readPrior(ctx); err != nil {
			h.failed(ctx, "the history cannot be read; going on from memory", err)
		}
	}
	if h.prior == nil {
		h.prior = audit.NewPrior(0)
	}
	return h.prior, h.read
}

func (h *history) readPrior(ctx context.Context) error {
	return guarded(h.log, "reading the history", func() error {
		store, err := h.opened(ctx)
		if err != nil {
			return err
		}
		prior, err := store.Prior(ctx)
		if err != nil {
			return err
		}
		last, _, err := store.Last(ctx)
		if err != nil {
			return err
		}
		h.prior, h.read, h.base = prior, true, base{}
		if last != nil {
			h.base.recorded = last.Header.RunID
		}
		return nil
	})
}

// view is the store, nil if it is not open, and the last run, if the store
// does not have it.
func (h *history) view() (Store, *held) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.store, h.held
}

// keep records the run, and takes it into account for the next one.
func (h *history) keep(ctx context.Context, j judged) {
	recorded := j.recordable && h.record(ctx, j)
	h.prior.Advance(j.run, recorded)
	var unrecorded *held
	if recorded {
		h.base = base{recorded: j.run.Header.RunID}
	} else {
		unrecorded = &held{j.run, h.base}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held = unrecorded
}

func (h *history) record(ctx context.Context, j judged) (recorded bool) {
	store := h.reader()
	if store == nil {
		return false // the daemon is stopping and has given the run up
	}
	err := guarded(h.log, "recording the run", func() error {
		digest, err := store.Keep(ctx, j.snapshot)
		if err != nil {
			return err
		}
		return store.Record(ctx, j.run, digest)
	})
	if errors.Is(err, errPanicked) {
		// Nobody knows whether it was recorded: the store is asked before the next run.
		h.read, h.base.doubtful = false, j.run.Header.RunID
	}
	if err != nil {
		h.failed(ctx, "the run could not be recorded; its changes are recorded with a later one", err)
	}
	return err == nil
}

// interrupted records a run that judged nothing.
func (h *history) interrupted(ctx context.Context, run *audit.Run) {
	store := h.reader()
	if store == nil {
		return
	}
	err := guarded(h.log, "recording the run", func() error { return store.Record(ctx, run, "") })
	if err != nil {
		h.failed(ctx, "the run that was cut short could not be recorded", err)
	}
}

// pruneEvery is how often the store is asked to drop what is old.
const pruneEvery = time.Hour

func (h *history) prune(ctx context.Context, now time.Time, keep time.Duration) {
	store, since := h.reader(), now.Sub(h.pruned)
	if store == nil || !h.read || since >= 0 && since < pruneEvery || ctx.Err() != nil {
		return
	}
	err := guarded(h.log, "dropping old history", func() error { return store.Prune(ctx, now.Add(-keep)) })
	if ctx.Err() != nil {
		return // the next start drops it
	}
	if err != nil {
		h.failed(ctx, "old history could not be dropped", err)
		return
	}
	h.pruned = now
}

// failed logs a failure of the store, and counts it unless it was only told to
// stop.
func (h *history) failed(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		h.metrics.StoreWriteFailed()
	}
	h.log.Error(what, zap.Error(err))
}

// published notes that there is something to show.
func (h *history) published() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.shown = true
}

func (h *history) ready() error {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if !h.shown {
		return errors.New("no run has been published yet")
	}
	return nil
}

func (h *history) close() {
	h.mu.Lock()
	store := h.store
	h.store, h.closed = nil, true
	h.mu.Unlock()
	if store == nil {
		return
	}
	if err := guarded(h.log, "closing the history", store.Close); err != nil {
		h.log.Error("the history could not be closed", zap.Error(err))
	}
}

// restore shows what the store has of the last run, and returns when that run
// began: the slots up to then had their run. The zero Time means that a run is
// due, because nothing is known or nothing could be shown.
func (d *Daemon) restore(ctx context.Context) (covered time.Time) {
	var run *audit.Run
	err := guarded(d.Log, "reading the last run", func() (err error) {
		run, err = d.lastRun(ctx)
		return err
	})
	if err != nil {
		d.history.failed(ctx, "the last run cannot be read; beginning with a new one", err)
		return time.Time{}
	}
	if run == nil || !d.show(ctx, run) {
		return time.Time{}
	}
	d.Log.Info("serving the last run from the history", zap.String("run_id", run.Header.RunID), zap.Time("taken_at", run.Header.TakenAt))
	return run.Header.StartedAt
}

// lastRun is the last run with those of its findings that are outstanding, nil
// if there is none. It notes when the last complete one ended.
func (d *Daemon) lastRun(ctx context.Context) (*audit.Run, error) {
	store, err := d.history.opened(ctx)
	if err != nil {
		return nil, err
	}
	run, ok, err := store.Last(ctx)
	if err != nil || !ok {
		return nil, err
	}
	for f, err := range store.Findings(ctx, audit.Query{RunID: run.Header.RunID, Outstanding: true, Brief: true}) {
		if err != nil {
			return nil, fmt.Errorf("what is outstanding of it: %w", err)
		}
		run.Findings = append(run.Findings, f)
	}
	if at, ok := lastComplete(ctx, store); ok {
		d.Metrics.Succeeded(at)
	}
	return run, nil
}

// lastComplete is when the last complete run ended. After months in which an
// account was shut that is a long way back.
func lastComplete(ctx context.Context, store Store) (time.Time, bool) {
	for r, err := range store.Runs(ctx, 0) {
		if err != nil {
			break
		}
		if r.Header.Result == audit.Complete {
			return r.Header.EndedAt, true
		}
	}
	return time.Time{}, false
}
