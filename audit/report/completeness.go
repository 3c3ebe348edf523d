package report

import (
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Completeness says how much of what was to be looked at was looked at.
type Completeness struct {
	Runs Runs `json:"runs"`
	// Observed and NotObserved are the time for which some run speaks and the
	// rest; together they are the period.
	Observed    Duration `json:"observed_seconds"`
	NotObserved Duration `json:"not_observed_seconds"`
	// Gaps are the stretches that no run speaks for, the oldest first; together
	// they are NotObserved.
	Gaps []Gap `json:"gaps"`
	// Bins are the period in at most 200 equal parts, for a chart of the runs.
	Bins      []Bin          `json:"bins"`
	Accounts  AccountCounts  `json:"accounts"`
	ByAccount []Account      `json:"by_account"` // by ID
	Buckets   BucketCounts   `json:"buckets"`
	Unread    []audit.Unread `json:"unread"` // what the last run could not read
}

// Runs counts the runs of the period, against the schedule that the report
// was made with. Planned = Made + Missed + Pending + BeforeHistory, Recorded =
// Complete + Partial + CutShort, and Complete + Partial = Made + Extra.
type Runs struct {
	// Schedule is the spec, "" if none was given: then nothing was planned
	// and every run is extra.
	Schedule string   `json:"schedule"`
	Interval Duration `json:"interval_seconds"` // longest time between two slots

	Planned int `json:"planned"` // slots in the period
	Made    int `json:"made"`    // slots for which a run that judged began before the next slot
	Missed  int `json:"missed"`  // slots for which none did
	// Pending slots had no run yet, and the report's end was not past them by
	// the grace.
	Pending int `json:"pending"`
	// BeforeHistory are the slots of which the history has nothing any more,
	// or nothing yet.
	BeforeHistory int `json:"before_history"`

	Recorded int `json:"recorded"` // runs that began in the period
	Complete int `json:"complete"`
	// Partial runs judged, but could not enter or list some account.
	Partial int `json:"partial"`
	// CutShort runs judged nothing.
	CutShort int `json:"cut_short"`
	// Extra runs judged beside the schedule: begun by hand, at a start, or for
	// a slot before the period.
	Extra int `json:"extra"`
}

// Gap is a stretch of the period that no run speaks for.
type Gap struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	// Missed are the slots since the run before the gap, within the period,
	// that no run was made for.
	Missed int `json:"missed"`
	// BeforeHistory: the history has nothing of it any more, or nothing yet.
	BeforeHistory bool `json:"before_history,omitempty"`
}

// Length is how long the gap is.
func (g Gap) Length() Duration { return Duration(g.Until.Sub(g.From)) }

// Bin is a part of the period.
type Bin struct {
	From        time.Time `json:"from"`
	Until       time.Time `json:"until"`
	Complete    int       `json:"complete"`
	Partial     int       `json:"partial"`
	CutShort    int       `json:"cut_short"`
	Missed      int       `json:"missed"`
	NotObserved Duration  `json:"not_observed_seconds"`
}

// AccountCounts sums the accounts up that a run had in scope whose results
// stand at some time of the period. Expected = Read + ReadSometimes + Failed.
type AccountCounts struct {
	Expected int `json:"expected"`
	// Read accounts were entered and listed by every run that had them.
	Read int `json:"read"`
	// ReadSometimes accounts were by some, and Failed ones by none.
	ReadSometimes int `json:"read_sometimes"`
	Failed        int `json:"failed"`
}

// Account is one account of the period. Runs = OK + Denied + Unreachable +
// Partial, of the period; the durations of the same names are for how long runs that say so
// stand, and with NotObserved and OutOfScope they are the period.
type Account struct {
	ID      string   `json:"id"`
	Name    string   `json:"name,omitempty"`
	Regions []string `json:"regions"`
	Buckets int      `json:"buckets"` // in scope of the last run that had it

	Runs        int `json:"runs"`
	OK          int `json:"ok"`
	Denied      int `json:"denied"`
	Unreachable int `json:"unreachable"`
	Partial     int `json:"partial"`

	Time AccountTime `json:"time"`
	// Access is that of the last run that had it. FailingSince is since which
	// run it is something else than ok, at the earliest the run that the start
	// of the period rests on; zero if it is ok.
	Access       audit.Access `json:"access"`
	FailingSince time.Time    `json:"failing_since,omitzero"`
	// Gone: the last run did not have the account in scope any more.
	Gone bool `json:"gone,omitempty"`
}

// AccountTime splits the period for an account; see Account.
type AccountTime struct {
	OK          Duration `json:"ok_seconds"`
	Denied      Duration `json:"denied_seconds"`
	Unreachable Duration `json:"unreachable_seconds"`
	Partial     Duration `json:"partial_seconds"`
	NotObserved Duration `json:"not_observed_seconds"`
	OutOfScope  Duration `json:"out_of_scope_seconds"`
}

// BucketCounts counts the buckets as the end of the period has them. WithFindings
// = Judged + PartlyJudged + NotJudged.
type BucketCounts struct {
	// Listed are in scope of the last run.
	Listed int `json:"listed"`
	// WithFindings have at least one finding. They differ from Listed by
	// buckets that a listing lacked for the first time.
	WithFindings int `json:"with_findings"`
	// Judged buckets have no unknown, NotJudged ones nothing else.
	Judged       int `json:"judged"`
	PartlyJudged int `json:"partly_judged"`
	NotJudged    int `json:"not_judged"`
}
