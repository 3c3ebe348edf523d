package sqlite

import (
	"context"
	"errors"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// At returns the findings at these places of the run's order, whole, in the
// order of places; those that are not there are left out. The run has to be
// the last one, else the error is audit.ErrSuperseded.
func (s *Reader) At(ctx context.Context, runID string, places []audit.Position) (list []audit.Finding, err error) {
	err = s.read(ctx, "reading findings", func(r *reading) error {
		l, err := r.lastOf(runID)
		if err != nil || l == nil {
			return err
		}
		row := newFindingRow(r, l, false)
		for _, p := range places {
			at := stretch{where: `r.account_id = ? AND r.resource = ? AND f.check_id = ? AND f.subject = ?`, args: []any{p.AccountID, p.Resource, p.Check, p.Subject}, most: 1}
			err := r.walk(&at, condition{}, row, func(f audit.Finding) error {
				list = append(list, f)
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// Find tells where the finding with that ID stands in the order of the last
// run, which has to be the one with that ID; false if there is none. IDs are
// digests, so that it takes those of every resource to find one: a fifth of a
// second where there are 200,000.
func (s *Reader) Find(ctx context.Context, runID, id string) (at audit.Position, there bool, err error) {
	err = s.read(ctx, "looking for a finding", func(r *reading) error {
		l, err := r.lastOf(runID)
		if err != nil || l == nil {
			return err
		}
		at, there, err = r.find(l, id)
		return err
	})
	return at, there, err
}

func (r *reading) find(l *lastRun, id string) (audit.Position, bool, error) {
	checks, err := r.checks(l)
	if err != nil {
		return audit.Position{}, false, err
	}
	var p audit.Position
	var candidates []audit.Position
	compare := func(check string) {
		if audit.FindingID(check, p.Resource, p.Subject) == id {
			candidates = append(candidates, audit.Position{AccountID: p.AccountID, Resource: p.Resource, Check: check, Subject: p.Subject})
		}
	}
	err = r.each(`SELECT account_id, resource FROM resources`, nil, []any{&p.AccountID, &p.Resource}, func() error {
		for _, check := range checks {
			compare(check)
		}
		return nil
	})
	if err != nil {
		return p, false, err
	}
	const subjects = `SELECT r.account_id, r.resource, f.check_id, f.subject FROM findings f INDEXED BY findings_subject
		CROSS JOIN resources r ON r.id = f.resource WHERE f.subject <> ''`
	err = r.each(subjects, nil, []any{&p.AccountID, &p.Resource, &p.Check, &p.Subject}, func() error {
		compare(p.Check)
		return nil
	})
	if err != nil {
		return p, false, err
	}
	return r.exists(candidates)
}

// exists returns the first of the places that has a finding: a bucket that
// moved stands in two accounts, and has each finding in one of them.
func (r *reading) exists(places []audit.Position) (audit.Position, bool, error) {
	for _, p := range places {
		var one int
		there, err := r.one(`SELECT 1 FROM resources r CROSS JOIN findings f ON f.resource = r.id
			WHERE r.account_id = ? AND r.resource = ? AND f.check_id = ? AND f.subject = ?`, []any{p.AccountID, p.Resource, p.Check, p.Subject}, &one)
		if err != nil || there {
			return p, there, err
		}
	}
	return audit.Position{}, false, nil
}

// checks are those that findings of the last run can be of.
func (r *reading) checks(l *lastRun) ([]string, error) {
	rec, err := r.lastRecorded(l)
	if err != nil {
		return nil, err
	}
	list := slices.Concat(rec.Header.Checks, rec.LeftOut.Checks)
	slices.Sort(list)
	return slices.Compact(list), nil
}

func (r *reading) lastRecorded(l *lastRun) (last audit.Recorded, err error) {
	err = r.recorded(`WHERE r.seq = ?`, []any{l.seq}, func(rec audit.Recorded) error {
		last = rec
		return nil
	})
	return last, err
}

// RunWithID returns a recorded run; false if there is none or it was pruned.
func (s *Reader) RunWithID(ctx context.Context, runID string) (run audit.Recorded, there bool, err error) {
	err = s.read(ctx, "reading a run", func(r *reading) error {
		return r.recorded(`WHERE r.run_id = ? AND r.header IS NOT NULL`, []any{runID}, func(rec audit.Recorded) error {
			run, there = rec, true
			return errEnough
		})
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return run, there, err
}
