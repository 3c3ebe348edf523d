package audit

import (
	"slices"

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
	// Cores is how many cores settling takes; the zero value is AllCores.
	Cores int
	// Schedule is Run.Schedule.
	Schedule string
}

// Settle makes the run of the verdicts: it gives every finding its identity
// and its ages, decides what becomes of findings that got no verdict, marks
// what is waived and tells what changed. It is pure; Prior.Advance takes the
// result into account for the next run.
func Settle(s Settlement) *Run {
	t := Begin(s)
	findings := t.Add(s.Verdicts)
	run := t.End(s.Times)
	run.Findings = mergeFindings(findings, run.Findings)
	return run
}

// Settling is Settle with verdicts that come a part at a time, so that not
// every finding need be in memory at once. It is used by one goroutine.
type Settling struct {
	*Settlement
	checks  map[string]*Check
	waivers []waiverTally
	tallies tallies
	changes []Change
	rows    rowPacker
	// judged and seen tell of each prior finding whether it got a verdict, and
	// one with evidence.
	judged, seen []bool
}

// Begin begins to settle a run; Verdicts and Times of the settlement are not
// looked at.
func Begin(s Settlement) *Settling {
	t := &Settling{
		Settlement: &s, checks: make(map[string]*Check, len(s.Checks)), waivers: make([]waiverTally, len(s.Waivers)),
		tallies: tallies{}, judged: make([]bool, s.Prior.Len()), seen: make([]bool, s.Prior.Len()),
	}
	for i := range s.Checks {
		t.checks[s.Checks[i].ID] = &s.Checks[i]
	}
	for i := range s.Waivers {
		t.waivers[i].expired = !s.Snapshot.TakenAt.Before(s.Waivers[i].Expires.End())
	}
	return t
}

// Add settles verdicts of the run and returns their findings, in their order.
// Parts may come in any order; each verdict comes once.
func (t *Settling) Add(verdicts []Verdict) []Finding { return t.add(verdicts, nil) }

// End makes the run. Its Findings are those that Add has not returned: what
// is left of findings that got no verdict.
func (t *Settling) End(times Times) *Run {
	absent := t.absent()
	run := &Run{Unread: unread(t.Snapshot), Findings: t.add(absent.unknown, absent.missed), LeftOut: t.LeftOut, Schedule: t.Schedule}
	run.Waivers = t.waiverUses()
	run.Tallies, run.Collected = t.tallies.sorted(), collected(t.Snapshot)
	run.Header = header(t.RunID, t.Snapshot, t.Checks, times)
	run.Header.Counts = count(run.Tallies)
	if t.Prior != nil {
		t.compared(run, absent.removed)
	}
	return run
}

func (t *Settling) add(verdicts []Verdict, missed map[findingKey]int) []Finding {
	findings := make([]Finding, len(verdicts))
	known := make([]settled, len(verdicts))
	inParallel(t.Cores, len(verdicts), func(i int) {
		f, s := &findings[i], &known[i]
		*f, s.key = t.finding(&verdicts[i])
		t.waive(f)
		if t.Prior != nil {
			s.missed = missed[s.key]
			s.digest = rowDigest(f, s.missed)
		}
	})
	for i := range findings {
		f := &findings[i]
		t.tallies.add(f)
		if t.Prior != nil {
			t.compare(f, known[i])
		}
	}
	return findings
}

// settled is what comparing a finding takes beside itself.
type settled struct {
	key    findingKey
	missed int
	digest int64
}

// Interrupted makes the run that was cut short before it could judge: it is
// partial, has no findings and changes nothing.
func Interrupted(runID string, s *snapshot.Snapshot, checks []Check, times Times) *Run {
	run := &Run{Unread: unread(s), Findings: []Finding{}, LeftOut: LeftOut{Everything: true}}
	run.Header = header(runID, s, checks, times)
	run.Header.Result = Partial
	return run
}

// finding gives a verdict its identity and its ages. unknown never touches
// what is known.
func (t *Settling) finding(v *Verdict) (Finding, findingKey) {
	takenAt := t.Snapshot.TakenAt
	f, key := newFinding(t.checks[v.Check], v)
	f.FirstSeen, f.StatusSince = takenAt, takenAt
	if _, e := t.Prior.find(key); e != nil {
		f.FirstSeen, f.LastSeen, f.Known = instant(e.firstSeen), instant(e.lastSeen), e.knownStatus()
		if e.status.status() == f.Status {
			f.StatusSince = instant(e.statusSince)
		}
	}
	if f.Status == StatusUnknown {
		return f, key
	}
	f.LastSeen = takenAt
	if f.Known == nil || f.Known.Status != f.Status {
		f.Known = &Known{Status: f.Status, Since: takenAt}
	}
	return f, key
}

// SortFindings sorts by Position, the order of every output.
func SortFindings(findings []Finding) {
	slices.SortFunc(findings, func(a, b Finding) int { return a.Position().Compare(b.Position()) })
}

func mergeFindings(a, b []Finding) []Finding {
	if len(b) == 0 {
		return a
	}
	merged := slices.Concat(a, b)
	SortFindings(merged)
	return merged
}
