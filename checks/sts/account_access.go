// Package sts holds the check of the auditor's own way into the accounts.
package sts

import (
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// AccountAccess demands that the auditor gets into every account it was told
// of, so that an account that nobody sees any more is a finding.
var AccountAccess = audit.Check{
	ID:    "sts-account-access",
	Title: "The account can be entered and its buckets listed",
	Doc: audit.Doc{
		Why: "An account that the auditor can no longer enter is an account whose buckets nobody watches. Without this check its buckets would just be missing from the report.",
		Judges: "Passes when the auditor is in the account that was declared and, in a data account, could list its buckets to the end. Fails when the credentials are refused. " +
			"Unknown when AWS throttled, could not be reached or did not answer in time. The control and organization accounts need not be listed.",
		Fix: "Let the role's trust policy allow sts:AssumeRole to the auditor's identity with the configured external id, and attach the policy that the permissions command prints.",
		Sources: []string{
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html",
			"https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html",
		},
	},
	Severity:   audit.High,
	NoControls: true,
	AlwaysOn:   true,
	Reads:      []snapshot.Fact{snapshot.CallerIdentity, snapshot.BucketListing},
	Subjects:   accounts,
	Eval:       accountAccess,
}

func accounts(s *snapshot.Snapshot) []audit.Subject {
	subjects := make([]audit.Subject, 0, len(s.Scope.Accounts))
	for i := range s.Scope.Accounts {
		a := &s.Scope.Accounts[i]
		subjects = append(subjects, audit.Subject{AccountID: a.ID, Resource: a.RootARN()})
	}
	return subjects
}

type accessEvidence struct {
	Access  audit.Access          `json:"access"`
	Role    string                `json:"role,omitempty"` // the configured role
	Caller  string                `json:"caller,omitempty"`
	Listing *snapshot.Listing     `json:"listing,omitempty"`
	Unread  []*snapshot.ReadError `json:"unread,omitempty"`
}

func accountAccess(s *snapshot.Snapshot, subject audit.Subject) audit.Verdict {
	a := s.Account(subject.AccountID)
	e := accessEvidence{Access: audit.AccessTo(a), Role: a.RoleARN}
	identity, err := a.Identity.Get()
	if err != nil {
		return refused(a, e, "The account could not be entered", err)
	}
	e.Caller = identity.ARN
	if !a.Data {
		return passed(e, "The account can be entered.")
	}
	listing, err := a.Listing.Get()
	if err != nil {
		return refused(a, e, "The account can be entered, but its buckets could not be listed", err)
	}
	e.Listing = &listing
	reason := fmt.Sprintf("The account can be entered and lists %d buckets, of which %d are in scope.", listing.Buckets, listing.InScope)
	if listing.OtherRegions > 0 {
		reason += fmt.Sprintf(" %d more match the filters but lie in regions that the configuration does not list.", listing.OtherRegions)
	}
	return passed(e, reason)
}

func passed(e accessEvidence, reason string) audit.Verdict {
	return audit.Verdict{Status: audit.StatusPass, Reason: reason, Evidence: e, Basis: e.basis()}
}

// basis is the evidence without what differs from run to run and decides
// nothing: the session in the caller's ARN, and the counts of the listing.
func (e accessEvidence) basis() accessEvidence {
	e.Caller, e.Listing = "", nil
	return e
}

// refused fails the account if AWS refused for good, which is the one failed
// read that is evidence: access is what this check is about.
func refused(a *snapshot.Account, e accessEvidence, what string, err error) audit.Verdict {
	e.Unread = audit.ReadErrors(err)
	v := audit.Verdict{Status: audit.StatusUnknown, Reason: fmt.Sprintf("%s: %s.", what, err), Evidence: e, Basis: e.basis()}
	if len(e.Unread) == 1 && !e.Unread[0].Retryable {
		v.Status = audit.StatusFail
		v.Remediation = &audit.Remediation{Kind: audit.RemedyAdvice, Summary: advice(a, e)}
	}
	return v
}

func advice(a *snapshot.Account, e accessEvidence) string {
	if !e.Unread[0].Denied() {
		return "Give the auditor itself credentials that are valid, and a right clock: \"aws sts get-caller-identity\" in its environment has to answer."
	}
	if e.Caller != "" {
		return "Attach the policy that the permissions command prints to " + e.Caller + "."
	}
	if a.RoleARN == "" {
		return "Run the auditor with credentials of account " + a.ID + ", or configure a role_arn for it."
	}
	return "Let the trust policy of " + a.RoleARN + " allow sts:AssumeRole to the auditor's identity, with the external id if the configuration has one."
}
