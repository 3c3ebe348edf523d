package s3

import (
	"fmt"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/excess"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
)

// wording is how bad a class of excess is, what is wrong with it and what to
// do, in which {actions} and {who} stand for those of the excess.
type wording struct {
	severity audit.Severity
	why, fix string
}

func wordingOf(c excess.Class) wording {
	switch c {
	case excess.Public:
		return wording{audit.Critical, "", "take everybody out, or name the accounts and roles that need {actions}"}
	case excess.LimitedPublic:
		return wording{audit.High, ", of whatever account", "name the accounts and roles that need {actions} beside the condition"}
	case excess.UnknownAccount:
		return wording{audit.High, ", though it is not in the configuration", "take account {who} out, or, if it belongs to the estate, add it to the configuration"}
	case excess.Administrative:
		return wording{audit.High, ", with which the bucket is administered", "take out {actions} for {who}"}
	case excess.Organization:
		return wording{audit.Medium, ", all of its accounts", "name the accounts and roles that need {actions} instead of organization {who}"}
	case excess.Beyond:
		return wording{audit.Low, " beyond what it needs", "take out {actions} for {who}, or add them to the profile"}
	case excess.Service:
		return wording{
			audit.Low, ", also on behalf of accounts that are not in the configuration",
			"add a condition on aws:SourceAccount, or by ArnEquals or ArnLike on an aws:SourceArn that holds an account, so that {who} acts for your accounts only",
		}
	default:
		return wording{audit.Informational, " as a whole, though only some of its principals need it", "name the principals that need it instead of account {who}"}
	}
}

// worded is the wording for the excess.
func worded(x *excess.Excess) wording {
	w := wordingOf(x.Class)
	switch {
	case x.Class == excess.Service && excess.IsOriginAccessIdentity(x.Who):
		w.why = ", and the policy does not tell of which account that is"
		w.fix = "take out {who}, and let distributions of your accounts in by origin access control, with a condition on aws:SourceArn"
	case x.Class == excess.Service && x.Who == excess.AnyService:
		w.fix = "name the services that need {actions}, and add a condition on aws:SourceAccount, or by ArnEquals or ArnLike on an aws:SourceArn that holds an account"
	case x.Class == excess.UnknownAccount && x.ByService:
		w.why = ", by way of an AWS service, though it is not in the configuration"
		w.fix = "take account {who} out of the condition, or, if it belongs to the estate, add it to the configuration"
	}
	return w
}

// severityOf is how bad the excess is. What RestrictPublicBuckets holds back is
// one setting away; it does not hold back services.
func severityOf(x *excess.Excess, held bool) audit.Severity {
	severity := wordingOf(x.Class).severity
	if held && !x.ByService {
		return min(severity, audit.Medium)
	}
	return severity
}

// whom names who has the excess, for a person.
func whom(x *excess.Excess) string {
	switch {
	case x.Who == excess.Everyone:
		return "everybody"
	case x.Who == excess.Conditional:
		return "whoever meets its condition"
	case x.Who == excess.AnyService:
		return "every AWS service"
	case excess.IsOriginAccessIdentity(x.Who):
		return "the origin access identity " + x.Who
	case x.Class == excess.Service:
		return "service " + x.Who
	case strings.HasPrefix(x.Who, "o-"):
		return "organization " + x.Who
	case strings.HasPrefix(x.Who, "arn:"):
		return x.Who
	default:
		return "account " + x.Who
	}
}

// narrowing advises how to narrow the statements that grant too much, the
// worst first. It is no change that can be applied as it stands: only the
// bucket's owner knows who else relies on a grant.
func (u *surplus) narrowing(worst int) *audit.Remediation {
	const most = 3
	x := u.report.Excesses
	order := append([]excess.Excess{x[worst]}, x[:worst]...)
	order = append(order, x[worst+1:]...)
	var b strings.Builder
	for _, next := range order[:min(most, len(order))] {
		fix := strings.NewReplacer("{actions}", quilt.Enumerate(next.Actions), "{who}", next.Who).Replace(worded(&next).fix)
		fmt.Fprintf(&b, "In %s: %s. ", statements(next.GrantedBy), fix)
	}
	b.WriteString("Make sure first that nobody relies on it, for example by the data events of CloudTrail.")
	return &audit.Remediation{Kind: audit.RemedyAdvice, Summary: b.String()}
}

// statements names the first few of the statements.
func statements(list []policy.DecidedBy) string {
	names := make([]string, 0, len(list))
	for _, d := range list {
		names = append(names, quilt.Statement(d))
	}
	return quilt.Enumerate(names)
}
