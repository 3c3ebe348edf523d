package sqlite

import (
	"maps"
	"math"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// stretch is a part of the findings, to be gone through in the order of a run.
type stretch struct {
	where string
	args  []any
	// most is how many findings of it can match.
	most int
}

// stretches cuts what the query can select into parts, in the order of a run.
func (r *reading) stretches(l *lastRun, q *audit.Query) ([]stretch, error) {
	most, err := r.matching(l, q)
	if err != nil {
		return nil, err
	}
	if q.Bucket != "" {
		return r.ofBucket(q, most)
	}
	var list []stretch
	for _, account := range slices.Sorted(maps.Keys(most)) {
		s := stretch{`r.account_id = ?`, []any{account}, most[account]}
		if a := q.After; a != nil && account < a.AccountID {
			continue
		} else if a != nil && account == a.AccountID {
			s.where += ` AND r.resource >= ? AND (r.resource > ? OR (f.check_id, f.subject) > (?, ?))`
			s.args = append(s.args, a.Resource, a.Resource, a.Check, a.Subject)
		}
		list = append(list, s)
	}
	return list, nil
}

// matching tells in which accounts there can be what the query selects, and
// how much of it. The tallies of a run that left nothing out know, so that
// what is rare is not searched for everywhere.
func (r *reading) matching(l *lastRun, q *audit.Query) (map[string]int, error) {
	if l.tallied {
		return tallied(l.tallies, q), nil
	}
	most := map[string]int{}
	var account string
	err := r.each(`SELECT DISTINCT account_id FROM resources`, nil, []any{&account}, func() error {
		if (q.AccountID == "" || q.AccountID == account) && !slices.Contains(l.leftOut().Accounts, account) {
			most[account] = math.MaxInt
		}
		return nil
	})
	return most, err
}

// tallied counts by account what the query can select in the whole run.
func tallied(tallies []audit.Tally, q *audit.Query) map[string]int {
	most := map[string]int{}
	for i := range tallies {
		t := &tallies[i]
		// Outstanding and After look closer than a tally can.
		like := audit.Finding{Check: t.Check, Status: t.Status, Severity: t.Severity, AccountID: t.AccountID, Waived: t.Waived}
		alike := audit.Query{Check: q.Check, Status: q.Status, Severity: q.Severity, AccountID: q.AccountID, Waived: q.Waived}
		if !alike.Matches(&like) {
			continue
		}
		n := t.Findings
		if q.Outstanding && t.Status != audit.StatusUnknown {
			n = t.Open
		}
		if n > 0 {
			most[t.AccountID] += n
		}
	}
	return most
}

// ofBucket finds the resources that have to do with a bucket: itself, in
// whichever accounts it is seen, and those with findings about it.
func (r *reading) ofBucket(q *audit.Query, most map[string]int) (list []stretch, err error) {
	const query = `SELECT id, account_id, resource FROM resources WHERE bucket = ?1
		UNION SELECT r.id, r.account_id, r.resource FROM findings f INDEXED BY findings_subject CROSS JOIN resources r ON r.id = f.resource
			WHERE f.subject = ?1 AND f.subject <> '' AND r.bucket IS NULL
		ORDER BY 2, 3`
	var id int64
	var account, resource string
	err = r.each(query, []any{q.Bucket}, []any{&id, &account, &resource}, func() error {
		s := stretch{`r.id = ? AND (r.bucket IS NOT NULL OR f.subject = ?)`, []any{id, q.Bucket}, most[account]}
		here := audit.Position{AccountID: account, Resource: resource}
		if a := q.After; a != nil {
			if (audit.Position{AccountID: a.AccountID, Resource: a.Resource}).Compare(here) > 0 {
				return nil
			}
			if a.AccountID == account && a.Resource == resource {
				s.where += ` AND (f.check_id, f.subject) > (?, ?)`
				s.args = append(s.args, a.Check, a.Subject)
			}
		}
		if s.most > 0 {
			list = append(list, s)
		}
		return nil
	})
	return list, err
}

// condition is what each row of every stretch is held to.
type condition struct {
	where string
	args  []any
	// outstanding tells that only outstanding findings can meet it.
	outstanding bool
}

// conditions are those of the query, and that the run did not leave it out.
func conditions(l *lastRun, q *audit.Query) (c condition) {
	add := func(term string, args ...any) { c.where, c.args = c.where+" AND "+term, append(c.args, args...) }
	if q.Check != "" {
		add(`f.check_id = ?`, q.Check)
	}
	if q.Status != "" {
		code, err := codeOf(q.Status)
		if err != nil {
			code = -1 // which no finding has
		}
		add(`f.status = ?`, code)
	}
	if q.Severity != 0 {
		add(`f.severity = ?`, int(q.Severity))
	}
	if q.Waived != nil {
		add(`f.waived = ?`, *q.Waived)
	}
	for _, check := range l.leftOut().Checks {
		add(`f.check_id <> ?`, check)
	}
	// A fail or an unknown is outstanding by its status alone.
	c.outstanding = q.Outstanding || q.Status == audit.StatusFail || q.Status == audit.StatusUnknown
	if c.outstanding {
		add(`(f.status = 3 OR f.known = 2)`)
	}
	return c
}

// selection is the statement that reads the rows of a stretch.
func selection(s *stretch, held condition, brief bool) string {
	columns, index := briefColumns, ``
	if !brief {
		columns += `, f.rule, f.detail, f.fingerprint`
	}
	if held.outstanding {
		index = ` INDEXED BY findings_outstanding`
	}
	return `SELECT ` + columns + ` FROM resources r CROSS JOIN findings f` + index + ` ON f.resource = r.id
		WHERE ` + s.where + held.where + ` ORDER BY r.resource, f.check_id, f.subject`
}
