package prometheus

import (
	"slices"
	"strconv"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// view is a run as the page shows it.
type view struct {
	run *audit.Run
	// severities of each check of the run: those of its findings, or where
	// there are none the one that the catalogue knows.
	severities map[string][]audit.Severity
	states     []state
	dropped    int // states left out by the cap
}

func newView(run *audit.Run, maxFindings int, catalogue map[string]audit.Severity) *view {
	v := &view{run: run, severities: map[string][]audit.Severity{}}
	for i := range run.Tallies {
		t := &run.Tallies[i]
		if known := v.severities[t.Check]; !slices.Contains(known, t.Severity) {
			v.severities[t.Check] = append(known, t.Severity)
		}
	}
	for _, id := range run.Header.Checks {
		if severity, known := catalogue[id]; known && len(v.severities[id]) == 0 {
			v.severities[id] = []audit.Severity{severity}
		}
	}
	v.states, v.dropped = statesOf(run.Findings, maxFindings)
	return v
}

// eachExpected calls fill for every check and account of the run, whose
// series exist also if there is nothing to count.
func (v *view) eachExpected(fill func(check, severity, account string)) {
	for _, check := range v.run.Header.Checks {
		for _, severity := range v.severities[check] {
			for i := range v.run.Header.Accounts {
				fill(check, severity.String(), v.run.Header.Accounts[i].ID)
			}
		}
	}
}

func (v *view) findings(s *samples) {
	v.eachExpected(func(check, severity, account string) {
		s.add(0, check, severity, string(audit.StatusFail), account, "false")
		s.add(0, check, severity, string(audit.StatusUnknown), account, "false")
	})
	for i := range v.run.Tallies {
		t := &v.run.Tallies[i]
		s.add(float64(t.Findings), t.Check, t.Severity.String(), string(t.Status), t.AccountID, strconv.FormatBool(t.Waived))
	}
}

// openFindings sums over statuses, so that a failure moves between two series
// at most when it is waived, and not when it cannot be read for a while.
func (v *view) openFindings(s *samples) {
	v.eachExpected(func(check, severity, account string) { s.add(0, check, severity, account, "false") })
	for i := range v.run.Tallies {
		if t := &v.run.Tallies[i]; t.Open > 0 {
			s.add(float64(t.Open), t.Check, t.Severity.String(), t.AccountID, strconv.FormatBool(t.Waived))
		}
	}
}

func (v *view) oldestOpen(s *samples) {
	for i := range v.run.Tallies {
		if t := &v.run.Tallies[i]; t.Open > 0 {
			s.least(seconds(t.OldestOpen), t.Check, t.AccountID)
		}
	}
}

func (v *view) oldestUnwaived(s *samples) {
	for i := range v.run.Tallies {
		if t := &v.run.Tallies[i]; t.Open > 0 && !t.Waived {
			s.least(seconds(t.OldestOpen), t.Check, t.AccountID)
		}
	}
}

func (v *view) evaluatedRatio(s *samples) {
	type place struct{ check, account string }
	all, judged := map[place]int{}, map[place]int{}
	for i := range v.run.Tallies {
		t := &v.run.Tallies[i]
		at := place{validUTF8(t.Check), validUTF8(t.AccountID)}
		all[at] += t.Findings
		if t.Status != audit.StatusUnknown {
			judged[at] += t.Findings
		}
	}
	for at, n := range all {
		if n > 0 {
			s.first(float64(judged[at])/float64(n), at.check, at.account)
		}
	}
}

// seconds is the time in seconds since 1970, to the millisecond.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1e3 }
