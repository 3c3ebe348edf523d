package audit

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Prior is what Settle has to know of earlier runs: for each finding its
// identity, its statuses and its ages, in about 120 bytes, of which those on
// one resource share some if they are added one after the other. It is not
// safe for use while it is changed. The nil Prior knows nothing.
type Prior struct {
	entries entries
	index   keyIndex
	// subject is the one that was added last, for the next to share.
	subject *Subject
	// fails holds the fingerprints of open failures, which are few.
	fails map[findingKey]string
	// removed and changes could not be recorded yet.
	removed []string
	changes []Change
}

// maxUnrecorded bounds the changes that wait for a store that fails run after
// run; beyond it the oldest are given up.
const maxUnrecorded = 100_000

// NewPrior returns a Prior that knows nothing yet, with room for n findings.
func NewPrior(n int) *Prior {
	return &Prior{index: newKeyIndex(n), fails: map[findingKey]string{}}
}

// Len is how many findings there are.
func (p *Prior) Len() int {
	if p == nil {
		return 0
	}
	return p.entries.len
}

// Add puts a finding in as a store holds it. Of Row.Finding only ID, Check,
// AccountID, Region, Resource, Subject, Status, Known, Waived and the times
// count, LastSeen included; the rest need not be read. It fails on what is no
// ID of a finding or no status, and keeps nothing of the row alive.
func (p *Prior) Add(r Row) error {
	key, ok := keyOf(r.Finding.ID)
	if !ok {
		return fmt.Errorf("%.40q is no id of a finding", r.Finding.ID)
	}
	if !slices.Contains(Statuses(), r.Finding.Status) {
		return fmt.Errorf("finding %s has no status %.40q", r.Finding.ID, r.Finding.Status)
	}
	if k := r.Finding.Known; k != nil && (k.Status == StatusUnknown || !slices.Contains(Statuses(), k.Status)) {
		return fmt.Errorf("finding %s has no known status %.40q", r.Finding.ID, k.Status)
	}
	if r.Digest == 0 {
		return errors.New("finding " + r.Finding.ID + " has no digest")
	}
	p.put(key, r)
	return nil
}

func (p *Prior) put(key findingKey, r Row) {
	if at, ok := p.index.find(&p.entries, key); ok {
		e := p.entries.at(at)
		*e = newEntry(key, r, e.subject)
	} else {
		e := newEntry(key, r, p.subject)
		p.entries.add(e)
		p.index.added(&p.entries)
		p.subject = e.subject
	}
	if r.FailFingerprint == "" {
		delete(p.fails, key)
	} else {
		p.fails[key] = strings.Clone(r.FailFingerprint)
	}
}

// find returns the place of the finding and the entry there, nil if there is
// none.
func (p *Prior) find(key findingKey) (int, *entry) {
	if p == nil {
		return 0, nil
	}
	at, ok := p.index.find(&p.entries, key)
	if !ok {
		return 0, nil
	}
	return at, p.entries.at(at)
}

func (p *Prior) failFingerprint(key findingKey) string {
	if p == nil {
		return ""
	}
	return p.fails[key]
}

func (p *Prior) remove(key findingKey) {
	if _, e := p.find(key); e != nil {
		p.index.remove(&p.entries, key)
		delete(p.fails, key)
	}
}

// Advance makes p what is known after the run, which Settle made of p as it
// is; recorded tells whether a store has the run. What it has not is in the Delta
// of the next run again, so that the store catches up once it works.
func (p *Prior) Advance(run *Run, recorded bool) {
	if run.LeftOut.Everything {
		return
	}
	seen := nanos(run.Header.TakenAt)
	for at, is := range run.Delta.Seen {
		if is {
			p.entries.at(at).lastSeen = seen
		}
	}
	for _, id := range run.Delta.Removed {
		if key, ok := keyOf(id); ok {
			p.remove(key)
		}
	}
	for r := range run.Delta.Rows.All() {
		if !recorded {
			r.Digest = 0
		}
		if key, ok := keyOf(r.Finding.ID); ok {
			p.put(key, r)
		}
	}
	p.removed, p.changes = nil, nil
	if !recorded {
		p.removed = slices.Clone(run.Delta.Removed)
		p.changes = slices.Clone(run.Delta.Changes[max(0, len(run.Delta.Changes)-maxUnrecorded):])
	}
}
