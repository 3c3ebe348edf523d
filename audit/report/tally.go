package report

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// tally adds findings up to Sums.
type tally struct {
	Sums
	fixes []Duration
}

// add counts a finding of which the period has seen something; known is the
// part of it that the history reaches. waived tells whether a waiver covers the
// finding at the end.
func (s *tally) add(t timeline, period, known span, observed *mask, subject Subject, waived bool) {
	s.Time.Findings++
	s.Time.add(t, period, observed)
	s.Start.add(t.at(known.from))
	end := t.at(period.until)
	s.End.add(end)
	if end != nil && waived {
		s.End.Waived++
	}
	for i := range t {
		if t[i].born && within(t[i].from, known) {
			s.Appeared++
		}
		if t[i].gone && within(t[i].until, known) {
			s.Removed++
		}
	}
	for _, e := range t.failures() {
		s.failure(t, e, known, subject)
	}
}

func within(at int64, period span) bool { return period.from <= at && at < period.until }

// failure counts one failure of a finding.
func (s *tally) failure(t timeline, e episode, known span, subject Subject) {
	first, last := &t[e.first], &t[e.last]
	if within(first.from, known) {
		s.Opened++
	}
	since := first.since
	switch {
	case within(last.until, known) && last.gone:
		s.OpenRemoved++
	case within(last.until, known):
		s.Resolved++
		if since != never {
			s.fixes = append(s.fixes, Duration(last.until-since))
		}
	case first.from < known.until && last.until >= known.until && since != never:
		s.older(&OldestOpen{Failure: subject, Age: Duration(known.until - since)})
	}
}

func (s *tally) older(o *OldestOpen) {
	if o != nil && (s.OldestOpen == nil || o.Age > s.OldestOpen.Age) {
		s.OldestOpen = o
	}
}

// merge adds what another tally has of other findings.
func (s *tally) merge(o *tally) {
	s.Time.merge(&o.Time)
	s.Start.merge(&o.Start)
	s.End.merge(&o.End)
	s.Opened += o.Opened
	s.Resolved += o.Resolved
	s.OpenRemoved += o.OpenRemoved
	s.Appeared += o.Appeared
	s.Removed += o.Removed
	s.fixes = append(s.fixes, o.fixes...)
	s.older(o.OldestOpen)
}

// sums is what the tally came to.
func (s *tally) sums() Sums {
	sums := s.Sums
	sums.Time.Shares = sharesOf(&sums.Time)
	sums.ToFix = toFix(slices.Clone(s.fixes))
	return sums
}

func toFix(fixes []Duration) TimeToFix {
	n := len(fixes)
	if n == 0 {
		return TimeToFix{}
	}
	slices.Sort(fixes)
	f := TimeToFix{N: n, Max: fixes[n-1], Median: (fixes[(n-1)/2] + fixes[n/2]) / 2}
	for _, d := range fixes {
		f.Mean += d / Duration(n) // the sum may be more than a Duration holds
	}
	return f
}

func (t *Time) add(states timeline, period span, observed *mask) {
	var scope FindingTime
	for i := range states {
		s := states[i].clip(period)
		if s.empty() {
			continue
		}
		seen := observed.within(s)
		scope += s.length()
		t.NotObserved += s.length() - seen
		switch states[i].status {
		case audit.StatusPass:
			t.Compliant += seen
		case audit.StatusFail:
			t.Failing += seen
		case audit.StatusNotApplicable:
			t.NotApplicable += seen
		default:
			t.Unknown += seen
		}
	}
	t.InScope += scope
	t.OutOfScope += period.length() - scope
}

func (t *Time) merge(o *Time) {
	t.Compliant += o.Compliant
	t.Failing += o.Failing
	t.Unknown += o.Unknown
	t.NotApplicable += o.NotApplicable
	t.NotObserved += o.NotObserved
	t.InScope += o.InScope
	t.OutOfScope += o.OutOfScope
	t.Findings += o.Findings
}

func sharesOf(t *Time) Shares {
	if t.InScope == 0 {
		return Shares{}
	}
	of := func(part FindingTime) float64 { return float64(part) / float64(t.InScope) }
	s := Shares{
		Compliant: of(t.Compliant), Failing: of(t.Failing), Unknown: of(t.Unknown),
		NotApplicable: of(t.NotApplicable), NotObserved: of(t.NotObserved),
	}
	if applied := t.Compliant + t.Failing + t.Unknown; applied > 0 {
		share := float64(t.Compliant) / float64(applied)
		s.Compliance = &share
	}
	return s
}

func (s *State) add(at *state) {
	if at == nil {
		return
	}
	s.Findings++
	switch at.status {
	case audit.StatusPass:
		s.Pass++
	case audit.StatusFail:
		s.Fail++
	case audit.StatusNotApplicable:
		s.NotApplicable++
	default:
		s.Unknown++
	}
	if at.failing {
		s.Open++
	}
}

func (s *State) merge(o *State) {
	s.Findings += o.Findings
	s.Pass += o.Pass
	s.Fail += o.Fail
	s.Unknown += o.Unknown
	s.NotApplicable += o.NotApplicable
	s.Open += o.Open
	s.Waived += o.Waived
}
