package web

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// What unread names where an account is not entered, and the checks that tell
// more of that and of buckets that are not reached.
const (
	inventoryCheck = "s3-bucket-inventory"
	entry          = "sts:" // begins the operations
	entryCheck     = "sts-account-access"
)

// advice is what to do about a finding that is unknown because something could
// not be read.
type advice struct {
	Bucket      string   // is not reached, which the inventory check tells more of; "" for none
	Entry       bool     // an account was not entered, which the check of that tells more of
	Permissions []string // are missing, or denied
	Again       []string // operations that failed otherwise
}

// Any reports whether there is something to say.
func (a *advice) Any() bool {
	return a.Bucket != "" || a.Entry || len(a.Permissions) > 0 || len(a.Again) > 0
}

func adviceOn(f *audit.Finding, list []unread) (a advice) {
	if f.Status != audit.StatusUnknown {
		return a
	}
	for _, u := range list {
		switch {
		case u.Code == snapshot.CodeBucketNotReachable && f.Bucket() != "" && f.Check != inventoryCheck:
			a.Bucket = f.Bucket()
		case strings.HasPrefix(u.Operation, entry) && f.Check != entryCheck:
			a.Entry = true
		case u.Permission != "":
			a.Permissions = append(a.Permissions, u.Permission)
		default:
			a.Again = append(a.Again, u.Operation)
		}
	}
	slices.Sort(a.Permissions)
	slices.Sort(a.Again)
	a.Permissions, a.Again = slices.Compact(a.Permissions), slices.Compact(a.Again)
	return a
}
