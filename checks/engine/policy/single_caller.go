package policy

import (
	"slices"
	"strconv"
	"strings"
)

// singleCaller is one caller under all its names. Those it does not have are
// empty, all of them for an anonymous request.
type singleCaller struct {
	partition, account string
	role               string // ARN with path, if that is known
	roleName           string // without path
	session            string // ARN of an assumed-role session
	user               string // ARN
	federated          string // ARN of a federated-user session
}

// String is the most particular name.
func (c singleCaller) String() string {
	for _, name := range []string{c.session, c.federated, c.user} {
		if name != "" {
			return name
		}
	}
	return "*"
}

// singleCallers lists the callers that the principal of the request stands for.
func singleCallers(r SingleRequest, bucket *Document) (callers []singleCaller, reason string) {
	if r.Anonymous || r.Principal == "*" && !r.AnyPrincipal {
		return []singleCaller{{}}, ""
	}
	principal := r.Principal
	if r.AnyPrincipal {
		principal = r.PrincipalAccount
	}
	if account, whole := singleWholeAccount(principal); whole {
		partition := strings.Split(r.Resource, ":")[1]
		principal = FreshRole(partition, account, bucket)
	}
	caller, ok := singleNamedCaller(principal)
	if !ok {
		return nil, "the principal is no role, session, user or account"
	}
	if r.PrincipalAccount != "" && r.PrincipalAccount != caller.account {
		return nil, "the principal belongs to another account than it says"
	}
	if caller.role == "" {
		return []singleCaller{caller}, ""
	}
	for _, session := range singleSessions(caller, bucket) {
		caller.session = session
		callers = append(callers, caller)
	}
	return callers, ""
}

// singleWholeAccount reads the two forms that name an account.
func singleWholeAccount(principal string) (account string, whole bool) {
	if singleIsAccount(principal) {
		return principal, true
	}
	parts := strings.Split(principal, ":")
	if len(parts) == 6 && parts[0] == "arn" && parts[2] == "iam" && parts[3] == "" && parts[5] == "root" {
		return parts[4], singleIsAccount(parts[4])
	}
	return "", false
}

// singleNamedCaller takes an ARN of one role, session or user apart.
func singleNamedCaller(arn string) (singleCaller, bool) {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[3] != "" || !singleIsAccount(parts[4]) || strings.ContainsAny(arn, "*?") {
		return singleCaller{}, false
	}
	caller := singleCaller{partition: parts[1], account: parts[4]}
	names := strings.Split(parts[5], "/")
	last := names[len(names)-1]
	if len(names) < 2 || last == "" {
		return singleCaller{}, false
	}
	switch parts[2] + ":" + names[0] {
	case "iam:role":
		caller.role, caller.roleName = arn, last
	case "iam:user":
		caller.user = arn
	case "sts:assumed-role":
		caller.session, caller.roleName = arn, names[1]
		return caller, len(names) == 3 && names[1] != ""
	case "sts:federated-user":
		caller.federated = arn
		return caller, len(names) == 2
	default:
		return singleCaller{}, false
	}
	return caller, true
}

// singleSessions lists a session of the role that the policy does not name,
// then those that it names.
func singleSessions(role singleCaller, bucket *Document) []string {
	prefix := "arn:" + role.partition + ":sts::" + role.account + ":assumed-role/" + role.roleName + "/"
	sessions := []string{prefix + singleFreshName(bucket)}
	for _, p := range singlePrincipals(bucket) {
		if _, ok := singleNamedCaller(p.Value); ok && strings.HasPrefix(p.Value, prefix) {
			sessions = append(sessions, p.Value)
		}
	}
	return sessions
}

// FreshRole returns the ARN of a role of the account whose name is in no
// principal and in no condition of the documents: what holds for it holds for
// every role that they do not mention. Nil documents are passed over.
func FreshRole(partition, account string, documents ...*Document) string {
	return "arn:" + partition + ":iam::" + account + ":role/" + singleFreshName(documents...)
}

func singleFreshName(documents ...*Document) string {
	var used []string
	for _, d := range documents {
		for _, p := range singlePrincipals(d) {
			used = append(used, p.Value)
		}
		used = append(used, singleConditionValues(d)...)
	}
	name := "any"
	for n := 1; slices.ContainsFunc(used, func(text string) bool { return strings.Contains(text, name) }); n++ {
		name = "any" + strconv.Itoa(n)
	}
	return name
}

func singlePrincipals(d *Document) (all []Principal) {
	if d == nil {
		return nil
	}
	for i := range d.Statements {
		all = append(all, d.Statements[i].Principals...)
		all = append(all, d.Statements[i].NotPrincipals...)
	}
	return all
}

func singleConditionValues(d *Document) (all []string) {
	if d == nil {
		return nil
	}
	for i := range d.Statements {
		for _, c := range d.Statements[i].Conditions {
			all = append(all, c.Values...)
		}
	}
	return all
}
