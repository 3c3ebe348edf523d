package main

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/exporters/web"
)

// pages publishes a run to the metrics page, whose name it has, and to the
// index of the pages for people.
type pages struct {
	metrics, index audit.Exporter
	shelf          *shelf
}

// Format is that of the metrics page.
func (p pages) Format() string { return p.metrics.Format() }

// Publish publishes to the two, also if one of them fails; to the index first,
// which is quicker.
func (p pages) Publish(ctx context.Context, run *audit.Run) error {
	if history := p.shelf.history(); history != nil {
		_, _ = history.At(ctx, run.Header.RunID, nil) // the store remembers the run then, and the first page need not wait for it
	}
	return errors.Join(p.index.Publish(ctx, run), p.metrics.Publish(ctx, run))
}

// shelf has the store that was opened last, for the pages to read.
type shelf struct{ last atomic.Pointer[web.History] }

// opening opens the store and remembers it.
func (s *shelf) opening(open func(context.Context) (daemon.Store, error)) func(context.Context) (daemon.Store, error) {
	return func(ctx context.Context) (daemon.Store, error) {
		store, err := open(ctx)
		if history, ok := store.(web.History); ok {
			s.last.Store(&history)
		}
		return store, err
	}
}

// history is the store that was opened last, nil if none was.
func (s *shelf) history() web.History {
	if last := s.last.Load(); last != nil {
		return *last
	}
	return nil
}
