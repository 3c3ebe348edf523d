package audit

import (
	"encoding/json"
	"iter"
	"time"
)

// Run is what one audit came to. Exporters read it.
type Run struct {
	Header Header
	Unread []Unread
	// Findings are sorted by account, resource, check and subject.
	Findings []Finding
	// Elsewhere, if set, yields all findings, in that order, from where they
	// are kept; Findings then has only those that are outstanding, in brief.
	Elsewhere iter.Seq2[Finding, error]
	// Tallies sum up the findings, and Collected what was read.
	Tallies   []Tally
	Collected []Collected
	// Changes are what happened to findings since the prior run, those that
	// are gone included; in the order of Findings.
	Changes []Change
	// Waivers tells of each waiver, in the order of the file, what it came to.
	Waivers []WaiverUse
	// LeftOut is what the configuration has and the run did not look at.
	LeftOut LeftOut
	// Schedule is what the run was planned by, in the form that schedule.Parse
	// reads; "" if nothing planned it.
	Schedule string
	// Delta is what a store has to write so that it holds this run.
	Delta Delta
}

// Result tells whether a run saw all that it was told to see.
type Result string

// The results of a run.
const (
	Complete Result = "complete"
	// Partial runs were cut short, or could not enter or list an account.
	Partial Result = "partial"
)

// Header says what a run looked at and what it counted, which is needed to
// read its findings rightly.
type Header struct {
	RunID            string          `json:"run_id"`
	Result           Result          `json:"result"`
	StartedAt        time.Time       `json:"started_at"`
	TakenAt          time.Time       `json:"taken_at"` // when collection began
	EndedAt          time.Time       `json:"ended_at"`
	ControlAccountID string          `json:"control_account_id"`
	Profile          string          `json:"profile"`
	Checks           []string        `json:"checks"`
	ChecksDigest     string          `json:"checks_digest"`
	ConfigDigest     string          `json:"config_digest"`
	Accounts         []HeaderAccount `json:"accounts"`
	Counts           Counts          `json:"counts"`
}

// HeaderAccount sums up one account of a run.
type HeaderAccount struct {
	ID      string   `json:"id"`
	Name    string   `json:"name,omitempty"`
	Regions []string `json:"regions"`
	Buckets int      `json:"buckets"` // in scope
	Access  Access   `json:"access"`
}

// Access tells how far the auditor got into an account.
type Access string

// The kinds of access: entered and listed; refused; not reached; entered but
// not listed.
const (
	AccessOK          Access = "ok"
	AccessDenied      Access = "denied"
	AccessUnreachable Access = "unreachable"
	AccessPartial     Access = "partial"
)

// Counts counts findings by status; a waived finding counts as its status too.
type Counts struct {
	Pass          int `json:"pass"`
	Fail          int `json:"fail"`
	Unknown       int `json:"unknown"`
	NotApplicable int `json:"not_applicable"`
	Waived        int `json:"waived"`
}

// Add counts the finding.
func (c *Counts) Add(f *Finding) { c.add(f.Status, f.Waived, 1) }

func (c *Counts) add(s Status, waived bool, findings int) {
	switch s {
	case StatusPass:
		c.Pass += findings
	case StatusFail:
		c.Fail += findings
	case StatusUnknown:
		c.Unknown += findings
	case StatusNotApplicable:
		c.NotApplicable += findings
	}
	if waived {
		c.Waived += findings
	}
}

// Finding is a verdict with its identity and its ages.
type Finding struct {
	ID          string          `json:"id"`
	Check       string          `json:"check"`
	Title       string          `json:"title"`
	Status      Status          `json:"status"`
	Severity    Severity        `json:"severity"`
	Known       *Known          `json:"known,omitempty"`
	AccountID   string          `json:"account_id"`
	Region      string          `json:"region"`
	Resource    string          `json:"resource"`
	Subject     string          `json:"subject"`
	Reason      string          `json:"reason"`
	Fingerprint string          `json:"fingerprint"`
	Evidence    json.RawMessage `json:"evidence"`
	Remediation *Remediation    `json:"remediation,omitempty"`
	Controls    []Control       `json:"controls"`
	FirstSeen   time.Time       `json:"first_seen"`
	LastSeen    time.Time       `json:"last_seen,omitzero"` // last verdict with evidence
	StatusSince time.Time       `json:"status_since"`
	Waived      bool            `json:"waived"`
	Waiver      *WaiverNote     `json:"waiver,omitempty"` // set if Waived
}

// OpenFailure reports whether the last verdict with evidence was a fail: such
// a failure is open, also while it cannot be read again.
func (f *Finding) OpenFailure() bool { return f.Known != nil && f.Known.Status == StatusFail }

// Outstanding reports whether the finding is an open failure or could not be
// judged, or both: what somebody has to look after.
func (f *Finding) Outstanding() bool { return f.OpenFailure() || f.Status == StatusUnknown }

// Brief is the finding with what identifies it, its severity, statuses and
// ages, and whether it is waived; the rest, which takes the most memory, is left
// out.
func (f *Finding) Brief() Finding {
	return Finding{
		ID: f.ID, Check: f.Check, Status: f.Status, Severity: f.Severity, Known: f.Known, AccountID: f.AccountID, Region: f.Region,
		Resource: f.Resource, Subject: f.Subject, FirstSeen: f.FirstSeen, LastSeen: f.LastSeen, StatusSince: f.StatusSince, Waived: f.Waived,
	}
}

// Bucket is the name of the bucket that the finding is about, "" if it is
// about none.
func (f *Finding) Bucket() string { return bucketOf(f.Resource, f.Subject) }

// Witness is the counterexample that the evidence holds, as JSON; nil if it
// holds none.
func (f *Finding) Witness() json.RawMessage {
	var e struct {
		Witness json.RawMessage `json:"witness"`
	}
	if json.Unmarshal(f.Evidence, &e) != nil {
		return nil // no JSON has no witness
	}
	return e.Witness
}

func (f *Finding) subject() Subject {
	return Subject{AccountID: f.AccountID, Region: f.Region, Resource: f.Resource, Key: f.Subject}
}

// Position is the finding's place in the order of a run.
func (f *Finding) Position() Position {
	return Position{AccountID: f.AccountID, Resource: f.Resource, Check: f.Check, Subject: f.Subject}
}

// Known is the last status that rests on evidence, and since when.
type Known struct {
	Status Status    `json:"status"`
	Since  time.Time `json:"since"`
}

// Unread sums up reads of one kind that failed in one place for one cause.
type Unread struct {
	AccountID         string   `json:"account_id"`
	Region            string   `json:"region"`
	Operation         string   `json:"operation"`
	ErrorCode         string   `json:"error_code"`
	MissingPermission string   `json:"missing_permission,omitempty"`
	Count             int      `json:"count"`
	Examples          []string `json:"examples,omitempty"` // up to five ARNs
}

// All yields every finding in the order of the run. Only a run that keeps them
// elsewhere can fail to; nothing is yielded after an error.
func (r *Run) All() iter.Seq2[Finding, error] {
	if r.Elsewhere != nil {
		return r.Elsewhere
	}
	return func(yield func(Finding, error) bool) {
		for i := range r.Findings {
			if !yield(r.Findings[i], nil) {
				return
			}
		}
	}
}

// Exceeds reports whether the run has a finding that needs attention: a fail
// or an unknown at or above the severity that no waiver covers.
func (r *Run) Exceeds(failOn Severity) bool {
	for i := range r.Findings {
		f := &r.Findings[i]
		if (f.Status == StatusFail || f.Status == StatusUnknown) && !f.Waived && f.Severity >= failOn {
			return true
		}
	}
	return false
}
