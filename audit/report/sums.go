package report

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Sums are what a set of findings came to in the period.
type Sums struct {
	Time Time `json:"time"`
	// Start and End count the findings at the two ends of the period; Start
	// is when the history begins, if that is later.
	Start State `json:"start"`
	End   State `json:"end"`
	// Start.Open + Opened - Resolved - OpenRemoved = End.Open: Opened and
	// Resolved count the failures of the period that evidence opened and
	// resolved, OpenRemoved those whose subject is gone.
	Opened      int `json:"opened"`
	Resolved    int `json:"resolved"`
	OpenRemoved int `json:"open_removed"`
	// Appeared and Removed count the findings that came into scope and left it:
	// Start.Findings + Appeared - Removed = End.Findings.
	Appeared int `json:"appeared"`
	Removed  int `json:"removed"`
	// ToFix is of the failures that were resolved in the period.
	ToFix TimeToFix `json:"time_to_fix"`
	// OldestOpen is since when the oldest failure that is open at the end is
	// known to fail, nil if none is.
	OldestOpen *OldestOpen `json:"oldest_open,omitempty"`
}

// Time splits the time of findings in the period; see the package comment.
// Compliant + Failing + Unknown + NotApplicable + NotObserved = InScope, and
// InScope + OutOfScope = the period's length times the number of findings.
type Time struct {
	Compliant     FindingTime `json:"compliant_seconds"`
	Failing       FindingTime `json:"failing_seconds"`
	Unknown       FindingTime `json:"unknown_seconds"`
	NotApplicable FindingTime `json:"not_applicable_seconds"`
	NotObserved   FindingTime `json:"not_observed_seconds"`
	InScope       FindingTime `json:"in_scope_seconds"`
	OutOfScope    FindingTime `json:"out_of_scope_seconds"`
	// Findings is how many findings were seen in the period.
	Findings int `json:"findings"`
	// Shares are of InScope.
	Shares Shares `json:"shares"`
}

// Shares are parts of the time in scope. The first five sum up to 1, or are all
// 0 if there is no such time.
type Shares struct {
	Compliant     float64 `json:"compliant"`
	Failing       float64 `json:"failing"`
	Unknown       float64 `json:"unknown"`
	NotApplicable float64 `json:"not_applicable"`
	NotObserved   float64 `json:"not_observed"`
	// Compliance is Compliant as a share of the time that was observed and in
	// which the check applied: Compliant + Failing + Unknown. nil if there is
	// no such time.
	Compliance *float64 `json:"compliance,omitempty"`
}

// State counts findings at an instant. Findings = Pass + Fail + Unknown +
// NotApplicable.
type State struct {
	Findings      int `json:"findings"`
	Pass          int `json:"pass"`
	Fail          int `json:"fail"`
	Unknown       int `json:"unknown"`
	NotApplicable int `json:"not_applicable"`
	// Open counts the open failures: the fails, and the unknowns that were a
	// fail when they could last be read.
	Open int `json:"open"`
	// Waived counts the findings that a waiver covers. The history keeps that of
	// the last run only: it is 0 at the start, and at an end before that run.
	Waived int `json:"waived"`
}

// TimeToFix is how long failures were open. Those of which it is not known
// since when are left out of N.
type TimeToFix struct {
	N      int      `json:"n"`
	Median Duration `json:"median_seconds"`
	Mean   Duration `json:"mean_seconds"`
	Max    Duration `json:"max_seconds"`
}

// OldestOpen is the failure that is open longest.
type OldestOpen struct {
	Failure Subject  `json:"failure"`
	Age     Duration `json:"age_seconds"` // at the end of the period
}

// Check is what one check came to.
type Check struct {
	ID       string         `json:"id"`
	Title    string         `json:"title"` // the ID, of a check that this version does not have
	Severity audit.Severity `json:"severity,omitempty"`
	// Doc is the check's documentation; empty like Severity.
	Doc      Doc             `json:"doc"`
	Controls []audit.Control `json:"controls"`
	// InUse tells whether a run that the period rests on went by the check.
	InUse bool `json:"in_use"`
	Sums
}

// Doc is what a report says of a check.
type Doc struct {
	Why     string   `json:"why"`
	Judges  string   `json:"judges"`
	Fix     string   `json:"fix"`
	Sources []string `json:"sources"`
}
