package s3

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/excess"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// grantsNotConsidered is what grants or refuses beyond the bucket policy.
var grantsNotConsidered = []string{"ACLs", "access points", "KMS key policies", "the callers' own policies", "SCPs", "RCPs"}

type excessEvidence struct {
	Profile string        `json:"profile"`
	Excess  []excessGrant `json:"excess,omitempty"`
	Open    []excessDoubt `json:"open,omitempty"`
	// HeldBack: RestrictPublicBuckets voids what the policy grants to other
	// accounts.
	HeldBack bool `json:"held_back,omitempty"`
	// WholeAccounts need access as a whole only because control.principals
	// names nobody.
	WholeAccounts []string              `json:"whole_accounts,omitempty"`
	Unread        []*snapshot.ReadError `json:"unread,omitempty"`
	NotConsidered []string              `json:"not_considered"`
}

type excessGrant struct {
	Class     excess.Class       `json:"class"`
	Severity  audit.Severity     `json:"severity"`
	Who       string             `json:"who"`
	Actions   []string           `json:"actions"`
	Witness   *policy.Witness    `json:"witness"`
	GrantedBy []policy.DecidedBy `json:"granted_by"`
}

type excessDoubt struct {
	Who       string            `json:"who"`
	Actions   []string          `json:"actions,omitempty"`
	DependsOn []string          `json:"depends_on,omitempty"`
	Reason    string            `json:"reason"`
	GrantedBy *policy.DecidedBy `json:"decided_by,omitempty"`
}

// excessBasis is what the verdict rests on.
type excessBasis struct {
	Policy       string
	Needs        []excess.Need
	Organization string
	HeldBack     bool
}

func (b excessBasis) withPolicy(text string) any {
	b.Policy = text
	return b
}
