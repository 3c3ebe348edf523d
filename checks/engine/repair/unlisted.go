package repair

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// unlisting is a Deny with NotPrincipal that lists the parties as well. Both
// the account and the user must be listed to be spared ("AWS JSON policy
// elements: NotPrincipal"); whether a role is, without its sessions, is not
// settled. It is false where that might spare others, such as one whose account
// was not listed so far.
func (j *job) unlisting(statement *policy.Statement, written *value, all []party) (*value, bool) {
	entries := written.get("NotPrincipal")
	if entries == nil || entries.form != object || entries.get("AWS") == nil {
		return nil, false
	}
	var names, listed []string
	for _, p := range all {
		if p.kind != named {
			return nil, false
		}
		names = append(names, "arn:"+j.world.partition+":iam::"+p.account+":root", p.arn)
	}
	for _, entry := range statement.NotPrincipals {
		e, ok := partyOf(entry.Value, j.world.partition)
		ours := slices.ContainsFunc(all, func(p party) bool { return p.account == e.account })
		if !ok || ours && !slices.Contains(names, e.arn) {
			return nil, false
		}
		listed = append(listed, e.arn)
	}
	out := written.clone()
	for _, name := range names {
		if !slices.Contains(listed, name) {
			listed = append(listed, name)
			out.get("NotPrincipal").get("AWS").add(name)
		}
	}
	return out, true
}
