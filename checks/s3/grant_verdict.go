package s3

import (
	"fmt"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
)

func (g *grant) verdict(parts quilt.Parts) audit.Verdict {
	e := g.evidence()
	v := audit.Verdict{Basis: grantBasis{g.text, e.Principals, g.actions, g.bucket.Prefixes, g.blocked, audit.ReadErrors(g.blockErrs...)}}
	refused, open := parts.Refused(), parts.Open()
	switch {
	case len(refused) > 0:
		g.fail(&v, &e, parts, refused)
	case len(open) > 0:
		g.open(&v, &e, open)
	case len(g.blockErrs) > 0 && !g.allAtHome():
		v.Status = audit.StatusUnknown
		v.Reason = fmt.Sprintf("The bucket policy grants every action, but whether RestrictPublicBuckets voids the grant cannot be told: %s.", g.blockErrs[0])
		e.Unread = audit.ReadErrors(g.blockErrs...)
	case g.allAtHome():
		v.Status = audit.StatusNotApplicable
		v.Reason = "The callers are in the bucket's own account, whose identity policies grant, and no Deny of the bucket policy hits them."
	default:
		v.Status = audit.StatusPass
		v.Reason = fmt.Sprintf("The bucket's side grants %s all %d actions of profile %s on %s.",
			quilt.Enumerate(parts.Callers()), len(g.actions), g.bucket.Profile, g.reach())
		e.GrantedBy = parts.GrantedBy()
	}
	v.Evidence = e
	return v
}

func (g *grant) allAtHome() bool {
	return !slices.ContainsFunc(g.callers, func(c quilt.Caller) bool { return !g.atHome(c) })
}

func (g *grant) reach() string {
	if len(g.bucket.Prefixes) > 0 {
		return "every key below " + quilt.Enumerate(g.bucket.Prefixes)
	}
	return "every key"
}

func (g *grant) evidence() grantEvidence {
	e := grantEvidence{Profile: g.bucket.Profile, Prefixes: g.bucket.Prefixes, NotConsidered: notConsidered}
	for _, c := range g.callers {
		e.Principals = append(e.Principals, c.ARN(g.bucket.Partition))
	}
	if g.document != nil {
		e.OtherPartition = quilt.OtherPartition(g.document, g.bucket)
		for _, u := range policy.UniqueIDPrincipals(g.document) {
			e.OrphanedGrants = append(e.OrphanedGrants, orphan{u.Statement, u.Text})
		}
		for _, p := range policy.Placeholders(g.document) {
			if p.Text != exampleAccount || g.control != exampleAccount && g.bucket.AccountID != exampleAccount {
				e.Placeholders = append(e.Placeholders, placeholder{p.Statement, p.Element, p.Text})
			}
		}
	}
	return e
}

func (g *grant) fail(v *audit.Verdict, e *grantEvidence, parts, refused quilt.Parts) {
	v.Status = audit.StatusFail
	e.Missing = refused.Actions()
	e.Witness, e.DecidedBy = refused[0].Answer.Witness, refused[0].Answer.DecidedBy
	cause := refused.Cause()
	if g.document == nil {
		cause = "the bucket has no policy"
	}
	v.Reason = fmt.Sprintf("The bucket's side does not let %s do %s: %s.", quilt.Enumerate(refused.Callers()), quilt.Enumerate(e.Missing), cause)
	if d := e.DecidedBy; d != nil && d.Effect == policy.Deny && e.Witness != nil {
		v.Reason += fmt.Sprintf(" For example, %s on %s is refused.", refused[0].Request.Action, e.Witness.Resource)
	}
	if e.GrantedPrincipals = g.grantedPrincipals(); len(e.GrantedPrincipals) > 0 {
		v.Reason += fmt.Sprintf(" Granted everything: only %s. List these under control.principals if Quilt uses no others.", quilt.Enumerate(e.GrantedPrincipals))
	}
	if quilt.ListsByPrefix(g.document) && quilt.IsListing(refused[0].Request.Action) {
		v.Reason += " A condition on s3:prefix refuses a listing of the whole bucket."
	}
	v.Reason += e.hints()
	v.Remediation = g.remediation(parts, refused)
}

func (g *grant) open(v *audit.Verdict, e *grantEvidence, open quilt.Parts) {
	v.Status = audit.StatusUnknown
	e.Open, e.DependsOn = open.Actions(), open.DependsOn()
	first := open[0].Answer
	e.Witness, e.DecidedBy = first.Witness, first.DecidedBy
	who, what := quilt.Enumerate(open.Callers()), quilt.Enumerate(e.Open)
	if first.Kind == policy.Undecided {
		v.Reason = fmt.Sprintf("Whether %s may do %s is undecided: %s.", who, what, first.Reason)
		return
	}
	v.Reason = fmt.Sprintf("Whether %s may do %s depends on %s, whose value is not known.", who, what, quilt.Enumerate(e.DependsOn))
	if g.orgErr != nil && slices.ContainsFunc(e.DependsOn, quilt.IsOrganizationKey) {
		e.Unread = audit.ReadErrors(g.orgErr)
		v.Reason += fmt.Sprintf(" The organization could not be read: %s.", g.orgErr)
		return
	}
	v.Reason += " If every Quilt request carries it, put its values under control.context."
}
