package s3

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
)

// maxNamed bounds the named principals that are asked about, so that a policy
// that names hundreds costs no more than another.
const maxNamed = 10

// grantedPrincipals are the roles and users of the control account that the
// policy names and grants everything, where no principals are configured.
func (g *grant) grantedPrincipals() []string {
	if !g.everybody || g.document == nil {
		return nil
	}
	var granted []string
	for _, p := range g.namedPrincipals() {
		parts := g.askFor([]quilt.Caller{quilt.CallerOf(p)}, g.document)
		if len(parts.Refused()) == 0 && len(parts.Open()) == 0 {
			granted = append(granted, p)
		}
	}
	return granted
}

// namedPrincipals are the first roles and users of the control account that
// the policy allows something by name.
func (g *grant) namedPrincipals() []string {
	var named []string
	for _, s := range g.document.Statements {
		for _, p := range s.Principals {
			if s.Effect == policy.Allow && p.Kind == "AWS" && g.isNamed(p.Value) && !slices.Contains(named, p.Value) && len(named) < maxNamed {
				named = append(named, p.Value)
			}
		}
	}
	return named
}

func (g *grant) isNamed(arn string) bool {
	return quilt.CallerOf(arn).AccountID == g.control && isRoleOrUser(arn)
}

func isRoleOrUser(arn string) bool {
	return strings.Contains(arn, ":role/") || strings.Contains(arn, ":user/")
}
