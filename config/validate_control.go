package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

func (v *validator) control() {
	c := v.config.Control
	at := place("control")
	v.accountID(at.key("account_id"), c.AccountID)
	v.login(login{at: at, account: c.AccountID, roleARN: c.RoleARN, externalID: c.ExternalID})
	v.regions(at.key("regions"), c.Regions)
	v.principals(at.key("principals"), c.Principals)
	v.context(at.key("context"), c.Context)
}

func (v *validator) organization() {
	o := v.config.Organization
	if o == nil {
		return
	}
	at := place("organization")
	v.accountID(at.key("account_id"), o.AccountID)
	v.login(login{at: at, account: o.AccountID, roleARN: o.RoleARN, externalID: o.ExternalID})
}

// principals checks who needs access. An account id and the ARN of its root
// mean the same (IAM User Guide, "AWS JSON policy elements: Principal").
func (v *validator) principals(p place, principals []string) {
	listed := seen{}
	for i, principal := range principals {
		here := p.item(i)
		if twelveDigits.MatchString(principal) {
			v.twice(listed, principal, here)
			continue
		}
		arn, err := parseIAM(principal)
		if err != nil {
			v.report.broken(here, "expected an account id, or the ARN of an account root, a role or a user, found %q: %v", principal, err)
			continue
		}
		same := principal
		if arn.kind == "root" {
			same = arn.account
		}
		if !v.twice(listed, same, here) {
			v.inPartition(here, arn.partition)
		}
	}
}

// conditionKey is service:Name, in some services with a further part after a
// slash, such as aws:PrincipalTag/team.
var conditionKey = regexp.MustCompile(`^[A-Za-z0-9-]+:[^\s*?]+$`)

// context checks the condition keys. Their names have no case (IAM User
// Guide, "AWS JSON policy elements: Condition").
func (v *validator) context(p place, context map[string][]string) {
	listed := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(context)) {
		here := p.key(key)
		if !conditionKey.MatchString(key) {
			v.report.broken(here, "expected a condition key such as aws:SourceVpce")
			continue
		}
		if other, ok := listed[strings.ToLower(key)]; ok {
			v.report.broken(here, "the same condition key as %s on %s", other, v.report.where(p.key(other)))
		}
		listed[strings.ToLower(key)] = key
		v.contextValues(here, context[key])
	}
}

func (v *validator) contextValues(p place, values []string) {
	if len(values) == 0 {
		v.report.broken(p, "expected at least one value; leave the key out if requests do not carry it")
	}
	for i, value := range values {
		if value == "" {
			v.report.broken(p.item(i), "expected a value, found an empty string")
		}
	}
}
