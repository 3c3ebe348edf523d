package prometheus

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// state is an open failure or an unknown, with since when it is that. A
// finding can be both at once.
type state struct {
	finding *audit.Finding
	status  audit.Status // StatusFail or StatusUnknown
	since   time.Time
}

// statesOf returns the states of the findings, at most limit, and how many it
// left out. Which ones stay owes nothing to chance: the severest, of these
// failures before unknowns, of these the oldest, of these the first in the
// order of the run.
func statesOf(findings []audit.Finding, limit int) (list []state, dropped int) {
	for i := range findings {
		f := &findings[i]
		if f.OpenFailure() {
			list = append(list, state{f, audit.StatusFail, f.Known.Since})
		}
		if f.Status == audit.StatusUnknown {
			list = append(list, state{f, audit.StatusUnknown, f.StatusSince})
		}
	}
	slices.SortFunc(list, compareStates)
	kept := min(len(list), max(limit, 0))
	return list[:kept], len(list) - kept
}

func compareStates(a, b state) int {
	f, g := a.finding, b.finding
	if order := cmp.Compare(g.Severity, f.Severity); order != 0 {
		return order
	}
	if order := cmp.Compare(a.status, b.status); order != 0 {
		return order // "fail" before "unknown"
	}
	if order := a.since.Compare(b.since); order != 0 {
		return order
	}
	return cmp.Or(f.Position().Compare(g.Position()), cmp.Compare(f.Region, g.Region))
}

// since shows the oldest of the states whose labels are the same.
func (v *view) since(s *samples) {
	for i := range v.states {
		at := &v.states[i]
		f := at.finding
		s.first(seconds(at.since), f.Check, f.Severity.String(), string(at.status), f.AccountID, f.Region, f.Bucket(), roleName(f.Resource))
	}
}

func (v *view) findingsDropped(s *samples) { s.first(float64(v.dropped)) }

// roleName is the name of an IAM role, with its path if it has one; "" if the
// resource is none. In an ARN of IAM it is what follows "role" and its path
// starts with the slash after that (IAM User Guide, "IAM identifiers").
func roleName(resource string) string {
	parts := strings.SplitN(resource, ":", 6)
	if len(parts) != 6 || parts[2] != "iam" {
		return ""
	}
	name, is := strings.CutPrefix(parts[5], "role/")
	if !is {
		return ""
	}
	return name
}
