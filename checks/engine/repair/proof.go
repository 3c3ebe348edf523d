package repair

import (
	"reflect"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// prove compares the two documents, knowing nothing of how one became the
// other but which statements stand for which. It makes sure that every Allow
// grants what it did and otherwise only what is claimed, and that every Deny
// denies what it did, but for what is claimed and what nothing allows.
func (j *job) prove(before, after *draft) bool {
	for i := range before.document.Statements {
		was := before.statement(i)
		var now []*policy.Statement
		same := false
		for k, origin := range after.origins {
			if origin == i {
				now = append(now, after.statement(k))
				same = before.statements[i] == after.statements[k] || reflect.DeepEqual(was, after.statement(k))
			}
		}
		same = same && len(now) == 1
		switch {
		case same:
		case was.Effect == policy.Allow && len(now) == 1 && j.widens(was, now[0]):
		case was.Effect == policy.Deny && j.keeps(was, now, after):
		default:
			return false
		}
	}
	for k, origin := range after.origins {
		if s := after.statement(k); origin < 0 && (s.Effect != policy.Allow || !j.plainly(s) || !j.claimsAll(*s, nil)) {
			return false
		}
	}
	return true
}

// plainly says that the statement has no element but lists that say what it
// grants.
func (j *job) plainly(s *policy.Statement) bool {
	return len(s.Conditions) == 0 && s.Actions != nil && s.Resources != nil && (s.Principals != nil || j.goal.kind() != policy.Resource)
}

// widens reports whether an Allow only has more in its lists, all of it claimed.
func (j *job) widens(was, now *policy.Statement) bool {
	return j.plainly(was) && j.plainly(now) && now.Effect == policy.Allow && was.Sid == now.Sid &&
		begins(now.Actions, was.Actions) && begins(now.Resources, was.Resources) && holds(now.Principals, was.Principals) && j.claimsAll(*now, was)
}

func begins[T comparable](all, first []T) bool {
	return len(all) >= len(first) && slices.Equal(all[:len(first)], first)
}

func holds[T comparable](all, some []T) bool {
	return !slices.ContainsFunc(some, func(one T) bool { return !slices.Contains(all, one) })
}

// keeps reports whether the pieces deny what the Deny did.
func (j *job) keeps(was *policy.Statement, now []*policy.Statement, after *draft) bool {
	all := j.parties
	whole := func(s *policy.Statement) bool { return sameReach(was, s) && j.exceptsOnly(was, s, all) }
	if len(now) == 0 || j.others(was, all) && !slices.ContainsFunc(now, whole) {
		return false
	}
	return !slices.ContainsFunc(all, func(p party) bool {
		var stay []*policy.Statement // what still denies the party
		for _, s := range now {
			if s.Effect == policy.Deny && j.exceptsOnly(was, s, slices.DeleteFunc(slices.Clone(all), func(o party) bool { return o.overlaps(p) })) {
				stay = append(stay, s)
			}
		}
		return j.opens(was, stay, p, after)
	})
}

// overlaps reports whether some caller is of both parties.
func (p party) overlaps(o party) bool {
	return p.account == o.account && (p.kind == wholeAccount || o.kind == wholeAccount || p.arn == o.arn || p.kind == session || o.kind == session)
}

func sameReach(was, now *policy.Statement) bool {
	return now.Effect == policy.Deny && reflect.DeepEqual(was.Actions, now.Actions) && reflect.DeepEqual(was.NotActions, now.NotActions) &&
		reflect.DeepEqual(was.Resources, now.Resources) && reflect.DeepEqual(was.NotResources, now.NotResources)
}

// exceptsOnly reports whether the piece applies to every caller that the Deny
// applies to, but for those of the parties.
func (j *job) exceptsOnly(was, now *policy.Statement, all []party) bool {
	listed := func(name string) bool {
		return slices.ContainsFunc(all, func(p party) bool {
			return p.kind == named && (name == p.arn || name == "arn:"+j.world.partition+":iam::"+p.account+":root")
		})
	}
	for _, entry := range now.NotPrincipals {
		if !slices.Contains(was.NotPrincipals, entry) && !listed(entry.Value) {
			return false
		}
	}
	if !slices.Equal(was.Principals, now.Principals) || !holds(now.NotPrincipals, was.NotPrincipals) || (was.NotPrincipals == nil) != (now.NotPrincipals == nil) {
		return false
	}
	return !slices.ContainsFunc(now.Conditions, func(c policy.Condition) bool {
		return !slices.ContainsFunc(was.Conditions, func(o policy.Condition) bool { return reflect.DeepEqual(o, c) }) && !excepts(c, was, all)
	})
}

// excepts reports whether a condition that is new, or has more values than
// before, fails for nobody but the parties.
func excepts(c policy.Condition, was *policy.Statement, all []party) bool {
	var old []string
	for _, o := range was.Conditions {
		if o.Operator == c.Operator && o.Key == c.Key {
			old = o.Values
		}
	}
	var key string
	for k := range exceptions {
		if strings.EqualFold(k, c.Key) && slices.Contains(exceptions[k], c.Operator) {
			key = k
		}
	}
	return key != "" && !slices.ContainsFunc(c.Values, func(v string) bool {
		return !slices.Contains(old, v) && !slices.ContainsFunc(all, func(p party) bool {
			return key == accountKey && p.kind == wholeAccount && v == p.account || key == arnKey && p.kind == named && v == p.arn
		})
	})
}

// opens reports whether the party may now do something that is not claimed: it
// was denied, no piece that stays denies it, and something may allow it.
func (j *job) opens(was *policy.Statement, stay []*policy.Statement, p party, after *draft) bool {
	mine := j.claimsOf(p, "")
	allows := []*policy.Statement{}
	for k := range after.document.Statements {
		if s := after.statement(k); s.Effect == policy.Allow && j.mayAllow(s, mine) {
			allows = append(allows, s)
		}
	}
	if j.grantedElsewhere(mine) {
		allows = append(allows, &everything(after.kind).Statements[0])
	}
	for _, action := range knownActions {
		if !j.world.concerns(action.Level) || !namesAction(was, action.Name) {
			continue
		}
		within := []group{j.world.resourcesNamed(was, false), {patternsOf(j.claimsOf(p, action.Name)), true}}
		for _, s := range stay {
			if g := j.world.resourcesNamed(s, true); namesAction(s, action.Name) {
				within = append(within, group{g.patterns, !g.not})
			}
		}
		for _, allow := range allows {
			if namesAction(allow, action.Name) && j.world.resourcesMeet(action.Level, append(slices.Clip(within), j.world.resourcesNamed(allow, false))...) {
				return true
			}
		}
	}
	return false
}
