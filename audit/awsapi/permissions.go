package awsapi

import (
	"cmp"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// AccountKind is a part that an account plays in the configuration.
type AccountKind string

// The kinds of account; one account can be several of them.
const (
	ControlAccount      AccountKind = "control"
	DataAccount         AccountKind = "data"
	OrganizationAccount AccountKind = "organization"
)

// Permission is an IAM action that the auditor's roles need.
type Permission struct {
	Action string // such as "s3:ListAllMyBuckets"
	// Operations are the API operations that it allows.
	Operations []Operation
	// Accounts are the kinds of account whose role needs it, sorted.
	Accounts []AccountKind
	// Reason says, in our words, what it is needed for.
	Reason string
}

// Permissions returns what the auditor needs to read the facts, sorted by
// action; tagFilters tells whether any discovery asks for tags. To enter the
// accounts, the default credentials need sts:AssumeRole on their roles too.
func Permissions(facts []snapshot.Fact, tagFilters bool) []Permission {
	byAction := map[string]*Permission{}
	for _, o := range operations {
		if o.action == "" || !slices.Contains(facts, o.fact) || o.filtered && !tagFilters {
			continue
		}
		p, ok := byAction[o.action]
		if !ok {
			p = &Permission{Action: o.action}
			byAction[o.action] = p
		}
		p.Operations = append(p.Operations, o.name)
		p.Accounts = append(p.Accounts, o.accounts...)
		p.Reason = strings.TrimPrefix(p.Reason+"; "+o.reason, "; ")
	}
	permissions := make([]Permission, 0, len(byAction))
	for _, p := range byAction {
		slices.Sort(p.Accounts)
		p.Accounts = slices.Compact(p.Accounts)
		permissions = append(permissions, *p)
	}
	slices.SortFunc(permissions, func(a, b Permission) int { return cmp.Compare(a.Action, b.Action) })
	return permissions
}
