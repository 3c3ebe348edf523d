package s3

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/excess"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
)

// needs are what Quilt needs of principals outside of the owner's account: the
// profile, for the required principals and for the roles limited to folders.
func needs(s *snapshot.Snapshot, b *snapshot.ScopeBucket) []excess.Need {
	var out []excess.Need
	add := func(c quilt.Caller) {
		same := func(n excess.Need) bool { return n.Principal == c.Principal }
		if c.AccountID != b.AccountID && !slices.ContainsFunc(out, same) {
			out = append(out, excess.Need{Principal: c.Principal, Account: c.AccountID, Actions: s.Scope.Profiles[b.Profile]})
		}
	}
	for _, c := range quilt.Callers(s) {
		add(c)
	}
	for i := range s.Scope.PrefixRoles {
		if r := &s.Scope.PrefixRoles[i]; r.Bucket == b.Name && (r.BucketAccountID == "" || r.BucketAccountID == b.AccountID) {
			add(quilt.CallerOf(r.RoleARN))
		}
	}
	return out
}

// wholeAccounts are the accounts that the policy allows something as a whole
// and that need it, because no principals of theirs were configured.
func (u *surplus) wholeAccounts() []string {
	var out []string
	for i := range u.needs {
		n := &u.needs[i]
		if n.Principal != n.Account && !strings.HasSuffix(n.Principal, ":root") {
			continue
		}
		named := slices.ContainsFunc(u.document.Statements, func(s policy.Statement) bool {
			return s.Effect == policy.Allow && slices.ContainsFunc(s.Principals, func(p policy.Principal) bool {
				return p.Kind == "AWS" && (p.Value == n.Account || strings.HasSuffix(p.Value, ":iam::"+n.Account+":root"))
			})
		})
		if named {
			out = append(out, n.Account)
		}
	}
	return out
}
