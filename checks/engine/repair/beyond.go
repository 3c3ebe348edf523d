package repair

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// spared says what a narrowed Deny no longer denies the parties.
type spared struct {
	claims    []*claim // of the parties
	actions   bool     // no other actions than those of the claims
	resources bool     // no other resources than those of the claims
}

// exactly what is claimed is spared.
func (s spared) exactly() bool { return s.actions && s.resources }

// gives reports whether the parties may do something beyond their claims once
// the Deny spares them so. It is false only where it is proved that no statement
// allows such a thing.
func (j *job) gives(d *draft, deny *policy.Statement, s spared) bool {
	if s.exactly() {
		return false
	}
	if j.grantedElsewhere(s.claims) && j.beyond(deny, nil, s) {
		return true
	}
	for i := range d.document.Statements {
		allow := d.statement(i)
		if allow.Effect == policy.Allow && j.mayAllow(allow, s.claims) && j.beyond(deny, allow, s) {
			return true
		}
	}
	return false
}

// grantedElsewhere reports whether the parties may get something from documents
// that are not looked at here.
func (j *job) grantedElsewhere(claims []*claim) bool {
	return j.goal.Layer != policy.LayerBucketPolicy || slices.ContainsFunc(claims, func(c *claim) bool { return c.home() })
}

// mayAllow reports whether the Allow may apply to one of the parties.
func (j *job) mayAllow(allow *policy.Statement, claims []*claim) bool {
	if allow.Principals == nil {
		return true
	}
	return slices.ContainsFunc(allow.Principals, func(entry policy.Principal) bool {
		return slices.ContainsFunc(parties(claims), func(p party) bool { return p.meets(entry, j.world.partition) })
	})
}

// beyond reports whether both statements may name a request that is spared and
// not claimed. A nil Allow names everything.
func (j *job) beyond(deny, allow *policy.Statement, s spared) bool {
	resources := []group{j.world.resourcesNamed(deny, false)}
	if allow != nil {
		resources = append(resources, j.world.resourcesNamed(allow, false))
	}
	if s.resources {
		resources = append(resources, group{patternsOf(s.claims), false})
	}
	if !j.world.resourcesMeet(0, resources...) {
		return false
	}
	claimed, who := actionsOf(s.claims), parties(s.claims)
	if !s.actions && j.beyondActions(deny, allow, resources, claimed) {
		return true
	}
	for _, action := range claimed {
		if !namesAction(deny, action) || allow != nil && !namesAction(allow, action) {
			continue
		}
		for _, p := range who {
			mine := j.claimsOf(p, action)
			if len(mine) == 0 || j.world.resourcesMeet(levelOf(action), append(slices.Clip(resources), group{patternsOf(mine), true})...) {
				return true
			}
		}
	}
	return false
}

// beyondActions is beyond for actions that are not claimed: those that AWS
// knows, each on its kind of resource, and names that it may come to know.
func (j *job) beyondActions(deny, allow *policy.Statement, resources []group, claimed []string) bool {
	actions := []group{j.world.actionsNamed(deny)}
	if allow != nil {
		if !slices.ContainsFunc(allow.Actions, isWild) && allow.NotActions == nil {
			return j.beyondListed(deny, allow, resources, claimed)
		}
		actions = append(actions, j.world.actionsNamed(allow))
	}
	left := j.world.actionPatterns(claimed)
	if !j.world.common(anyAction, append(slices.Clip(actions), group{left, true})...) || !j.world.resourcesMeet(0, resources...) {
		return false
	}
	for _, a := range knownActions {
		if !namesAction(deny, a.Name) || allow != nil && !namesAction(allow, a.Name) || matchesAction(claimed, a.Name) {
			continue
		}
		if j.world.concerns(a.Level) && j.world.resourcesMeet(a.Level, resources...) {
			return true
		}
		left = append(left, j.world.actionPatterns([]string{a.Name})...)
	}
	return j.world.common(anyAction, append(slices.Clip(actions), group{left, true})...)
}

// beyondListed is beyondActions for an Allow that lists its actions.
func (j *job) beyondListed(deny, allow *policy.Statement, resources []group, claimed []string) bool {
	return slices.ContainsFunc(allow.Actions, func(name string) bool {
		if matchesAction(claimed, name) || !namesAction(deny, name) {
			return false
		}
		action, known := policy.FindAction(name)
		return (!known || j.world.concerns(action.Level)) && j.world.resourcesMeet(action.Level, resources...)
	})
}

func isWild(pattern string) bool { return strings.ContainsAny(pattern, "*?") }

func levelOf(action string) policy.Level {
	level, _ := policy.ActionLevel(action)
	return level
}
