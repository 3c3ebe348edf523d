package s3

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
)

// grantedPrincipals are the roles and users of the control account that the
// policy names and grants everything, where no principals are configured.
func (g *grant) grantedPrincipals() []string {
	if !g.everybody || g.document == nil {
		return nil
	}
	var granted []string
	for _, s := range g.document.Statements {
		for _, p := range s.Principals {
			caller := quilt.CallerOf(p.Value)
			if s.Effect != policy.Allow || p.Kind != "AWS" || caller.AccountID != g.control || !isRoleOrUser(p.Value) || slices.Contains(granted, p.Value) {
				continue
			}
			parts := g.askFor([]quilt.Caller{caller}, g.document)
			if len(parts.Refused()) == 0 && len(parts.Open()) == 0 {
				granted = append(granted, p.Value)
			}
		}
	}
	return granted
}

func isRoleOrUser(arn string) bool {
	return strings.Contains(arn, ":role/") || strings.Contains(arn, ":user/")
}
