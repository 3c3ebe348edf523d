// Package checks is the catalogue: the explicit list of every check there is.
package checks

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks/cloudtrail"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/iam"
	"github.com/quilt-auditor/quilt-auditor/checks/s3"
	"github.com/quilt-auditor/quilt-auditor/checks/sts"
)

// maxPolicies bounds, in bytes of memory, the policies that a catalogue keeps
// from check to check and from run to run: some 1,250 of the usual size.
const maxPolicies = 8 << 20

// All returns the catalogue, in the order in which people read it. Its checks
// share the policies that they have parsed, for as long as the catalogue lives:
// a service parses what has not changed since the last run no more.
func All() []audit.Check { return catalogue(policy.NewCache(maxPolicies)) }

func catalogue(policies *policy.Cache) []audit.Check {
	return []audit.Check{
		sts.AccountAccess,
		s3.BucketInventory,
		s3.ObjectOwnership,
		s3.RequiredActions(policies),
		s3.ExcessAccess(policies),
		cloudtrail.DataEvents,
		iam.PrefixRoleQuiltFolder(policies),
	}
}

// Enabled returns the catalogue without the checks whose IDs are disabled;
// those that are always on stay.
func Enabled(disabled []string) []audit.Check {
	off := make(map[string]bool, len(disabled))
	for _, id := range disabled {
		off[id] = true
	}
	var enabled []audit.Check
	for _, c := range All() {
		if c.AlwaysOn || !off[c.ID] {
			enabled = append(enabled, c)
		}
	}
	return enabled
}
