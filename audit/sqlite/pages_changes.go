package sqlite

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// LatestChanges yields the changes since then, the latest first, at most
// limit.
func (s *Reader) LatestChanges(ctx context.Context, since time.Time, limit int) iter.Seq2[audit.Change, error] {
	const clause = `FROM changes c INDEXED BY changes_at CROSS JOIN runs r ON r.seq = c.run
		WHERE c.at >= ? ORDER BY c.at DESC, c.run DESC, c.n DESC LIMIT ?`
	return s.changed(ctx, clause, bound(since), limit)
}

// ChangesOf yields what happened to one finding, the latest first, at most
// limit. Its account may have been another one then.
func (s *Reader) ChangesOf(ctx context.Context, p audit.Position, limit int) iter.Seq2[audit.Change, error] {
	const clause = `FROM changes c CROSS JOIN runs r ON r.seq = c.run
		WHERE c.resource = ? AND c.check_id = ? AND c.subject = ? ORDER BY c.at DESC, c.run DESC, c.n DESC LIMIT ?`
	return s.changed(ctx, clause, p.Resource, p.Check, p.Subject, limit)
}

func (s *Reader) changed(ctx context.Context, clause string, args ...any) iter.Seq2[audit.Change, error] {
	return func(yield func(audit.Change, error) bool) {
		err := s.read(ctx, "reading the changes", func(r *reading) error { return r.changed(clause, args, yielding(yield)) })
		if err != nil && !errors.Is(err, errEnough) {
			yield(audit.Change{}, err)
		}
	}
}

func (r *reading) changed(clause string, args []any, do func(audit.Change) error) error {
	var row changeRow
	return r.each(`SELECT `+changeColumns+` `+clause, args, row.columns(), func() error {
		c, err := row.change()
		if err != nil {
			return err
		}
		return do(c)
	})
}

// OpenSteps tells by how much the number of open failures grew or shrank in
// each run that changed it, by its taken_at, the latest first: since then, and
// only as far back as limit openings and endings reach; cut tells that there
// are more of them. A failure that was removed while it could not be read
// counts as gone before.
func (s *Reader) OpenSteps(ctx context.Context, since time.Time, limit int, step func(at time.Time, by int)) (cut bool, err error) {
	err = s.read(ctx, "reading how the open failures changed", func(r *reading) error {
		// The run that the limit cuts in two is left out.
		const query = `SELECT at, sum(by), count(*) FROM (
				SELECT at, CASE WHEN kind = 'opened' THEN 1 WHEN kind = 'resolved' OR kind = 'removed' AND from_status = 2 THEN -1 ELSE 0 END AS by
				FROM changes INDEXED BY changes_at WHERE at >= ? AND kind IN ('opened', 'resolved', 'removed') ORDER BY at DESC LIMIT ?)
			GROUP BY at ORDER BY at DESC`
		var at int64
		var by, n, read int
		return r.each(query, []any{bound(since), limit + 1}, []any{&at, &by, &n}, func() error {
			if read += n; read > limit {
				cut = true
			} else if by != 0 {
				step(instant(at), by)
			}
			return nil
		})
	})
	return cut, err
}
