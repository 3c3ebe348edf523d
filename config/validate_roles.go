package config

import (
	"fmt"
	"regexp"
	"unicode/utf8"
)

// login is how an account is entered, wherever it stands in the file.
type login struct {
	at         place // of the mapping that holds the keys
	account    string
	roleARN    string
	externalID Secret
}

// login checks a role and its external id. The role must lie in the account
// that it is to read.
func (v *validator) login(l login) {
	v.externalID(l)
	if l.roleARN == "" {
		return
	}
	p := l.at.key("role_arn")
	if role, ok := v.role(p, l.roleARN); ok && twelveDigits.MatchString(l.account) && role.account != l.account {
		v.report.broken(p, "a role of account %s, but it stands under account %s", role.account, l.account)
	}
	if l.externalID.IsZero() && !v.report.lost(l.at.key("external_id")) {
		v.report.warn(p, "no external_id beside this role; ask for one in its trust policy, so that nobody else can have it assumed")
	}
}

// role checks the ARN of a role.
func (v *validator) role(p place, arn string) (iamARN, bool) {
	role, err := parseIAM(arn)
	if err == nil && role.kind != "role" {
		err = fmt.Errorf("it is the ARN of a %s", role.kind)
	}
	if err != nil {
		v.report.broken(p, "expected a role such as arn:aws:iam::111122223333:role/QuiltAuditor, found %q: %v", arn, err)
		return iamARN{}, false
	}
	return role, v.inPartition(p, role.partition)
}

// externalIDForm is what sts:AssumeRole takes (AWS STS API Reference,
// AssumeRole, ExternalId).
var externalIDForm = regexp.MustCompile(`^[\w+=,.@:/-]+$`)

const (
	minExternalID = 2
	maxExternalID = 1224
)

func (v *validator) externalID(l login) {
	if l.externalID.IsZero() {
		return
	}
	p := l.at.key("external_id")
	id := l.externalID.Reveal()
	if n := utf8.RuneCountInString(id); n < minExternalID || n > maxExternalID || !externalIDForm.MatchString(id) {
		v.report.broken(p, "expected %d to %d letters, digits or any of _+=,.@:/-", minExternalID, maxExternalID)
		return
	}
	if l.roleARN == "" && !v.report.lost(l.at.key("role_arn")) {
		v.report.warn(p, "not used: there is no role_arn beside it")
	}
}
