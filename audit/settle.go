package audit

import (
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Settlement is what a run is made of.
type Settlement struct {
	RunID    string
	Snapshot *snapshot.Snapshot
	Checks   []Check   // those that were run
	Verdicts []Verdict // of Evaluate, in its order
	Times    Times
	// Prior is what earlier runs left; nil makes a run without memory, every
	// age of which starts when collection began.
	Prior   *Prior
	Waivers []Waiver
	// LeftOut is what the configuration has beside what the snapshot and
	// Checks have.
	LeftOut LeftOut
	// Discovers reports whether the configuration would discover a bucket of
	// that name in the account, whatever its tags; nil: any bucket of any
	// account. What it would not, and is not named either, is no longer in
	// the configuration.
	Discovers func(accountID, bucket string) bool
}

// Settle makes the run of the verdicts: it gives every finding its identity
// and its ages, decides what becomes of findings that got no verdict, marks
// what is waived and tells what changed. It is pure; Prior.Advance takes the
// result into account for the next run.
func Settle(s Settlement) *Run {
	t := newSettler(&s)
	absent := t.absent()
	verdicts := mergeVerdicts(s.Verdicts, absent.unknown)
	run := &Run{Unread: unread(s.Snapshot), Findings: make([]Finding, len(verdicts)), LeftOut: s.LeftOut}
	inParallel(len(verdicts), func(i int) {
		run.Findings[i] = t.finding(&verdicts[i])
		t.waive(&run.Findings[i])
	})
	run.Waivers = t.waiverUses()
	run.Header = header(s.RunID, s.Snapshot, s.Checks, s.Times)
	run.Tallies, run.Collected = tally(run.Findings), collected(s.Snapshot)
	run.Header.Counts = count(run.Tallies)
	if s.Prior != nil {
		t.compare(run, absent)
	}
	return run
}

// Interrupted makes the run that was cut short before it could judge: it is
// partial, has no findings and changes nothing.
func Interrupted(runID string, s *snapshot.Snapshot, checks []Check, times Times) *Run {
	run := &Run{Unread: unread(s), Findings: []Finding{}, LeftOut: LeftOut{Everything: true}}
	run.Header = header(runID, s, checks, times)
	run.Header.Result = Partial
	return run
}

// settler has what the steps of Settle share.
type settler struct {
	*Settlement
	checks  map[string]*Check
	waivers []waiverTally
}

func newSettler(s *Settlement) *settler {
	t := &settler{Settlement: s, checks: make(map[string]*Check, len(s.Checks)), waivers: make([]waiverTally, len(s.Waivers))}
	for i := range s.Checks {
		t.checks[s.Checks[i].ID] = &s.Checks[i]
	}
	for i := range s.Waivers {
		t.waivers[i].expired = !s.Snapshot.TakenAt.Before(s.Waivers[i].Expires.End())
	}
	return t
}

// finding gives a verdict its identity and its ages. unknown never touches
// what is known.
func (t *settler) finding(v *Verdict) Finding {
	takenAt := t.Snapshot.TakenAt
	f := newFinding(t.checks[v.Check], v)
	f.FirstSeen, f.StatusSince = takenAt, takenAt
	if key, ok := keyOf(f.ID); ok {
		if _, e := t.Prior.find(key); e != nil {
			f.FirstSeen, f.LastSeen, f.Known = instant(e.firstSeen), instant(e.lastSeen), e.knownStatus()
			if e.status.status() == f.Status {
				f.StatusSince = instant(e.statusSince)
			}
		}
	}
	if f.Status == StatusUnknown {
		return f
	}
	f.LastSeen = takenAt
	if f.Known == nil || f.Known.Status != f.Status {
		f.Known = &Known{Status: f.Status, Since: takenAt}
	}
	return f
}

func mergeVerdicts(a, b []Verdict) []Verdict {
	if len(b) == 0 {
		return a
	}
	merged := make([]Verdict, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compareVerdicts(b[0], a[0]) < 0 {
			merged, b = append(merged, b[0]), b[1:]
		} else {
			merged, a = append(merged, a[0]), a[1:]
		}
	}
	return append(append(merged, a...), b...)
}
