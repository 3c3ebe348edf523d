package iam

import (
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

var notConsidered = []string{"session policies", "SCPs", "RCPs", "VPC endpoint policies", "KMS key policies", "objects that the bucket owner does not own"}

type evidence struct {
	Access        string                       `json:"access"`
	Prefixes      []string                     `json:"prefixes"`
	Policies      []string                     `json:"policies"` // the role's, in the order of the layer
	Missing       []missing                    `json:"missing,omitempty"`
	Open          []missing                    `json:"open,omitempty"`
	DependsOn     []string                     `json:"depends_on,omitempty"`
	Witness       *policy.Witness              `json:"witness,omitempty"`
	DecidedBy     *policy.DecidedBy            `json:"decided_by,omitempty"`
	GrantedBy     []policy.DecidedBy           `json:"granted_by,omitempty"`
	Advisory      map[string]policy.AnswerKind `json:"advisory,omitempty"` // actions that decide nothing
	Unread        []*snapshot.ReadError        `json:"unread,omitempty"`
	NotConsidered []string                     `json:"not_considered"`
}

// missing is an action that is refused or open, and where.
type missing struct {
	Action string `json:"action"`
	Prefix string `json:"prefix,omitempty"` // "" for the bucket
}
