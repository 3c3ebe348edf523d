package daemon

import (
	"context"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Snapshot is that of audit.Reader. A run that the store could not take has
// none.
func (d *Daemon) Snapshot(ctx context.Context, runID string) (*snapshot.Snapshot, bool, error) {
	if store := d.history.reader(); store != nil {
		return store.Snapshot(ctx, runID)
	}
	return nil, false, nil
}
