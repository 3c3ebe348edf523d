package sqlite

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// rowWriter writes the findings of a run.
type rowWriter struct {
	w   *writing
	seq int64 // of the run
	// current counts, by run, the rows that are written now less those that
	// are no more.
	current map[int64]int
	place   place
	newID   counter // of resources
	rule    ruleOf
	// left are resources that lost a finding.
	left    []int64
	moments moments
}

// place is the resource of the last row; rows on one resource follow one
// another.
type place struct {
	account, resource string
	id                int64
	isNew             bool
	// elsewhere is the same bucket in other accounts. It stands there if it
	// was in the configuration of another account before.
	elsewhere []place
}

// ruleOf is the last rule that was written. Findings of a check have it in
// common, and it is costly to write out.
type ruleOf struct {
	rule
	id int64
}

// put writes one finding, in place of the one that was there.
func (rw *rowWriter) put(row *audit.Row) error {
	f := row.Finding
	if err := identified(f.ID, f.Check, f.Resource, f.Subject); err != nil {
		return err
	}
	if err := rw.locate(f); err != nil {
		return err
	}
	if err := rw.clear(f); err != nil {
		return err
	}
	rule, err := rw.ruleID(f)
	if err != nil {
		return err
	}
	text, err := encode(detail{f.Reason, f.Evidence, f.Remediation, f.Waiver})
	if err != nil {
		return err
	}
	detail, err := rw.w.pieces.put(text)
	if err != nil {
		return err
	}
	rw.current[rw.seq]++
	if err := rw.keep(row, rule, detail); err != nil {
		return err
	}
	return rw.insert(row, rule, detail)
}

func (rw *rowWriter) insert(row *audit.Row, rule, detail int64) error {
	f := row.Finding
	status, err := codeOf(f.Status)
	if err != nil {
		return err
	}
	known, knownSince, lastSeen := 0, int64(0), int64(0)
	if f.Known != nil {
		if known, err = codeOf(f.Known.Status); err != nil {
			return err
		}
		knownSince = nanos(f.Known.Since)
	}
	if f.Status == audit.StatusUnknown {
		lastSeen = nanos(f.LastSeen)
	}
	_, err = rw.w.exec(`INSERT INTO findings (resource, check_id, subject, region, status, severity, known, known_since, first_seen, status_since,
		last_seen, waived, missed, run, digest, rule, detail, fingerprint, fail_fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		rw.place.id, f.Check, f.Subject, f.Region, status, int(f.Severity), known, knownSince, nanos(f.FirstSeen), nanos(f.StatusSince),
		lastSeen, f.Waived, row.Missed, rw.seq, row.Digest, rule, detail, packDigest(f.Fingerprint), packDigest(row.FailFingerprint))
	return err
}

// locate makes place that of the finding.
func (rw *rowWriter) locate(f *audit.Finding) error {
	if rw.place.id != 0 && rw.place.account == f.AccountID && rw.place.resource == f.Resource {
		return nil
	}
	rw.place = place{account: f.AccountID, resource: f.Resource}
	bucket := (&audit.Finding{Resource: f.Resource}).Bucket()
	if err := rw.look(bucket); err != nil || rw.place.id != 0 {
		return err
	}
	id, err := rw.newID.next(rw.w, `SELECT coalesce(max(id), 0) FROM resources`)
	if err != nil {
		return err
	}
	rw.place.id, rw.place.isNew = id, true
	_, err = rw.w.exec(`INSERT INTO resources (id, account_id, resource, bucket) VALUES (?, ?, ?, nullif(?, ''))`, id, f.AccountID, f.Resource, bucket)
	return err
}

// look finds the place in the database, and for a bucket those elsewhere.
func (rw *rowWriter) look(bucket string) error {
	p := &rw.place
	if bucket == "" {
		_, err := rw.w.one(`SELECT id FROM resources WHERE account_id = ? AND resource = ?`, []any{p.account, p.resource}, &p.id)
		return err
	}
	var at place
	const query = `SELECT id, account_id FROM resources WHERE bucket = ? AND resource = ?`
	return rw.w.each(query, []any{bucket, p.resource}, []any{&at.id, &at.account}, func() error {
		if at.account == p.account {
			p.id = at.id
		} else {
			p.elsewhere = append(p.elsewhere, at)
		}
		return nil
	})
}

// clear takes away what the finding replaces: its row, and the one that it had
// while its bucket was another account's, which is no part of its identity.
func (rw *rowWriter) clear(f *audit.Finding) error {
	if !rw.place.isNew {
		if _, err := rw.take(rw.place.id, f.Check, f.Subject); err != nil {
			return err
		}
	}
	for _, other := range rw.place.elsewhere {
		if err := rw.takeFrom(other.id, f.Check, f.Subject); err != nil {
			return err
		}
	}
	return nil
}

func (rw *rowWriter) ruleID(f *audit.Finding) (int64, error) {
	if r := &rw.rule; r.id != 0 && r.Title == f.Title && slices.Equal(r.Controls, f.Controls) && (r.Controls == nil) == (f.Controls == nil) {
		return r.id, rw.w.pieces.count(r.id, 1)
	}
	rw.rule = ruleOf{rule: rule{f.Title, f.Controls}}
	text, err := json.Marshal(rw.rule.rule)
	if err != nil {
		return 0, err
	}
	rw.rule.id, err = rw.w.pieces.put(text)
	return rw.rule.id, err
}

// take deletes a finding, and tells whether it was there.
func (rw *rowWriter) take(resource int64, check, subject string) (bool, error) {
	var run, rule, detail int64
	there, err := rw.w.one(`DELETE FROM findings WHERE resource = ? AND check_id = ? AND subject = ? RETURNING run, rule, detail`,
		[]any{resource, check, subject}, &run, &rule, &detail)
	if err != nil || !there {
		return false, err
	}
	rw.current[run]--
	if err := rw.w.pieces.drop(rule); err != nil {
		return true, err
	}
	return true, rw.w.pieces.drop(detail)
}

// settle counts what is current and drops resources without findings.
func (rw *rowWriter) settle() error {
	for seq, n := range rw.current {
		if _, err := rw.w.exec(`UPDATE runs SET current = current + ? WHERE seq = ?`, n, seq); err != nil {
			return err
		}
	}
	for _, id := range rw.left {
		if _, err := rw.w.exec(`DELETE FROM resources WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM findings WHERE resource = ?1)`, id); err != nil {
			return err
		}
	}
	return nil
}

// remove deletes the findings that the run removed. Their ids do not tell
// where they stand, but as a rule there is a change for each that does; where
// none is left of those that the store missed, all findings are searched.
func (rw *rowWriter) remove(d *audit.Delta) error {
	missing := make(map[string]bool, len(d.Removed))
	for _, id := range d.Removed {
		missing[id] = true
	}
	for i := range d.Changes {
		c := &d.Changes[i]
		if !missing[c.FindingID] {
			continue
		}
		if err := rw.removeAt(c.AccountID, c.Resource, c.Check, c.Subject); err != nil {
			return err
		}
		delete(missing, c.FindingID)
	}
	if len(missing) == 0 {
		return nil
	}
	return rw.search(missing)
}

func (rw *rowWriter) removeAt(account, resource, check, subject string) error {
	var id int64
	there, err := rw.w.one(`SELECT id FROM resources WHERE account_id = ? AND resource = ?`, []any{account, resource}, &id)
	if err != nil || !there {
		return err
	}
	return rw.takeFrom(id, check, subject)
}

// takeFrom deletes a finding, and the resource in the end if it was its last.
func (rw *rowWriter) takeFrom(resource int64, check, subject string) error {
	there, err := rw.take(resource, check, subject)
	if there {
		rw.left = append(rw.left, resource)
	}
	return err
}

// search removes findings of which only the ids are known.
func (rw *rowWriter) search(ids map[string]bool) error {
	var where []audit.Position
	var p audit.Position
	const query = `SELECT r.account_id, r.resource, f.check_id, f.subject FROM findings f JOIN resources r ON r.id = f.resource`
	err := rw.w.each(query, nil, []any{&p.AccountID, &p.Resource, &p.Check, &p.Subject}, func() error {
		if ids[audit.FindingID(p.Check, p.Resource, p.Subject)] {
			where = append(where, p)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("searching for findings to remove: %w", err)
	}
	for _, p := range where {
		if err := rw.removeAt(p.AccountID, p.Resource, p.Check, p.Subject); err != nil {
			return err
		}
	}
	return nil
}
