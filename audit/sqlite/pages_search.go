package sqlite

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Search yields what Findings does, of that only findings whose resource or
// subject has the text in it, upper and lower case of ASCII being the same.
// Query.Bucket is not for use with it.
func (s *Reader) Search(ctx context.Context, q audit.Query, text string) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		err := s.read(ctx, "searching the findings", func(r *reading) error { return r.search(&q, text, yielding(yield)) })
		if err != nil && !errors.Is(err, errEnough) {
			yield(audit.Finding{}, err)
		}
	}
}

func (r *reading) search(q *audit.Query, text string, yield func(audit.Finding) error) error {
	l, err := r.lastOf(q.RunID)
	if err != nil || l == nil {
		return err
	}
	most, err := r.matching(l, q)
	if err != nil {
		return err
	}
	held, row, left := conditions(l, q), newFindingRow(r, l, q.Brief), q.Limit
	return r.named(q, text, func(named place, byName bool) error {
		s := stretchAt(q, named)
		if s.most = most[named.account]; s.most == 0 {
			return nil
		}
		if !byName {
			s.where, s.args = s.where+` AND f.subject LIKE ? ESCAPE '\'`, append(s.args, containing(text))
		}
		return r.walk(&s, held, row, func(f audit.Finding) error {
			if err := yield(f); err != nil {
				return err
			}
			if left--; left == 0 {
				return errEnough
			}
			return nil
		})
	})
}

// lastOf is the last run, nil if there is none; it has to be the one with that
// ID unless that is "".
func (r *reading) lastOf(runID string) (*lastRun, error) {
	l, err := r.last()
	if err == nil && runID != "" && (l == nil || l.runID != runID) {
		return nil, fmt.Errorf("run %.40q: %w", runID, audit.ErrSuperseded)
	}
	return l, err
}

// named finds the resources that have the text in their name, and those with
// findings whose subject has it, in the order of a run.
func (r *reading) named(q *audit.Query, text string, do func(p place, byName bool) error) error {
	where, args := ``, []any{containing(text)}
	if q.AccountID != "" {
		where, args = where+` AND account_id = ?`, append(args, q.AccountID)
	}
	if a := q.After; a != nil {
		where, args = where+` AND (account_id, resource) >= (?, ?)`, append(args, a.AccountID, a.Resource)
	}
	query := `SELECT id, account_id, resource, resource LIKE ?1 ESCAPE '\' FROM resources
		WHERE (resource LIKE ?1 ESCAPE '\' OR id IN (SELECT resource FROM findings INDEXED BY findings_subject WHERE subject <> '' AND subject LIKE ?1 ESCAPE '\'))` +
		where + ` ORDER BY account_id, resource`
	var p place
	var byName bool
	return r.each(query, args, []any{&p.id, &p.account, &p.resource, &byName}, func() error { return do(p, byName) })
}

// stretchAt is the findings of one resource, behind where the query begins.
func stretchAt(q *audit.Query, p place) stretch {
	s := stretch{where: `r.id = ?`, args: []any{p.id}}
	if a := q.After; a != nil && a.AccountID == p.account && a.Resource == p.resource {
		s.where, s.args = s.where+` AND (f.check_id, f.subject) > (?, ?)`, append(s.args, a.Check, a.Subject)
	}
	return s
}

// containing is the pattern of LIKE for texts with that text in them.
func containing(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}
