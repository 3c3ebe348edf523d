package audit

import (
	"errors"
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// UnreadEvidence is the evidence of a verdict that is unknown because
// something could not be read.
type UnreadEvidence struct {
	Unread []*snapshot.ReadError `json:"unread"`
}

// Unreadable is the unknown verdict for what a check needed and could not
// read; what names it, as in "The bucket policy". The errors are those of
// Reading.Get, and there is at least one.
func Unreadable(what string, errs ...error) Verdict {
	e := UnreadEvidence{Unread: ReadErrors(errs...)}
	return Verdict{
		Status:   StatusUnknown,
		Reason:   fmt.Sprintf("%s could not be read: %s.", what, errs[0]),
		Evidence: e,
		Basis:    e,
	}
}

// ReadErrors returns what can be said of the errors of Reading.Get, never nil.
func ReadErrors(errs ...error) []*snapshot.ReadError {
	list := []*snapshot.ReadError{}
	for _, err := range errs {
		var re *snapshot.ReadError
		if errors.As(err, &re) {
			list = append(list, re)
		}
	}
	return list
}
