// Package checks is the catalogue: the explicit list of every check there is.
package checks

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks/cloudtrail"
	"github.com/quilt-auditor/quilt-auditor/checks/iam"
	"github.com/quilt-auditor/quilt-auditor/checks/s3"
	"github.com/quilt-auditor/quilt-auditor/checks/sts"
)

// All returns the catalogue, in the order in which people read it.
func All() []audit.Check {
	return []audit.Check{
		sts.AccountAccess,
		s3.BucketInventory,
		s3.ObjectOwnership,
		s3.RequiredActions,
		cloudtrail.DataEvents,
		iam.PrefixRoleQuiltFolder,
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
