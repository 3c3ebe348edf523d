package s3

import (
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// notConsidered is what can refuse Quilt beyond the bucket's side.
var notConsidered = []string{"identity policies", "SCPs", "RCPs", "VPC endpoint policies", "KMS key policies", "objects that the bucket owner does not own"}

type grantEvidence struct {
	Profile    string            `json:"profile"`
	Principals []string          `json:"principals"` // who was asked about, as they stand in policies
	Prefixes   []string          `json:"prefixes,omitempty"`
	Missing    []string          `json:"missing,omitempty"` // actions refused
	Open       []string          `json:"open,omitempty"`    // actions neither proved nor refuted
	DependsOn  []string          `json:"depends_on,omitempty"`
	Witness    *policy.Witness   `json:"witness,omitempty"`
	DecidedBy  *policy.DecidedBy `json:"decided_by,omitempty"`
	// GrantedBy are the statements that prove a pass.
	GrantedBy []policy.DecidedBy `json:"granted_by,omitempty"`
	// GrantedPrincipals are named principals of the control account that are
	// granted everything where the account as a whole is not.
	GrantedPrincipals []string              `json:"granted_principals,omitempty"`
	OrphanedGrants    []orphan              `json:"orphaned_grants,omitempty"`
	Placeholders      []placeholder         `json:"placeholders,omitempty"`
	OtherPartition    string                `json:"other_partition,omitempty"` // a wrong ARN of the bucket
	Unread            []*snapshot.ReadError `json:"unread,omitempty"`
	NotConsidered     []string              `json:"not_considered"`
}

// orphan is a statement that names a principal by the unique id that is left
// when a role or user is deleted.
type orphan struct {
	Statement int    `json:"statement"`
	Principal string `json:"principal"`
}

// placeholder is a stand-in of some guide's example that nobody replaced.
type placeholder struct {
	Statement int    `json:"statement"`
	Element   string `json:"element"`
	Text      string `json:"text"`
}

// exampleAccount is the account id of AWS's examples; in an estate that really
// has it, it is no placeholder.
const exampleAccount = "123456789012"

// grantBasis is what the verdict rests on.
type grantBasis struct {
	Policy     string
	Principals []string
	Actions    []string
	Prefixes   []string
	Blocked    bool
	Unread     []*snapshot.ReadError
}

func (b grantBasis) withPolicy(text string) any {
	b.Policy = text
	return b
}
