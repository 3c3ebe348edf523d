package sqlite

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// addChanges writes the changes of a run, and what is kept with them.
func (w *writing) addChanges(seq int64, runID string, m *moments) error {
	for i := range m.changes {
		kept, ok := m.kept[i]
		if err := w.addChange(seq, i, runID, &m.changes[i], kept, ok); err != nil {
			return err
		}
	}
	return nil
}

func (w *writing) addChange(seq int64, n int, runID string, c *audit.Change, m moment, kept bool) error {
	from, err := codeOf(c.From)
	if err != nil {
		return err
	}
	to, err := codeOf(c.To)
	if err != nil {
		return err
	}
	known, err := codeOf(c.Known)
	if err != nil {
		return err
	}
	if err := identified(c.FindingID, c.Check, c.Resource, c.Subject); err != nil {
		return err
	}
	var of, rule, detail any
	if c.RunID != runID {
		of = c.RunID
	}
	if kept {
		rule, detail = m.rule, m.detail
	}
	_, err = w.exec(`INSERT INTO changes (run, n, at, kind, from_status, to_status, check_id, account_id, region, resource, subject, run_id,
		first_seen, known, known_since, severity, waived, rule, detail, fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		seq, n, nanos(c.At), string(c.Kind), from, to, c.Check, c.AccountID, c.Region, c.Resource, c.Subject, of,
		nanos(c.FirstSeen), known, nanos(c.KnownSince), int(m.severity), m.waived, rule, detail, m.fingerprint)
	return err
}

// Changes implements audit.Reader.
func (s *Reader) Changes(ctx context.Context, since, until time.Time) iter.Seq2[audit.Change, error] {
	return func(yield func(audit.Change, error) bool) {
		err := s.read(ctx, "reading the changes", func(r *reading) error {
			var row changeRow
			do := yielding(yield)
			return r.each(selectChanges(changeColumns, ""), []any{bound(since), bound(until)}, row.columns(), func() error {
				c, err := row.change()
				if err != nil {
					return err
				}
				return do(c)
			})
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(audit.Change{}, err)
		}
	}
}

// Moments implements audit.Reader.
func (s *Reader) Moments(ctx context.Context, since, until time.Time) iter.Seq2[audit.Moment, error] {
	return func(yield func(audit.Moment, error) bool) {
		err := s.read(ctx, "reading what was found in the past", func(r *reading) error {
			row := momentRow{texts: newTexts(r)}
			do := yielding(yield)
			query := selectChanges(changeColumns+momentColumns, `AND c.kind IN ('opened', 'blinded')`)
			return r.each(query, []any{bound(since), bound(until)}, row.columns(), func() error {
				m, err := row.moment()
				if err != nil {
					return err
				}
				return do(m)
			})
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(audit.Moment{}, err)
		}
	}
}

const (
	changeColumns = `c.at, c.kind, c.from_status, c.to_status, c.check_id, c.account_id, c.region, c.resource, c.subject,
		coalesce(c.run_id, r.run_id), c.first_seen, c.known, c.known_since`
	momentColumns = `, c.severity, c.waived, c.rule, c.detail, c.fingerprint`
)

// selectChanges is the statement that reads changes from one time to another,
// the oldest first.
func selectChanges(columns, also string) string {
	return `SELECT ` + columns + ` FROM changes c INDEXED BY changes_at CROSS JOIN runs r ON r.seq = c.run
		WHERE c.at >= ? AND c.at < ? ` + also + ` ORDER BY c.at, c.run, c.n`
}

// changeRow is a change as it is read.
type changeRow struct {
	c                         audit.Change // what needs no conversion
	at, firstSeen, knownSince int64
	from, to, known           int
}

func (row *changeRow) columns() []any {
	c := &row.c
	return []any{&row.at, &c.Kind, &row.from, &row.to, &c.Check, &c.AccountID, &c.Region, &c.Resource, &c.Subject, &c.RunID, &row.firstSeen, &row.known, &row.knownSince}
}

func (row *changeRow) change() (c audit.Change, err error) {
	c = row.c
	if c.From, err = statusOf(row.from); err != nil {
		return c, err
	}
	if c.To, err = statusOf(row.to); err != nil {
		return c, err
	}
	if c.Known, err = statusOf(row.known); err != nil {
		return c, err
	}
	c.At, c.FirstSeen, c.KnownSince = instant(row.at), instant(row.firstSeen), instant(row.knownSince)
	c.FindingID = audit.FindingID(c.Check, c.Resource, c.Subject)
	return c, nil
}

// momentRow is a change with what is kept of its finding, as it is read.
type momentRow struct {
	changeRow
	texts
	severity     int
	waived       bool
	rule, detail *int64
	fingerprint  any
}

func (row *momentRow) columns() []any {
	return append(row.changeRow.columns(), &row.severity, &row.waived, &row.rule, &row.detail, &row.fingerprint)
}

func (row *momentRow) moment() (m audit.Moment, err error) {
	if m.Change, err = row.change(); err != nil || row.rule == nil || row.detail == nil {
		return m, err
	}
	c := &m.Change
	f := audit.Finding{
		ID: c.FindingID, Check: c.Check, Status: c.To, Severity: audit.Severity(row.severity), AccountID: c.AccountID, Region: c.Region,
		Resource: c.Resource, Subject: c.Subject, FirstSeen: c.FirstSeen, StatusSince: c.At, Waived: row.waived, Fingerprint: unpackDigest(row.fingerprint),
	}
	switch {
	case c.Kind == audit.Opened:
		f.Known = &audit.Known{Status: audit.StatusFail, Since: c.At}
	case c.Known != "":
		f.Known = &audit.Known{Status: c.Known, Since: c.KnownSince}
	}
	m.Finding = &f
	return m, row.fill(&f, *row.rule, *row.detail)
}
