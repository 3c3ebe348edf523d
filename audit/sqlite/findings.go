package sqlite

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Findings implements audit.Reader.
func (s *Reader) Findings(ctx context.Context, q audit.Query) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		err := s.read(ctx, "reading the findings", func(r *reading) error { return r.findings(&q, yielding(yield)) })
		if err != nil && !errors.Is(err, errEnough) {
			yield(audit.Finding{}, err)
		}
	}
}

func (r *reading) findings(q *audit.Query, yield func(audit.Finding) error) error {
	l, err := r.last()
	if err != nil {
		return err
	}
	if q.RunID != "" && (l == nil || l.runID != q.RunID) {
		return fmt.Errorf("run %.40q: %w", q.RunID, audit.ErrSuperseded)
	}
	if l == nil {
		return nil
	}
	stretches, err := r.stretches(l, q)
	if err != nil || len(stretches) == 0 {
		return err
	}
	held := conditions(l, q)
	row := newFindingRow(r, l, q.Brief)
	left := q.Limit
	for i := range stretches {
		err := r.walk(&stretches[i], held, row, func(f audit.Finding) error {
			if err := yield(f); err != nil {
				return err
			}
			if left--; left == 0 {
				return errEnough
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// walk goes through a stretch until everything that can match was found.
func (r *reading) walk(s *stretch, held condition, row *findingRow, do func(audit.Finding) error) error {
	found := 0
	err := r.each(selection(s, held, row.brief), append(s.args, held.args...), row.columns(), func() error {
		f, err := row.finding()
		if err != nil {
			return err
		}
		if err := do(f); err != nil {
			return err
		}
		if found++; found == s.most {
			return errAll
		}
		return nil
	})
	if errors.Is(err, errAll) {
		return nil
	}
	return err
}

// errAll ends the walk through a stretch.
var errAll = errors.New("all of the stretch")

const briefColumns = `r.account_id, r.resource, f.check_id, f.subject, f.region, f.status, f.severity, f.known, f.known_since,
	f.first_seen, f.status_since, f.last_seen, f.waived`

// findingRow is a row of findings as it is read.
type findingRow struct {
	last  *lastRun
	brief bool

	f                                          audit.Finding // what needs no conversion
	status, severity, known                    int
	knownSince, firstSeen, statusSince, lastAt int64
	rule, detail                               int64
	fingerprint                                any
	texts
}

func newFindingRow(r *reading, l *lastRun, brief bool) *findingRow {
	return &findingRow{last: l, brief: brief, texts: newTexts(r)}
}

func (row *findingRow) columns() []any {
	f := &row.f
	list := []any{
		&f.AccountID, &f.Resource, &f.Check, &f.Subject, &f.Region, &row.status, &row.severity, &row.known, &row.knownSince,
		&row.firstSeen, &row.statusSince, &row.lastAt, &f.Waived,
	}
	if !row.brief {
		list = append(list, &row.rule, &row.detail, &row.fingerprint)
	}
	return list
}

func (row *findingRow) finding() (f audit.Finding, err error) {
	f = row.f
	f.ID = audit.FindingID(f.Check, f.Resource, f.Subject)
	f.Severity = audit.Severity(row.severity)
	if f.Status, err = statusOf(row.status); err != nil {
		return f, err
	}
	f.FirstSeen, f.StatusSince, f.LastSeen = instant(row.firstSeen), instant(row.statusSince), instant(row.lastAt)
	if f.Status != audit.StatusUnknown {
		f.LastSeen = row.last.seen(f.Check, f.AccountID)
	}
	if row.known != 0 {
		status, err := statusOf(row.known)
		if err != nil {
			return f, err
		}
		f.Known = &audit.Known{Status: status, Since: instant(row.knownSince)}
	}
	if row.brief {
		return f, nil
	}
	f.Fingerprint = unpackDigest(row.fingerprint)
	return f, row.fill(&f, row.rule, row.detail)
}
