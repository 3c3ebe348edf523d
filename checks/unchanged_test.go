package checks_test

import (
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// TestUnchangedPoliciesAreParsedOnce: the checks of a run parse each policy
// once between them, the next run only what has changed.
func TestUnchangedPoliciesAreParsedOnce(t *testing.T) {
	t.Parallel()
	for _, e := range estates(t) {
		if !strings.HasPrefix(e.name, "s3-bucket-policy-required-actions/fail-") && !strings.HasPrefix(e.name, "iam-prefix-role-quilt-folder/") {
			continue // the others have the same policies
		}
		policies := policy.NewCache(32 << 20)
		all := checks.Catalogue(policies)
		audit.Evaluate(e.build(t), all)
		parsed := policies.Parsed()
		if most := documents(e.build(t)); parsed == 0 || parsed > most {
			t.Errorf("%s: %d policies were parsed, of %d", e.name, parsed, most)
		}
		audit.Evaluate(e.build(t), all)
		if again := policies.Parsed() - parsed; again != 0 {
			t.Errorf("%s: the second run parsed %d policies", e.name, again)
		}
		c := contents(t, e.build(t))
		c.Buckets[0].Policy = snapshot.Got(with("", `{"Sid":"New","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::acme-genomics-raw/new"}`))
		audit.Evaluate(build(t, c), all)
		if changed := policies.Parsed() - parsed; changed != 1 {
			t.Errorf("%s: of one policy that changed, %d were parsed", e.name, changed)
		}
	}
}

// documents counts the policies of a snapshot.
func documents(s *snapshot.Snapshot) int {
	n := len(s.Buckets) + len(s.ManagedPolicies)
	for i := range s.Roles {
		n += len(s.Roles[i].Inline)
	}
	return n
}
