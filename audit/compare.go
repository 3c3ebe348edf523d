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
func (t *Settling) compare(f *Finding, s settled) {
	key := s.key
	at, prior := t.Prior.find(key)
	if prior != nil {
		t.judged[at], t.seen[at] = true, f.Status != StatusUnknown
	}
	if kind := changeOf(prior, f); kind != "" {
		t.changes = append(t.changes, t.change(prior, f, kind))
	}
	if prior == nil || prior.digest != s.digest {
		own := *f
		t.rows.add(Row{Finding: &own, Missed: s.missed, FailFingerprint: t.failFingerprint(key, f), Digest: s.digest})
	}
}

// compared puts what changed, and what a store has to write, into the run.
func (t *Settling) compared(run *Run, removed []*entry) {
	t.rows.sort()
	run.Changes, run.Delta.Rows, run.Delta.Seen = t.changes, t.rows.Rows, t.seen
	run.Delta.Removed = slices.Clone(t.Prior.removed)
	for _, e := range removed {
		run.Delta.Removed = append(run.Delta.Removed, e.key.String())
		run.Changes = append(run.Changes, t.removal(e))
	}
	slices.Sort(run.Delta.Removed)
	run.Delta.Removed = slices.Compact(run.Delta.Removed)
	slices.SortFunc(run.Changes, func(a, b Change) int { return a.position().Compare(b.position()) })
	run.Delta.Changes = slices.Concat(t.Prior.changes, run.Changes)
}

func (t *Settling) change(prior *entry, f *Finding, kind ChangeKind) Change {
	c := Change{
		FindingID: f.ID, Check: f.Check, AccountID: f.AccountID, Region: f.Region, Resource: f.Resource, Subject: f.Subject,
		Kind: kind, To: f.Status, At: t.Snapshot.TakenAt, RunID: t.RunID, FirstSeen: f.FirstSeen,
	}
	if prior != nil {
		c.From, c.Known, c.KnownSince = prior.status.status(), prior.known.status(), instant(prior.knownSince)
	}
	return c
}

func (t *Settling) removal(e *entry) Change {
	s := *e.subject
	return Change{
		FindingID: e.key.String(), Check: e.check.Value(), AccountID: s.AccountID, Region: s.Region, Resource: s.Resource, Subject: s.Key,
		Kind: Removed, From: e.status.status(), At: t.Snapshot.TakenAt, RunID: t.RunID,
		FirstSeen: instant(e.firstSeen), Known: e.known.status(), KnownSince: instant(e.knownSince),
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
// rests on evidence and cannot change while it does not. It takes LastSeen off
// for a moment, since a copy of every finding would be much garbage.
func rowDigest(f *Finding, missed int) int64 {
	defer func(seen time.Time) { f.LastSeen = seen }(f.LastSeen)
	f.LastSeen = time.Time{}
	row := struct {
		*Finding
		Missed int
	}{f, missed}
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(row); err != nil {
		panic(err) // the evidence was JSON a moment ago, a remediation always is
	}
	var sum [sha256.Size]byte
	return cmp.Or(int64(binary.BigEndian.Uint64(h.Sum(sum[:0]))), 1)
}
