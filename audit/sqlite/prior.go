package sqlite

import (
	"context"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Prior implements audit.Store. It reads every row once, in the order of a
// run, so that findings on one resource stand together.
func (s *Store) Prior(ctx context.Context) (p *audit.Prior, err error) {
	err = s.read(ctx, "reading what earlier runs left", func(r *reading) error {
		p, err = r.prior()
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (r *reading) prior() (*audit.Prior, error) {
	var count int
	if _, err := r.one(countFindings, nil, &count); err != nil {
		return nil, err
	}
	p := audit.NewPrior(count)
	l, err := r.last()
	if err != nil || l == nil {
		return p, err
	}
	const query = `SELECT ` + briefColumns + `, f.missed, f.digest, f.fail_fingerprint
		FROM resources r CROSS JOIN findings f ON f.resource = r.id
		ORDER BY r.account_id, r.resource, f.check_id, f.subject`
	row := newFindingRow(r, l, true)
	var f audit.Finding
	kept := audit.Row{Finding: &f} // the Prior keeps nothing of it
	var failed any
	err = r.each(query, nil, append(row.columns(), &kept.Missed, &kept.Digest, &failed), func() (err error) {
		if f, err = row.finding(); err != nil {
			return err
		}
		kept.FailFingerprint = unpackDigest(failed)
		return p.Add(kept)
	})
	return p, err
}
