package audit

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"
	"time"
)

// compare notes what changed of a finding since the prior run, and whether a
// store has to write it.
func (t *Settling) compare(f *Finding, digest int64, missed map[findingKey]int) {
	key := findingKeyOf(f.Check, f.Resource, f.Subject)
	at, prior := t.Prior.find(key)
	if prior != nil {
		t.judged[at], t.seen[at] = true, f.Status != StatusUnknown
	}
	if kind := changeOf(prior, f); kind != "" {
		t.changes = append(t.changes, t.change(prior, f, kind))
	}
	if prior == nil || prior.digest != digest {
		own := *f
		t.rows = append(t.rows, Row{Finding: &own, Missed: missed[key], FailFingerprint: t.failFingerprint(key, f), Digest: digest})
	}
}

// compared puts what changed, and what a store has to write, into the run.
func (t *Settling) compared(run *Run, removed []*entry) {
	run.Changes, run.Delta.Rows, run.Delta.Seen = t.changes, t.rows, t.seen
	run.Delta.Removed = slices.Clone(t.Prior.removed)
	for _, e := range removed {
		run.Delta.Removed = append(run.Delta.Removed, e.key.String())
		run.Changes = append(run.Changes, t.removal(e))
	}
	slices.Sort(run.Delta.Removed)
	run.Delta.Removed = slices.Compact(run.Delta.Removed)
	slices.SortFunc(run.Changes, func(a, b Change) int { return a.position().Compare(b.position()) })
	slices.SortFunc(run.Delta.Rows, func(a, b Row) int { return a.Finding.Position().Compare(b.Finding.Position()) })
	run.Delta.Changes = slices.Concat(t.Prior.changes, run.Changes)
}

func (t *Settling) change(prior *entry, f *Finding, kind ChangeKind) Change {
	c := Change{
		FindingID: f.ID, Check: f.Check, AccountID: f.AccountID, Region: f.Region, Resource: f.Resource, Subject: f.Subject,
		Kind: kind, To: f.Status, At: t.Snapshot.TakenAt, RunID: t.RunID,
	}
	if prior != nil {
		c.From = prior.status.status()
	}
	return c
}

func (t *Settling) removal(e *entry) Change {
	s := *e.subject
	return Change{
		FindingID: e.key.String(), Check: e.check.Value(), AccountID: s.AccountID, Region: s.Region, Resource: s.Resource, Subject: s.Key,
		Kind: Removed, From: e.status.status(), At: t.Snapshot.TakenAt, RunID: t.RunID,
	}
}

func (c *Change) position() Position {
	return Position{AccountID: c.AccountID, Resource: c.Resource, Check: c.Check, Subject: c.Subject}
}

// failFingerprint is the fingerprint of the failure as it was last seen.
func (t *Settling) failFingerprint(key findingKey, f *Finding) string {
	switch {
	case f.Status == StatusFail:
		return f.Fingerprint
	case f.OpenFailure():
		return t.Prior.failFingerprint(key)
	default:
		return ""
	}
}

// rowDigest is over everything that a Row holds: the finding in the form of
// the stream without LastSeen, which is derived from the runs while the status
// rests on evidence and cannot change while it does not.
func rowDigest(f *Finding, missed int) int64 {
	row := struct {
		Finding
		Missed int
	}{*f, missed}
	row.LastSeen = time.Time{}
	text, err := json.Marshal(row)
	if err != nil {
		panic(err) // the evidence was JSON a moment ago, a remediation always is
	}
	sum := sha256.Sum256(text)
	return cmp.Or(int64(binary.BigEndian.Uint64(sum[:])), 1)
}
