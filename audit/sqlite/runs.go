package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// setup is what is mostly the same from run to run, and large.
type setup struct {
	Checks   []string              `json:"checks"`
	Accounts []audit.HeaderAccount `json:"accounts"`
	LeftOut  audit.LeftOut         `json:"left_out,omitzero"`
}

// splitHeader is the header of a run in two parts: what belongs to this run
// only, and its setup.
func splitHeader(run *audit.Run) (own, shared []byte, err error) {
	h := run.Header
	h.Checks, h.Accounts = nil, nil
	if own, err = encode(h); err != nil {
		return nil, nil, err
	}
	shared, err = encode(setup{run.Header.Checks, run.Header.Accounts, run.LeftOut})
	return own, shared, err
}

// recorded reads runs that are not pruned, those that the clause selects.
func (r *reading) recorded(clause string, args []any, do func(audit.Recorded) error) error {
	setups := map[int64]setup{}
	var header, digest []byte
	var piece int64
	var changes int
	const query = `SELECT r.header, r.setup, r.changes, s.sha256 FROM runs r LEFT JOIN snapshots s ON s.id = r.snapshot `
	return r.each(query+clause, args, []any{&header, &piece, &changes, &digest}, func() error {
		rec := audit.Recorded{Changes: changes}
		if digest != nil {
			rec.SnapshotDigest = unpackDigest(digest)
		}
		if err := json.Unmarshal(header, &rec.Header); err != nil {
			return err
		}
		shared, ok := setups[piece]
		if !ok {
			text, err := r.piece(piece)
			if err != nil {
				return err
			}
			if err := json.Unmarshal(text, &shared); err != nil {
				return err
			}
			clear(setups) // runs that share one stand together
			setups[piece] = shared
		}
		rec.Header.Checks, rec.Header.Accounts, rec.LeftOut = slices.Clone(shared.Checks), slices.Clone(shared.Accounts), shared.LeftOut
		return do(rec)
	})
}

// Runs implements audit.Reader.
func (s *Store) Runs(ctx context.Context, limit int) iter.Seq2[audit.Recorded, error] {
	return func(yield func(audit.Recorded, error) bool) {
		if limit <= 0 {
			limit = -1 // what SQLite takes for no limit
		}
		err := s.read(ctx, "reading the runs", func(r *reading) error {
			return r.recorded(`WHERE r.header IS NOT NULL ORDER BY r.seq DESC LIMIT ?`, []any{limit}, yielding(yield))
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(audit.Recorded{}, err)
		}
	}
}

// yielding hands values on and ends the loop over rows once that is enough.
func yielding[T any](yield func(T, error) bool) func(T) error {
	return func(v T) error {
		if !yield(v, nil) {
			return errEnough
		}
		return nil
	}
}

// Changes implements audit.Reader.
func (s *Store) Changes(ctx context.Context, since, until time.Time) iter.Seq2[audit.Change, error] {
	return func(yield func(audit.Change, error) bool) {
		err := s.read(ctx, "reading the changes", func(r *reading) error {
			return r.changes(bound(since), bound(until), yielding(yield))
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(audit.Change{}, err)
		}
	}
}

func (r *reading) changes(since, until int64, do func(audit.Change) error) error {
	var c audit.Change
	var at int64
	var from, to int
	const query = `SELECT c.at, c.kind, c.from_status, c.to_status, c.check_id, c.account_id, c.region, c.resource, c.subject, coalesce(c.run_id, r.run_id)
		FROM changes c INDEXED BY changes_at CROSS JOIN runs r ON r.seq = c.run
		WHERE c.at >= ? AND c.at < ? ORDER BY c.at, c.run, c.n`
	columns := []any{&at, &c.Kind, &from, &to, &c.Check, &c.AccountID, &c.Region, &c.Resource, &c.Subject, &c.RunID}
	return r.each(query, []any{since, until}, columns, func() (err error) {
		if c.From, err = statusOf(from); err != nil {
			return err
		}
		if c.To, err = statusOf(to); err != nil {
			return err
		}
		c.At, c.FindingID = instant(at), audit.FindingID(c.Check, c.Resource, c.Subject)
		return do(c)
	})
}
