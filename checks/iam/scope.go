package iam

import (
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// scopeEvidence is the evidence where the role's bucket was not found.
type scopeEvidence struct {
	Bucket string                `json:"bucket_not_in_scope"`
	Unread []*snapshot.ReadError `json:"unread,omitempty"` // why accounts could not be searched
}

// notInScope is the verdict on a role whose bucket no account shows.
func notInScope(s *snapshot.Snapshot, bucket string) audit.Verdict {
	errs := unsearched(s)
	e := scopeEvidence{Bucket: bucket, Unread: audit.ReadErrors(errs...)}
	reason := fmt.Sprintf("The bucket %s is not in scope: it is not named, and no account that could be listed shows it.", bucket)
	if len(errs) > 0 {
		reason += fmt.Sprintf(" It may lie in an account that could not be searched: %s.", errs[0])
	}
	return audit.Verdict{Status: audit.StatusUnknown, Reason: reason, Evidence: e, Basis: e}
}

// unsearched are the errors that kept data accounts from being searched.
func unsearched(s *snapshot.Snapshot) []error {
	var errs []error
	for i := range s.Scope.Accounts {
		a := &s.Scope.Accounts[i]
		if !a.Data {
			continue
		}
		if _, err := a.Identity.Get(); err != nil {
			errs = append(errs, err)
		} else if _, err := a.Listing.Get(); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}
