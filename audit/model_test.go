package audit_test

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

func keys[K comparable, V any](m map[K]V) iter.Seq[K] {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// model is what should be known of the findings of a world: a plain state
// machine for each, written without a look at Settle.
type model map[*thing]machine

// machine is the state of one finding; the zero machine is no finding.
type machine struct {
	status, known            audit.Status
	first, since, last, aged time.Time
	missing                  int
	streamed                 bool // in the stream of the last run
}

// step feeds a finding what a run saw of it.
func (m machine) step(v view, verdict audit.Status, now time.Time) (machine, audit.ChangeKind) {
	exists := m.status != ""
	m.streamed = false
	switch v {
	case leftOut:
		return m, ""
	case unconfigured:
		return machine{}, gone(exists)
	case missingBucket:
		if !exists {
			return m, ""
		}
		if m.missing == 1 {
			return machine{}, gone(true)
		}
		m.missing = 1
		return m.lose(now)
	case shutOut:
		if !exists {
			return m, ""
		}
		return m.lose(now)
	default:
		if !exists {
			m.first = now
		}
		m.missing = 0
		if verdict == audit.StatusUnknown {
			return m.lose(now)
		}
		return m.gain(verdict, now)
	}
}

func gone(existed bool) audit.ChangeKind {
	if existed {
		return audit.Removed
	}
	return ""
}

// lose is a run without evidence.
func (m machine) lose(now time.Time) (machine, audit.ChangeKind) {
	m.streamed = true
	if m.status == audit.StatusUnknown {
		return m, ""
	}
	m.status, m.since = audit.StatusUnknown, now
	return m, audit.Blinded
}

// gain is a run with evidence.
func (m machine) gain(verdict audit.Status, now time.Time) (machine, audit.ChangeKind) {
	before := m
	m.streamed, m.last = true, now
	if m.status != verdict {
		m.status, m.since = verdict, now
	}
	if m.known != verdict {
		m.known, m.aged = verdict, now
	}
	switch {
	case before.known == verdict && before.status != audit.StatusUnknown:
		return m, ""
	case before.known == verdict:
		return m, audit.Regained
	case verdict == audit.StatusFail:
		return m, audit.Opened
	case before.known == audit.StatusFail:
		return m, audit.Resolved
	case before.status == "":
		return m, ""
	default:
		return m, audit.Changed
	}
}

// run feeds all findings what a run saw, and returns the changes in the order
// of a run.
func (m model) run(w *world, out audit.LeftOut, runID string) (changes []audit.Change) {
	for _, t := range w.things {
		v, verdict := w.see(t, out)
		before := m[t]
		after, kind := before.step(v, verdict, w.now)
		m[t] = after
		if kind == "" {
			continue
		}
		first := after.first
		if kind == audit.Removed {
			first = before.first
		}
		changes = append(changes, audit.Change{
			FindingID: t.id(), Check: t.check, AccountID: t.subject.AccountID, Region: t.subject.Region, Resource: t.subject.Resource, Subject: t.subject.Key,
			Kind: kind, From: before.status, To: after.status, At: w.now, RunID: runID,
			FirstSeen: first, Known: before.known, KnownSince: before.aged,
		})
	}
	slices.SortFunc(changes, func(a, b audit.Change) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Check, b.Check))
	})
	return changes
}

func (t *thing) id() string { return audit.FindingID(t.check, t.subject.Resource, t.subject.Key) }

// aged is what of a finding a model knows.
type aged struct {
	ID                       string
	Status, Known            audit.Status
	First, Since, Last, Aged time.Time
}

func agedOf(f *audit.Finding) aged {
	a := aged{ID: f.ID, Status: f.Status, First: f.FirstSeen, Since: f.StatusSince, Last: f.LastSeen}
	if f.Known != nil {
		a.Known, a.Aged = f.Known.Status, f.Known.Since
	}
	return a
}

// expected are the findings that the model has, by ID: of the last run's
// stream, or all.
func (m model) expected(all bool) []aged {
	var list []aged
	for t, s := range m {
		if s.streamed || all && s.status != "" {
			list = append(list, aged{ID: t.id(), Status: s.status, Known: s.known, First: s.first, Since: s.since, Last: s.last, Aged: s.aged})
		}
	}
	slices.SortFunc(list, func(a, b aged) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
