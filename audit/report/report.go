package report

import (
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// SchemaVersion is that of the JSON form of a Report. It changes with every
// change that is not an addition.
const SchemaVersion = "1"

// Report is an audit report over a period. Its JSON form is a document of its
// own. Lists are never nil, and sorted as their types say.
type Report struct {
	SchemaVersion string       `json:"schema_version"`
	Identity      Identity     `json:"identity"`
	Completeness  Completeness `json:"completeness"`
	// Total sums up all checks of the report.
	Total  Sums    `json:"total"`
	Checks []Check `json:"checks"` // by ID
	// Frameworks are the control matrices, by title.
	Frameworks []Framework `json:"frameworks"`
	// Failures are all that were open at some time of the period, in the order
	// of findings, those of one finding by time.
	Failures []Failure `json:"failures"`
	// Unknowns are what could not be judged, summed up by cause: by account,
	// operation and the rest.
	Unknowns []Unknown `json:"unknowns"`
	// Changes are those of the period, the oldest first.
	Changes []audit.Change `json:"changes"`
	// Waivers are those of the period, in the order of the file of its last run,
	// then those that were taken out of it.
	Waivers []Waiver `json:"waivers"`
	Series  Series   `json:"series"`
}

// Identity says what the report is and what it rests on.
type Identity struct {
	Product          string    `json:"product"`
	Version          string    `json:"version"`
	GeneratedAt      time.Time `json:"generated_at"`
	Period           Period    `json:"period"`
	ControlAccountID string    `json:"control_account_id"` // "" if there is no run
	// Framework and AccountID are what the report is limited to, "" for all.
	// A report on a framework has the checks that relate to it.
	Framework string `json:"framework,omitempty"` // name
	AccountID string `json:"account_id,omitempty"`
	// HistoryBegins is when the first run was made that the history still holds,
	// zero if that was before the period, or if there is none. Of the time
	// before, nothing can be said but since when what is open is known to fail.
	HistoryBegins time.Time `json:"history_begins,omitzero"`
	// LastRun is the run that the end of the period rests on, "" for none.
	LastRun   string    `json:"last_run"`
	LastRunAt time.Time `json:"last_run_at,omitzero"` // its taken_at
	// Current tells that LastRun is the last run of the history. Only of that one
	// it is kept which findings are waived: of another one Sums.End.Waived is 0
	// and no Detail of an open failure is of its end.
	Current bool `json:"current"`
	// Kept tells that it is kept of LastRun what it could not read, and which
	// waivers there were. If not, because an earlier version recorded it,
	// Completeness.Unread is empty, and Waivers are those of the last run of the
	// history.
	Kept bool `json:"kept"`
	// Configs and Rules are the digests of the configuration and of the checks
	// that runs of the period went by, the oldest first, each time they changed;
	// Profiles are the names of the profile.
	Configs  []InUse `json:"configs"`
	Rules    []InUse `json:"rules"`
	Profiles []InUse `json:"profiles"`
	// Schedules are what planned the runs, "" where that is not kept, or where
	// nothing did.
	Schedules []InUse `json:"schedules"`
	// Snapshots are what the verdicts of the period were made from: those of the
	// run that the start rests on, of each run that changed something, and of
	// the last one; the oldest first. `quilt-auditor audit --snapshot` on one of
	// them comes to the same verdicts again.
	Snapshots []Snapshot `json:"snapshots"`
}

// Period is [Since, Until).
type Period struct {
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
}

// Length is how long the period is.
func (p Period) Length() Duration { return Duration(p.Until.Sub(p.Since)) }

// InUse is something that runs went by: those of the period, and the one that
// its start rests on.
type InUse struct {
	Value string    `json:"value"`
	From  time.Time `json:"from"` // taken_at of the first run
	Runs  int       `json:"runs"`
}

// Snapshot is what a run read, by its content hash.
type Snapshot struct {
	RunID   string    `json:"run_id"`
	TakenAt time.Time `json:"taken_at"`
	// SHA256 is that of the file that `quilt-auditor report snapshot` writes,
	// "sha256:" and hex digits; "" if the snapshot is not kept any more.
	SHA256  string `json:"sha256,omitempty"`
	Kept    bool   `json:"kept"`
	Changes int    `json:"changes"` // how many findings the run changed
}

// Duration is a span of time, in JSON in seconds.
type Duration time.Duration
