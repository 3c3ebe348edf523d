package iam

import (
	"fmt"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
)

func (a *access) verdict() audit.Verdict {
	parts := a.ask(requests(a.role), a.layers)
	e := evidence{
		Access: a.role.Access, Prefixes: a.role.Prefixes, Policies: a.names, Advisory: a.advisory(),
		Unread: audit.ReadErrors(a.unread...), NotConsidered: notConsidered,
	}
	if e.Policies == nil {
		e.Policies = []string{}
	}
	v := audit.Verdict{Status: audit.StatusPass, Basis: struct {
		Texts  []string
		Role   *snapshot.PrefixRole
		Unread []*snapshot.ReadError
	}{a.texts, a.role, e.Unread}}
	refused, open := parts.Refused(), parts.Open()
	switch {
	case len(refused) > 0:
		a.fail(&v, &e, refused)
	case len(open) > 0:
		a.open(&v, &e, open)
	default:
		v.Reason = fmt.Sprintf("The role may list the bucket, and %s below .quilt/ and %s.", words(a.role.Access), quilt.Enumerate(a.role.Prefixes))
		e.GrantedBy, e.Unread = parts.GrantedBy(), nil
	}
	v.Evidence = e
	return v
}

func words(access string) string {
	if access == snapshot.AccessReadWrite {
		return "read and write"
	}
	return "read"
}

func (a *access) advisory() map[string]policy.AnswerKind {
	answers := map[string]policy.AnswerKind{}
	for _, action := range advisoryActions {
		answers[action] = policy.Granted
		for _, part := range a.ask(onFolders(a.role, []string{action}), a.layers) {
			if part.Answer.Kind != policy.Granted {
				answers[action] = part.Answer.Kind
			}
		}
	}
	return answers
}

func places(parts quilt.Parts) []missing {
	list := make([]missing, 0, len(parts))
	for _, p := range parts {
		list = append(list, missing{p.Request.Action, p.Request.Prefix})
	}
	return list
}

// folders names the prefixes of the parts, each once.
func folders(parts quilt.Parts) string {
	var names []string
	for _, p := range parts {
		name := p.Request.Prefix
		if name == "" {
			name = "the bucket"
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return quilt.Enumerate(names)
}

func (a *access) fail(v *audit.Verdict, e *evidence, refused quilt.Parts) {
	v.Status = audit.StatusFail
	e.Missing = places(refused)
	e.Witness, e.DecidedBy = refused[0].Answer.Witness, refused[0].Answer.DecidedBy
	v.Reason = fmt.Sprintf("The role cannot do %s on %s: %s.", quilt.Enumerate(refused.Actions()), folders(refused), refused.Cause())
	if refused[0].Request.Prefix == "" && e.Witness != nil && quilt.ListsByPrefix(a.layers.Identity...) {
		v.Reason += " A condition on s3:prefix refuses the listing of the whole bucket, which the catalog's bucket tab needs."
	}
	for _, d := range a.layers.Identity {
		for _, p := range policy.Placeholders(d) {
			v.Reason += fmt.Sprintf(" The %s of statement %d still holds the placeholder %s.", p.Element, p.Statement, p.Text)
		}
	}
	v.Remediation = a.remediation(refused)
}

func (a *access) open(v *audit.Verdict, e *evidence, open quilt.Parts) {
	v.Status = audit.StatusUnknown
	e.Open, e.DependsOn = places(open), open.DependsOn()
	e.Witness, e.DecidedBy = open[0].Answer.Witness, open[0].Answer.DecidedBy
	what := fmt.Sprintf("Whether the role may do %s on %s", quilt.Enumerate(open.Actions()), folders(open))
	switch {
	case len(a.unread) > 0:
		v.Reason = fmt.Sprintf("%s cannot be told: %s.", what, a.unread[0])
	case open[0].Answer.Kind == policy.Conditional && a.orgErr != nil && slices.ContainsFunc(e.DependsOn, quilt.IsOrganizationKey):
		e.Unread = audit.ReadErrors(a.orgErr)
		v.Reason = fmt.Sprintf("%s depends on %s. The organization could not be read: %s.", what, quilt.Enumerate(e.DependsOn), a.orgErr)
	case open[0].Answer.Kind == policy.Conditional:
		v.Reason = fmt.Sprintf("%s depends on %s, whose value is not known. If every Quilt request carries it, put its values under control.context.", what, quilt.Enumerate(e.DependsOn))
	default:
		v.Reason = fmt.Sprintf("%s is undecided: %s.", what, open[0].Answer.Reason)
	}
}
