package s3

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/excess"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
)

func (u *surplus) verdict(s *snapshot.Snapshot) audit.Verdict {
	e := excessEvidence{Profile: u.bucket.Profile, NotConsidered: grantsNotConsidered}
	v := audit.Verdict{Status: audit.StatusPass}
	for _, d := range u.report.Doubts {
		e.Open = append(e.Open, excessDoubt(d))
	}
	switch {
	case u.document == nil:
		v.Reason = "The bucket has no policy, which grants nobody anything."
	case len(u.report.Excesses) > 0:
		u.fail(s, &v, &e)
	case len(u.report.Doubts) > 0:
		v.Status = audit.StatusUnknown
		if u.orgErr != nil {
			e.Unread = audit.ReadErrors(u.orgErr)
		}
		d := u.report.Doubts[0]
		v.Reason = fmt.Sprintf("Whether the bucket policy grants more than is needed is undecided: %s.", d.Reason)
	default:
		e.WholeAccounts = u.wholeAccounts()
		v.Reason = fmt.Sprintf("The bucket policy is proved to grant nobody outside of account %s anything but what profile %s needs.", u.bucket.AccountID, u.bucket.Profile)
	}
	v.Evidence, v.Basis = e, excessBasis{u.text, u.needs, u.organization, e.HeldBack}
	return v
}

func (u *surplus) fail(s *snapshot.Snapshot, v *audit.Verdict, e *excessEvidence) {
	held, errs := quilt.Blocked(s, u.facts)
	v.Status, e.HeldBack = audit.StatusFail, held
	if u.orgErr != nil {
		errs = append(errs, u.orgErr)
	}
	e.Unread = audit.ReadErrors(errs...)
	worst := 0
	for i, x := range u.report.Excesses {
		g := excessGrant{x.Class, severityOf(&x, held), x.Who, x.Actions, x.Witness, x.GrantedBy}
		e.Excess = append(e.Excess, g)
		if g.Severity > v.Severity {
			v.Severity, worst = g.Severity, i
		}
	}
	v.Reason = u.reason(&u.report.Excesses[worst], held)
	v.Remediation = u.narrowing(worst)
}

// reason tells of the worst excess, and how many there are.
func (u *surplus) reason(x *excess.Excess, held bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "The bucket policy grants %s %s%s: for example, %s.", whom(x), quilt.Enumerate(x.Actions), worded(x).why, example(x.Witness))
	if n := len(u.report.Excesses) - 1; n > 0 {
		fmt.Fprintf(&b, " The evidence lists %d more.", n)
	}
	if held {
		b.WriteString(" RestrictPublicBuckets voids what it grants to other accounts, as long as it is on.")
	}
	return b.String()
}

// example tells of a granted request.
func example(w *policy.Witness) string {
	principal := w.Principal
	switch {
	case principal == excess.Anybody && slices.Contains(w.Context["aws:PrincipalIsAWSService"], "true"):
		principal = "an AWS service"
	case principal == excess.Anybody:
		principal = "anybody"
	}
	var carried []string
	for _, key := range slices.Sorted(maps.Keys(w.Context)) {
		carried = append(carried, key+" "+strings.Join(w.Context[key], ", "))
	}
	with := ""
	if len(carried) > 0 {
		with = " with " + quilt.Enumerate(carried)
	}
	return fmt.Sprintf("%s may do %s on %s%s", principal, w.Action, w.Resource, with)
}
