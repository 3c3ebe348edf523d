package report

import (
	"encoding/json"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Subject identifies a finding.
type Subject struct {
	FindingID string `json:"finding_id"`
	Check     string `json:"check"`
	AccountID string `json:"account_id"`
	Region    string `json:"region"`
	Resource  string `json:"resource"`
	Subject   string `json:"subject"`
}

// Bucket is the name of the bucket that the finding is about, "" if it is
// about none.
func (s Subject) Bucket() string {
	f := audit.Finding{Resource: s.Resource, Subject: s.Subject}
	return f.Bucket()
}

// Outcome says how a failure stood at the end of the period.
type Outcome string

// The outcomes. Only evidence resolves.
const (
	StillOpen Outcome = "open"
	// Unreadable failures are open: they could not be read again.
	Unreadable Outcome = "unreadable"
	Resolved   Outcome = "resolved"
	// Removed: the subject is gone, or no longer in the configuration.
	Removed Outcome = "removed"
)

// Failure is one failure from when it opened until it ended. A finding that
// fails again later has another one.
type Failure struct {
	Subject
	Title    string         `json:"title"`
	Severity audit.Severity `json:"severity"` // informational if nothing tells it any more
	// Opened is since when the finding is known to fail, which can be before
	// the period, as OpenedBefore tells. It is zero if the history does not
	// reach back so far.
	Opened       time.Time `json:"opened,omitzero"`
	OpenedBefore bool      `json:"opened_before,omitempty"`
	OpenedRun    string    `json:"opened_run,omitempty"` // "" if the history has it no more
	Outcome      Outcome   `json:"outcome"`
	// Ended is when it was resolved or removed, zero if it is open; EndedRun is
	// the run that found out.
	Ended    time.Time `json:"ended,omitzero"`
	EndedRun string    `json:"ended_run,omitempty"`
	// Open is from Opened to Ended or the end of the period, 0 if Opened is
	// not known. OpenInPeriod is the part of it within the period.
	Open         Duration `json:"open_seconds"`
	OpenInPeriod Duration `json:"open_in_period_seconds"`
	// Unreadable is for how much of OpenInPeriod it could not be read again, or
	// no run was made.
	Unreadable Duration `json:"unreadable_seconds"`
	// Detail is what was found; nil if it was not kept.
	Detail *Detail `json:"detail,omitempty"`
}

// DetailOf says as of when a Detail is.
type DetailOf string

// The times of details.
const (
	OfOpening DetailOf = "opening"  // the run that opened the failure
	OfLastRun DetailOf = "last_run" // the last run of the history
)

// Detail is what a run found of a failure.
type Detail struct {
	Of       DetailOf        `json:"of"`
	Reason   string          `json:"reason"`
	Evidence json.RawMessage `json:"evidence"`
	// Witness and DecidedBy stand in Evidence too; nil if they do not.
	Witness     json.RawMessage `json:"witness,omitempty"`
	DecidedBy   json.RawMessage `json:"decided_by,omitempty"`
	Fingerprint string          `json:"fingerprint,omitempty"`
	Remedy      *Remedy         `json:"remedy,omitempty"`
	// Waiver is the one that covered the failure then.
	Waiver *audit.WaiverNote `json:"waiver,omitempty"`
}

// Remedy is how the failure can be mended, in short; the finding has the
// whole.
type Remedy struct {
	Kind    audit.RemediationKind `json:"kind"`
	Summary string                `json:"summary"`
	CLI     string                `json:"cli,omitempty"`
}

// Unknown sums up findings of one account that could not be judged for one
// cause. A finding with several causes counts for each.
type Unknown struct {
	AccountID string `json:"account_id"`
	// Operation, ErrorCode and MissingPermission are those of the read that
	// failed; "" where nothing that was read failed, such as for a condition
	// that could not be decided, and where the history did not keep it.
	Operation         string `json:"operation,omitempty"`
	ErrorCode         string `json:"error_code,omitempty"`
	MissingPermission string `json:"missing_permission,omitempty"`
	// Reason is that of one of the findings, "" if it was not kept.
	Reason string   `json:"reason,omitempty"`
	Checks []string `json:"checks"` // IDs, sorted

	Findings int         `json:"findings"`
	From     time.Time   `json:"from"`            // the first time, at the earliest the start of the period
	Until    time.Time   `json:"until"`           // the last time, at the latest the end of the period
	Ongoing  int         `json:"ongoing"`         // findings that are so at the end
	Time     FindingTime `json:"finding_seconds"` // of all findings in the period, less what was not observed
	Examples []Subject   `json:"examples"`        // at most five
}

// Waiver is what a waiver came to in the period.
type Waiver struct {
	ID string `json:"id"`
	audit.Waiver
	// State is that of the last run that had it in its file, or expired if it
	// was by the end of the period.
	State audit.WaiverState `json:"state"`
	// Findings is how many findings it covers.
	Findings int `json:"findings"`
	// Since is the first run of the period that had it, at the earliest the start
	// of the period; zero if that is not kept. Removed is the run of the period
	// that had it no more, zero if the last one has it.
	Since   time.Time `json:"since,omitzero"`
	Removed time.Time `json:"removed,omitzero"`
	// Left is how long it is valid after the end of the period, 0 if it is not.
	Left Duration `json:"left_seconds"`
}

// Series is what charts show over the period.
type Series struct {
	// Step is the time between two points; the first and the last can be
	// nearer.
	Step   Duration `json:"step_seconds"`
	Points []Point  `json:"points"` // at most 100, the last at the end of the period
}

// Point counts findings at an instant, and what happened since the point
// before (of the first: since the start of the period).
type Point struct {
	At   time.Time `json:"at"`
	Open Severe    `json:"open"`
	// Unknown counts all findings that could not be judged.
	Unknown  int `json:"unknown"`
	Findings int `json:"findings"`
	// Observed tells whether a run speaks for the instant just before.
	Observed bool `json:"observed"`

	Opened   int `json:"opened"`
	Resolved int `json:"resolved"`
	Runs     int `json:"runs"` // that judged
}

// Severe counts failures by severity.
type Severe struct {
	Critical      int `json:"critical"`
	High          int `json:"high"`
	Medium        int `json:"medium"`
	Low           int `json:"low"`
	Informational int `json:"informational"`
}

// Total is how many there are.
func (s Severe) Total() int { return s.Critical + s.High + s.Medium + s.Low + s.Informational }
