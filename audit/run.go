package audit

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Run is what one audit came to. Exporters read it.
type Run struct {
	Header   Header
	Unread   []Unread
	Findings []Finding // sorted by account, resource, check and subject
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

// FindingID is the identity of a finding: the first 32 hex digits of the
// SHA-256 over check, resource and sub-key, joined by newlines.
func FindingID(check, resource, key string) string {
	sum := sha256.Sum256([]byte(check + "\n" + resource + "\n" + key))
	return hex.EncodeToString(sum[:16])
}

// Times are the moments of a run that only its caller knows.
type Times struct{ StartedAt, EndedAt time.Time }

// NewRun makes the run of the verdicts over a snapshot, with no memory of
// earlier runs: every age starts when collection began.
func NewRun(runID string, s *snapshot.Snapshot, checks []Check, verdicts []Verdict, times Times) *Run {
	byID := make(map[string]*Check, len(checks))
	for i := range checks {
		byID[checks[i].ID] = &checks[i]
	}
	run := &Run{Unread: unread(s), Findings: make([]Finding, 0, len(verdicts))}
	for _, v := range verdicts {
		run.Findings = append(run.Findings, newFinding(byID[v.Check], v, s.TakenAt))
	}
	run.Header = header(runID, s, checks, times)
	run.Header.Counts = count(run.Findings)
	return run
}

func newFinding(c *Check, v Verdict, takenAt time.Time) Finding {
	f := Finding{
		ID: FindingID(v.Check, v.Subject.Resource, v.Subject.Key), Check: v.Check, Title: c.Title,
		Status: v.Status, Severity: c.Severity, AccountID: v.Subject.AccountID, Region: v.Subject.Region,
		Resource: v.Subject.Resource, Subject: v.Subject.Key, Reason: v.Reason, Fingerprint: Fingerprint(v.Basis),
		Evidence: rawJSON(v.Evidence), Remediation: v.Remediation, Controls: c.Controls,
		FirstSeen: takenAt, StatusSince: takenAt,
	}
	if f.Controls == nil {
		f.Controls = []Control{}
	}
	if v.Status != StatusUnknown {
		f.Known = &Known{Status: v.Status, Since: takenAt}
		f.LastSeen = takenAt
	}
	return f
}

func header(runID string, s *snapshot.Snapshot, checks []Check, times Times) Header {
	h := Header{
		RunID: runID, Result: Complete, StartedAt: times.StartedAt, TakenAt: s.TakenAt, EndedAt: times.EndedAt,
		ControlAccountID: s.Scope.ControlAccountID, Profile: s.Scope.Profile, Checks: []string{},
		ChecksDigest: checksDigest(checks), ConfigDigest: s.Scope.ConfigDigest,
		Accounts: make([]HeaderAccount, 0, len(s.Scope.Accounts)),
	}
	for _, c := range checks {
		h.Checks = append(h.Checks, c.ID)
	}
	slices.Sort(h.Checks)
	buckets := map[string]int{}
	for i := range s.Scope.Buckets {
		buckets[s.Scope.Buckets[i].AccountID]++
	}
	for i := range s.Scope.Accounts {
		a := &s.Scope.Accounts[i]
		access := AccessTo(a)
		if access != AccessOK {
			h.Result = Partial
		}
		regions := a.Regions
		if regions == nil {
			regions = []string{}
		}
		h.Accounts = append(h.Accounts, HeaderAccount{ID: a.ID, Name: a.Name, Regions: regions, Buckets: buckets[a.ID], Access: access})
	}
	return h
}

// AccessTo tells how far the auditor got into the account.
func AccessTo(a *snapshot.Account) Access {
	if _, err := a.Identity.Get(); err != nil {
		if e := a.Identity.Err(); e == nil || e.Retryable {
			return AccessUnreachable
		}
		return AccessDenied
	}
	if _, err := a.Listing.Get(); a.Data && err != nil {
		return AccessPartial
	}
	return AccessOK
}

func count(findings []Finding) Counts {
	var c Counts
	for i := range findings {
		switch findings[i].Status {
		case StatusPass:
			c.Pass++
		case StatusFail:
			c.Fail++
		case StatusUnknown:
			c.Unknown++
		case StatusNotApplicable:
			c.NotApplicable++
		}
		if findings[i].Waived {
			c.Waived++
		}
	}
	return c
}

// checksDigest identifies the rules: everything on the checks that is data.
func checksDigest(checks []Check) string {
	type rule struct {
		ID, Title string
		Doc       Doc
		Severity  Severity
		Controls  []Control
		Reads     []snapshot.Fact
	}
	rules := make([]rule, len(checks))
	for i, c := range checks {
		rules[i] = rule{c.ID, c.Title, c.Doc, c.Severity, c.Controls, c.Reads}
	}
	slices.SortFunc(rules, func(a, b rule) int { return cmp.Compare(a.ID, b.ID) })
	return Fingerprint(rules)
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
