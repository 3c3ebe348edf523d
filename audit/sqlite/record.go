package sqlite

import (
	"context"
	"errors"
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Record implements audit.Store.
func (s *Store) Record(ctx context.Context, run *audit.Run, snapshotDigest string) error {
	return s.write(ctx, fmt.Sprintf("recording run %.40q", run.Header.RunID), func(w *writing) error {
		return w.record(run, snapshotDigest)
	})
}

func (w *writing) record(run *audit.Run, snapshotDigest string) error {
	if err := w.refuse(run); err != nil {
		return err
	}
	seq, err := w.addRun(run, snapshotDigest)
	if err != nil || run.LeftOut.Everything {
		return err
	}
	rows := rowWriter{w: w, seq: seq, current: map[int64]int{}, moments: momentsOf(run.Delta.Changes)}
	if err := rows.remove(&run.Delta); err != nil {
		return err
	}
	for r := range run.Delta.Rows.All() {
		if err := rows.put(&r); err != nil {
			return err
		}
	}
	if err := rows.settle(); err != nil {
		return err
	}
	if err := w.addChanges(seq, run.Header.RunID, &rows.moments); err != nil {
		return err
	}
	return w.setLast(run, seq)
}

// refuse fails on a run that is there already.
func (w *writing) refuse(run *audit.Run) error {
	if run.Header.RunID == "" {
		return errors.New("the run has no id")
	}
	var there int
	ok, err := w.one(`SELECT 1 FROM runs WHERE run_id = ?`, []any{run.Header.RunID}, &there)
	if err == nil && ok {
		err = errors.New("a run with this id is recorded already")
	}
	return err
}

func (w *writing) addRun(run *audit.Run, snapshotDigest string) (seq int64, err error) {
	snapshot, err := w.snapshotID(snapshotDigest)
	if err != nil {
		return 0, err
	}
	own, shared, err := splitHeader(run)
	if err != nil {
		return 0, err
	}
	setup, err := w.pieces.put(shared)
	if err != nil {
		return 0, err
	}
	d := &run.Delta
	wrote := !run.LeftOut.Everything && len(d.Removed)+d.Rows.Len()+len(d.Changes) > 0
	_, err = w.one(`INSERT INTO runs (run_id, taken_at, header, setup, changes, wrote, current, snapshot) VALUES (?, ?, ?, ?, ?, ?, 0, ?) RETURNING seq`,
		[]any{run.Header.RunID, nanos(run.Header.TakenAt), own, setup, len(run.Changes), wrote, snapshot}, &seq)
	return seq, err
}

// snapshotID is the id of a snapshot that was kept; nil for none.
func (w *writing) snapshotID(digest string) (any, error) {
	if digest == "" {
		return nil, nil
	}
	var id int64
	ok, err := w.one(`SELECT id FROM snapshots WHERE sha256 = ?`, []any{packDigest(digest)}, &id)
	if err == nil && !ok {
		err = fmt.Errorf("no snapshot %.80q is kept", digest)
	}
	return id, err
}

// identified fails if the id is not that of the finding: ids are not stored,
// they follow from what they identify.
func identified(id, check, resource, subject string) error {
	if id != audit.FindingID(check, resource, subject) {
		return fmt.Errorf("%.40q is not the id of the finding of %s on %s %q", id, check, resource, subject)
	}
	return nil
}

func (w *writing) setLast(run *audit.Run, seq int64) error {
	earlier, err := w.looked()
	if err != nil {
		return err
	}
	list, err := encode(lookedWith(looked{nanos(run.Header.TakenAt), run.LeftOut}, earlier))
	if err != nil {
		return err
	}
	var findings int
	if _, err := w.one(countFindings, nil, &findings); err != nil {
		return err
	}
	body, err := packJSON(&w.pieces.packer, reportOf(run, findings))
	if err != nil {
		return err
	}
	_, err = w.exec(`REPLACE INTO last (id, run, report, looked) VALUES (1, ?, ?, ?)`, seq, body, list)
	return err
}

// countFindings counts them without going through them.
const countFindings = `SELECT coalesce(sum(current), 0) FROM runs INDEXED BY runs_current WHERE current > 0`
