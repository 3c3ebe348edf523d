package repair

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// The condition keys that tell who calls ("AWS global condition context keys").
// Signed requests carry both.
const (
	accountKey = "aws:PrincipalAccount"
	arnKey     = "aws:PrincipalArn"
)

// exceptions are the operators by whose list of values a Deny excepts somebody:
// it holds where no value matches, and where the key is missing. A value more
// narrows the Deny.
var exceptions = map[string][]string{
	accountKey: {"StringNotEquals", "StringNotEqualsIfExists", "StringNotLike", "StringNotLikeIfExists", "StringNotEqualsIgnoreCase"},
	arnKey: {
		"ArnNotLike", "ArnNotEquals", "ArnNotLikeIfExists", "ArnNotEqualsIfExists", "StringNotEquals", "StringNotEqualsIfExists", "StringNotLike", "StringNotLikeIfExists",
	},
}

// excepting is the Deny for all but the parties: conditions are joined by and,
// so one more narrows it. It is false where a party cannot be told by a
// condition.
func excepting(statement *policy.Statement, written *value, all []party) (*value, bool) {
	out := written.clone()
	for _, p := range all {
		switch p.kind {
		case wholeAccount:
			except(out, statement, accountKey, p.account)
		case named:
			except(out, statement, arnKey, p.arn)
		default:
			return nil, false
		}
	}
	return out, true
}

// except adds the value to the first list of values that is an exception by the
// key, or makes one.
func except(written *value, statement *policy.Statement, key, what string) {
	condition := written.get("Condition")
	if condition == nil {
		condition = &value{form: object}
		written.set("Condition", "Condition", condition)
	}
	for _, c := range statement.Conditions {
		if slices.Contains(exceptions[key], c.Operator) && strings.EqualFold(c.Key, key) && len(c.Values) > 0 {
			condition.get(c.Operator).get(c.Key).add(what)
			return
		}
	}
	operator := condition.get(exceptions[key][0])
	if operator == nil {
		operator = &value{form: object}
		condition.set(exceptions[key][0], exceptions[key][0], operator)
	}
	if list := operator.get(key); list != nil { // for the party before this one
		list.add(what)
		return
	}
	operator.set(key, key, text(what))
}

// others reports whether the Deny concerns anybody but the parties: one that
// does not is void once it spares them.
func (j *job) others(deny *policy.Statement, all []party) bool {
	inside := func(entry policy.Principal) bool {
		return slices.ContainsFunc(all, func(p party) bool { return p.covers(entry, j.world.partition) })
	}
	if deny.NotPrincipals == nil && !slices.ContainsFunc(deny.Principals, func(entry policy.Principal) bool { return !inside(entry) }) {
		return false
	}
	return !slices.ContainsFunc(deny.Conditions, func(c policy.Condition) bool { return onlyFor(c, all) })
}

// onlyFor reports whether the condition holds for nobody but the parties.
func onlyFor(c policy.Condition, all []party) bool {
	var name func(party) string
	switch {
	case strings.EqualFold(c.Key, accountKey):
		name = func(p party) string { return p.account }
	case strings.EqualFold(c.Key, arnKey):
		name = func(p party) string { return p.arn }
	default:
		return false
	}
	switch c.Operator {
	case "StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike":
	default:
		return false
	}
	return !slices.ContainsFunc(c.Values, func(v string) bool {
		return !slices.ContainsFunc(all, func(p party) bool {
			parts := strings.SplitN(v, ":", 6)
			return name(p) == v && (p.kind == wholeAccount || name(p) == p.arn) || p.kind == wholeAccount && len(parts) == 6 && parts[4] == p.account
		})
	})
}

// fixed are condition keys of the network or organization that a request comes
// from, with the operators that except a list of them.
var fixed = map[string][]string{
	"aws:sourcevpce":      {"StringNotEquals", "StringNotLike"},
	"aws:sourcevpc":       {"StringNotEquals", "StringNotLike"},
	"aws:sourceip":        {"NotIpAddress"},
	"aws:vpcsourceip":     {"NotIpAddress"},
	"aws:principalorgid":  {"StringNotEquals", "StringNotLike"},
	"aws:sourceorgid":     {"StringNotEquals", "StringNotLike"},
	"aws:sourceaccount":   {"StringNotEquals", "StringNotLike"},
	"aws:requestedregion": {"StringNotEquals", "StringNotLike"},
}

// admitting is the Deny with the value that all claims fix for one of its lists
// added to that list: one for each such list.
func admitting(statement *policy.Statement, written *value, claims []*claim) []*value {
	var out []*value
	for _, c := range statement.Conditions {
		operator, _ := strings.CutSuffix(c.Operator, "IfExists")
		what, known := fixedValue(claims, c.Key)
		if !slices.Contains(fixed[strings.ToLower(c.Key)], operator) || !known || slices.Contains(c.Values, what) || len(c.Values) == 0 {
			continue
		}
		next := written.clone()
		next.get("Condition").get(c.Operator).get(c.Key).add(what)
		out = append(out, next)
	}
	return out
}

// fixedValue is the one value that the questions of all claims give the key.
func fixedValue(claims []*claim, key string) (string, bool) {
	var all []string
	for _, c := range claims {
		var mine []string
		for name, values := range c.question.Context {
			if strings.EqualFold(name, key) {
				mine = values
			}
		}
		if len(mine) != 1 || strings.ContainsAny(mine[0], "*?$") {
			return "", false
		}
		all = append(all, mine[0])
	}
	all = slices.Compact(all)
	if len(all) != 1 {
		return "", false
	}
	return all[0], true
}
