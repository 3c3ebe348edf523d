package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// setup is what is mostly the same from run to run, and large.
type setup struct {
	Checks   []string              `json:"checks"`
	Accounts []audit.HeaderAccount `json:"accounts"`
	LeftOut  audit.LeftOut         `json:"left_out,omitzero"`
	// What follows is not there of runs that earlier versions recorded.
	Schedule string            `json:"schedule,omitempty"`
	Unread   []audit.Unread    `json:"unread"`
	Waivers  []audit.WaiverUse `json:"waivers"`
}

// splitHeader is the header of a run in two parts: what belongs to this run
// only, and its setup.
func splitHeader(run *audit.Run) (own, shared []byte, err error) {
	h := run.Header
	h.Checks, h.Accounts = nil, nil
	if own, err = encode(h); err != nil {
		return nil, nil, err
	}
	rec := run.Recorded("")
	shared, err = encode(setup{run.Header.Checks, run.Header.Accounts, run.LeftOut, rec.Schedule, rec.Unread, rec.Waivers})
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
		rec.Schedule, rec.Unread, rec.Waivers = shared.Schedule, slices.Clone(shared.Unread), slices.Clone(shared.Waivers)
		return do(rec)
	})
}

// Runs implements audit.Reader.
func (s *Reader) Runs(ctx context.Context, limit int) iter.Seq2[audit.Recorded, error] {
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
