package audit

import "time"

// ChangeKind says what happened to a finding from one run to the next.
type ChangeKind string

// The kinds of change. Only evidence opens and resolves: what can no longer
// be read is blinded, and what is gone is removed, never resolved.
const (
	// Opened: the known status became fail.
	Opened ChangeKind = "opened"
	// Resolved: the known status was fail and became pass or not_applicable.
	Resolved ChangeKind = "resolved"
	// Changed: the known status became another one, fail being neither.
	Changed ChangeKind = "changed"
	// Blinded: the status became unknown; what was known stands.
	Blinded ChangeKind = "blinded"
	// Regained: after unknown there is evidence again, for the same as before.
	Regained ChangeKind = "regained"
	// Removed: the subject is gone, or no longer in the configuration.
	Removed ChangeKind = "removed"
)

// Change is what happened to one finding in one run.
type Change struct {
	FindingID string     `json:"finding_id"`
	Check     string     `json:"check"`
	AccountID string     `json:"account_id"`
	Region    string     `json:"region"`
	Resource  string     `json:"resource"`
	Subject   string     `json:"subject"`
	Kind      ChangeKind `json:"kind"`
	// From and To are the statuses before and after; From is "" for a new
	// finding, To for a removed one.
	From  Status    `json:"from,omitempty"`
	To    Status    `json:"to,omitempty"`
	At    time.Time `json:"at"` // taken_at of the run
	RunID string    `json:"run_id"`
	// FirstSeen is when the finding was first seen; zero in histories that an
	// earlier version wrote.
	FirstSeen time.Time `json:"first_seen,omitzero"`
	// Known is what was known before, and KnownSince since when: of Resolved,
	// since when it failed. They are zero if nothing was known, and as FirstSeen.
	Known      Status    `json:"known,omitempty"`
	KnownSince time.Time `json:"known_since,omitzero"`
}

// Moment is a change that begins a failure or an unknown, and the finding as
// it was then.
type Moment struct {
	Change Change // Opened or Blinded
	// Finding has no LastSeen. It is nil if it was not kept: by an earlier
	// version, or because the run could not be recorded and the finding was
	// another by the time of the next that could.
	Finding *Finding
}

// changeOf tells what happened to a finding; "" is nothing. A new finding
// that passes is no change: there was nothing before it to differ from.
func changeOf(prior *entry, f *Finding) ChangeKind {
	switch {
	case f.Status == StatusUnknown && (prior == nil || prior.status.status() != StatusUnknown):
		return Blinded
	case f.Status == StatusUnknown:
		return ""
	case prior == nil && f.Status == StatusFail:
		return Opened
	case prior == nil:
		return ""
	}
	switch known := prior.known.status(); {
	case known == f.Status && prior.status.status() == StatusUnknown:
		return Regained
	case known == f.Status:
		return ""
	case f.Status == StatusFail:
		return Opened
	case known == StatusFail:
		return Resolved
	default:
		return Changed
	}
}
