package audit

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"
	"time"
)

// compare fills in what changed since the prior run and what a store has to
// write.
func (t *settler) compare(run *Run, absent absentees) {
	digests := make([]int64, len(run.Findings))
	inParallel(len(digests), func(i int) {
		f := &run.Findings[i]
		digests[i] = rowDigest(f, absent.missed[findingKeyOf(f.Check, f.Resource, f.Subject)])
	})
	for i := range run.Findings {
		f := &run.Findings[i]
		key := findingKeyOf(f.Check, f.Resource, f.Subject)
		_, prior := t.Prior.find(key)
		if kind := changeOf(prior, f); kind != "" {
			run.Changes = append(run.Changes, t.change(prior, f, kind))
		}
		if prior == nil || prior.digest != digests[i] {
			run.Delta.Rows = append(run.Delta.Rows, Row{
				Finding: f, Missed: absent.missed[key], FailFingerprint: t.failFingerprint(key, f), Digest: digests[i],
			})
		}
	}
	run.Delta.Removed = slices.Clone(t.Prior.removed)
	for _, e := range absent.removed {
		run.Delta.Removed = append(run.Delta.Removed, e.key.String())
		run.Changes = append(run.Changes, t.removal(e))
	}
	slices.Sort(run.Delta.Removed)
	run.Delta.Removed = slices.Compact(run.Delta.Removed)
	slices.SortFunc(run.Changes, func(a, b Change) int { return a.position().Compare(b.position()) })
	run.Delta.Changes = slices.Concat(t.Prior.changes, run.Changes)
}

func (t *settler) change(prior *entry, f *Finding, kind ChangeKind) Change {
	c := Change{
		FindingID: f.ID, Check: f.Check, AccountID: f.AccountID, Region: f.Region, Resource: f.Resource, Subject: f.Subject,
		Kind: kind, To: f.Status, At: t.Snapshot.TakenAt, RunID: t.RunID,
	}
	if prior != nil {
		c.From = prior.status.status()
	}
	return c
}

func (t *settler) removal(e *entry) Change {
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
func (t *settler) failFingerprint(key findingKey, f *Finding) string {
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
