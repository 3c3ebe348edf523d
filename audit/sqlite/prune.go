package sqlite

import (
	"context"
	"errors"
	"time"
)

// Prune implements audit.Store. It gives the space back to the disk, as far as
// nobody reads what was before.
func (s *Store) Prune(ctx context.Context, before time.Time) error {
	const doing = "dropping old history"
	err := s.write(ctx, doing, func(w *writing) error {
		if err := w.pruneRuns(bound(before)); err != nil {
			return err
		}
		return w.pruneSnapshots()
	})
	if err != nil {
		return err
	}
	if err := s.shrink(ctx); err != nil {
		return s.explain(doing, err)
	}
	return nil
}

// old selects the runs to drop. The last one stays, and the last one that did
// not leave everything out.
const old = ` WHERE header IS NOT NULL AND taken_at < ? AND seq <> (SELECT max(seq) FROM runs) AND seq NOT IN (SELECT run FROM last)`

func (w *writing) pruneRuns(before int64) error {
	var setups []int64
	var setup int64
	err := w.each(`SELECT setup FROM runs`+old, []any{before}, []any{&setup}, func() error {
		setups = append(setups, setup)
		return nil
	})
	if err != nil {
		return err
	}
	if err := w.dropAll(setups); err != nil {
		return err
	}
	if err := w.pruneChanges(before); err != nil {
		return err
	}
	// A run that findings are unchanged since is no longer listed, but leads
	// to its snapshot.
	if _, err := w.exec(`UPDATE runs SET header = NULL, setup = NULL`+old, before); err != nil {
		return err
	}
	_, err = w.exec(`DELETE FROM runs WHERE header IS NULL AND current = 0`)
	return err
}

func (w *writing) pruneChanges(before int64) error {
	const of = ` WHERE run IN (SELECT seq FROM runs` + old + `)`
	var kept []int64
	var rule, detail int64
	err := w.each(`SELECT rule, detail FROM changes`+of+` AND rule IS NOT NULL`, []any{before}, []any{&rule, &detail}, func() error {
		kept = append(kept, rule, detail)
		return nil
	})
	if err != nil {
		return err
	}
	if err := w.dropAll(kept); err != nil {
		return err
	}
	_, err = w.exec(`DELETE FROM changes`+of, before)
	return err
}

// pruneSnapshots drops the snapshots that nothing leads to. One that was kept
// and is not recorded yet is the latest.
func (w *writing) pruneSnapshots() error {
	_, err := w.exec(`UPDATE runs SET snapshot = NULL
		WHERE snapshot IS NOT NULL AND current = 0 AND wrote = 0 AND seq NOT IN (SELECT run FROM last)`)
	if err != nil {
		return err
	}
	const loose = ` WHERE id NOT IN (SELECT snapshot FROM runs INDEXED BY runs_snapshot WHERE snapshot IS NOT NULL) AND kept < (SELECT max(kept) FROM snapshots)`
	var packed []byte
	var ids []int64
	err = w.each(`SELECT pieces FROM snapshots`+loose, nil, []any{&packed}, func() error {
		list, err := unpack(packed)
		if err != nil {
			return err
		}
		some, err := unpackIDs(list)
		ids = append(ids, some...)
		return err
	})
	if err != nil {
		return err
	}
	if err := w.dropAll(ids); err != nil {
		return err
	}
	_, err = w.exec(`DELETE FROM snapshots` + loose)
	return err
}

// shrink gives free pages back to the disk, at most 32 MB at once so that the
// next run need not wait, and empties the WAL if nobody reads from it. If
// somebody does, the next commits and the next Prune try again.
func (s *Store) shrink(ctx context.Context) (err error) {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	ctx = context.WithoutCancel(ctx) // it is short, and the pragmas belong together
	for _, pragma := range []string{
		`PRAGMA incremental_vacuum(8192)`,
		`PRAGMA busy_timeout(0)`, // do not wait for readers
		`PRAGMA wal_checkpoint(truncate)`,
		`PRAGMA ` + busyTimeout,
	} {
		if _, execErr := conn.ExecContext(ctx, pragma); execErr != nil {
			err = errors.Join(err, execErr)
		}
	}
	return err
}
