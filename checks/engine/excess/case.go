package excess

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// Need is a principal outside of the owner's account and what it is meant to
// do.
type Need struct {
	// Principal is an account id or root ARN, for every principal of the account,
	// or the ARN of a role or user.
	Principal string
	// Account is the principal's account id.
	Account string
	// Actions are concrete S3 actions, such as s3:GetObject.
	Actions []string
}

// whole reports whether every principal of the account has the need.
func (n *Need) whole() bool {
	return n.Principal == n.Account || strings.HasSuffix(n.Principal, ":root")
}

func (n *Need) has(action string) bool {
	return slices.ContainsFunc(n.Actions, func(a string) bool { return strings.EqualFold(a, action) })
}

// Case is the policy of one bucket and what is meant to be granted.
type Case struct {
	Policy *policy.Document
	Bucket string
	// Partition is aws, aws-cn, aws-us-gov and so on.
	Partition string
	// Owner is the id of the account that owns the bucket.
	Owner string
	Needs []Need
	// Known are the ids of accounts that belong to the estate, beside those with
	// needs.
	Known []string
	// Organization is the id of the estate's own organization, "" if there is
	// none or it is not known.
	Organization string
	// OrganizationUnread tells that the own organization is not known, though the
	// policy asks for one.
	OrganizationUnread bool
	// Context are the condition keys whose value is the same in every request to
	// the bucket, whoever makes it.
	Context map[string][]string
}

// Class says what kind of excess it is.
type Class string

// The classes, the worst first.
const (
	// Public is granted to everybody: without a signature, or to any account,
	// from anywhere.
	Public Class = "public"
	// LimitedPublic is granted to whoever meets a condition that does not name
	// accounts or the own organization, such as coming from a network.
	LimitedPublic Class = "limited_public"
	// UnknownAccount is granted to an account that nobody declared.
	UnknownAccount Class = "unknown_account"
	// Administrative is an action that changes who has access or how the bucket
	// behaves, granted to a known account without need.
	Administrative Class = "administrative"
	// Organization is granted to every account of the own organization.
	Organization Class = "organization"
	// Beyond is any other action that a known account does not need.
	Beyond Class = "beyond_profile"
	// Service is granted to an AWS service for accounts that nobody declared ("The
	// confused deputy problem", IAM User Guide), or to an origin access identity of
	// CloudFront.
	Service Class = "service"
	// WholeAccount is what named principals of an account need, granted to the
	// account as a whole.
	WholeAccount Class = "whole_account"
)

// Classes lists every class, the worst first.
func Classes() []Class {
	return []Class{Public, LimitedPublic, UnknownAccount, Administrative, Organization, Beyond, Service, WholeAccount}
}

// Excess is what one kind of principal is granted without need.
type Excess struct {
	Class Class
	// Who is everyone, conditional, an organization's or account's id, the ARN of
	// a role, user or origin access identity, a service, or services.
	Who string
	// ByService tells that a service is granted it, where Who is an account on
	// its behalf.
	ByService bool
	// Actions are sorted, in AWS's spelling.
	Actions []string
	// Witness is a granted request for the first action.
	Witness *policy.Witness
	// GrantedBy are the statements, in the order of the policy.
	GrantedBy []policy.DecidedBy
}

// The values of Who that stand for no single principal.
const (
	Everyone    = "everyone"
	Conditional = "conditional"
)

// Doubt is a grant that can neither be shown nor be ruled out.
type Doubt struct {
	Who       string
	Actions   []string
	DependsOn []string
	Reason    string
	GrantedBy *policy.DecidedBy
}

// Report is what [Find] found, the worst first.
type Report struct {
	Excesses []Excess
	Doubts   []Doubt
}

// administrative reports whether the action changes who has access or how the
// bucket behaves: what AWS's table calls permissions management, and what
// writes to the bucket rather than to objects.
func administrative(a policy.Action) bool {
	return a.Access == policy.AccessPermissions || a.Level == policy.BucketLevel && a.Access == policy.AccessWrite
}
