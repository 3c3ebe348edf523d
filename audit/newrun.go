package audit

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// FindingID is the identity of a finding: the first 32 hex digits of the
// SHA-256 over check, resource and sub-key, joined by newlines.
func FindingID(check, resource, key string) string {
	return findingKeyOf(check, resource, key).String()
}

func findingKeyOf(check, resource, key string) findingKey {
	text := make([]byte, 0, 256) // which as a rule is enough, and stays on the stack
	text = append(append(append(append(append(text, check...), '\n'), resource...), '\n'), key...)
	sum := sha256.Sum256(text)
	return findingKey(sum[:16])
}

// Times are the moments of a run that only its caller knows.
type Times struct{ StartedAt, EndedAt time.Time }

// NewRun makes the run of the verdicts over a snapshot, with no memory of
// earlier runs and no waivers: every age starts when collection began.
func NewRun(runID string, s *snapshot.Snapshot, checks []Check, verdicts []Verdict, times Times) *Run {
	return Settle(Settlement{RunID: runID, Snapshot: s, Checks: checks, Verdicts: verdicts, Times: times})
}

// newFinding is the finding of a verdict, without ages, and its ID as a key.
func newFinding(c *Check, v *Verdict) (Finding, findingKey) {
	key := findingKeyOf(v.Check, v.Subject.Resource, v.Subject.Key)
	f := Finding{
		ID: key.String(), Check: v.Check, Title: c.Title,
		Status: v.Status, Severity: cmp.Or(v.Severity, c.Severity), AccountID: v.Subject.AccountID, Region: v.Subject.Region,
		Resource: v.Subject.Resource, Subject: v.Subject.Key, Reason: v.Reason, Fingerprint: Fingerprint(v.Basis),
		Evidence: rawJSON(v.Evidence), Remediation: v.Remediation, Controls: c.Controls,
	}
	if f.Controls == nil {
		f.Controls = []Control{}
	}
	return f, key
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
