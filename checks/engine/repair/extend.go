package repair

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// statement is the block as a statement.
func (b block) statement() policy.Statement {
	s := policy.Statement{Effect: policy.Allow, Actions: b.actions, Resources: b.resources}
	for _, p := range b.parties {
		s.Principals = append(s.Principals, policy.Principal{Kind: "AWS", Value: p.arn})
	}
	return s
}

// written is the block as a new statement, its elements in the order in which
// people write them.
func (b block) written(kind policy.Kind, sid string) *value {
	v := &value{form: object}
	if sid != "" {
		v.set("Sid", "Sid", text(sid))
	}
	v.set("Effect", "Effect", text(policy.Allow))
	if kind == policy.Resource {
		var names []string
		for _, p := range b.parties {
			names = append(names, p.arn)
		}
		who := &value{form: object}
		who.set("AWS", "AWS", texts(names))
		v.set("Principal", "Principal", who)
	}
	v.set("Action", "Action", texts(b.actions))
	v.set("Resource", "Resource", texts(b.resources))
	return v
}

// String says what the block grants.
func (b block) String() string {
	var names []string
	for _, p := range b.parties {
		names = append(names, p.String())
	}
	return few(b.actions) + " on " + few(b.resources) + " for " + few(names)
}

// extended reports whether the statement can take the blocks on and then grants
// nothing more that is not claimed, and how many bytes that takes at least.
func (j *job) extended(d *draft, i int, blocks ...block) (added int, ok bool) {
	s := d.statement(i)
	if s.Effect != policy.Allow || !j.plainly(s) || slices.ContainsFunc(s.Principals, func(p policy.Principal) bool { return p.Kind == "*" }) {
		return 0, false
	}
	principals, actions, resources := additions(s, j.world.partition, blocks...)
	next := *s
	next.Actions, next.Resources = slices.Concat(s.Actions, actions), slices.Concat(s.Resources, resources)
	if d.kind == policy.Resource {
		for _, p := range principals {
			next.Principals = append(slices.Clip(next.Principals), policy.Principal{Kind: "AWS", Value: p})
		}
		for _, p := range principals {
			added += len(p)
		}
	}
	for _, text := range slices.Concat(actions, resources) {
		added += len(text)
	}
	return added, j.claimsAll(next, s) && !d.doubtful(i)
}

// additions are what the statement's lists lack of the blocks.
func additions(s *policy.Statement, partition string, blocks ...block) (principals, actions, resources []string) {
	for _, b := range blocks {
		for _, p := range b.parties {
			there := slices.ContainsFunc(s.Principals, func(entry policy.Principal) bool { return p.names(entry, partition) })
			if !there && !slices.Contains(principals, p.arn) {
				principals = append(principals, p.arn)
			}
		}
		for _, a := range b.actions {
			if !matchesAction(s.Actions, a) && !slices.Contains(actions, a) {
				actions = append(actions, a)
			}
		}
		for _, r := range b.resources {
			if !slices.Contains(s.Resources, r) && !slices.Contains(resources, r) && !includes(s.Resources, r) {
				resources = append(resources, r)
			}
		}
	}
	return principals, actions, resources
}

// includes reports whether an entry plainly matches all that the pattern does.
func includes(entries []string, pattern string) bool {
	return slices.ContainsFunc(entries, func(entry string) bool {
		prefix, found := strings.CutSuffix(entry, "*")
		return found && !strings.ContainsAny(prefix, "*?$") && strings.HasPrefix(pattern, prefix) && strings.Count(prefix, ":") >= 5
	})
}

// extend writes the statement with the blocks added.
func extend(s *policy.Statement, written *value, partition string, blocks ...block) *value {
	out := written.clone()
	principals, actions, resources := additions(s, partition, blocks...)
	out.get("Action").add(actions...)
	out.get("Resource").add(resources...)
	who := out.get("Principal")
	if who == nil || len(principals) == 0 {
		return out
	}
	if aws := who.get("AWS"); aws != nil {
		aws.add(principals...)
	} else {
		who.set("AWS", "AWS", texts(principals))
	}
	return out
}

// claimsAll reports whether all that the Allow grants, and that it did not grant
// before, is claimed. Before is nil for a new statement.
func (j *job) claimsAll(now policy.Statement, before *policy.Statement) bool {
	principals := now.Principals
	if j.goal.kind() != policy.Resource {
		principals = []policy.Principal{{}}
	}
	for _, p := range principals {
		for _, a := range now.Actions {
			for _, r := range now.Resources {
				old := before != nil && slices.Contains(before.Actions, a) && slices.Contains(before.Resources, r) &&
					(p == policy.Principal{} || slices.Contains(before.Principals, p))
				if !old && !j.isClaimed(p, a, r) {
					return false
				}
			}
		}
	}
	return true
}

// isClaimed reports whether all that the entries stand for together is claimed.
// The empty principal is the holder of the document.
func (j *job) isClaimed(p policy.Principal, action, resource string) bool {
	if strings.ContainsAny(action, "*?") {
		return false
	}
	level, ok := policy.ActionLevel(action)
	if !ok {
		return false
	}
	holder := p == policy.Principal{}
	who, single := partyIn(p, j.world.partition)
	var within []globs.Pattern
	for _, c := range j.claims {
		if strings.EqualFold(c.action, action) && (holder || single && c.principal.includes(who)) {
			if c.resource == resource {
				return true
			}
			within = append(within, c.pattern)
		}
	}
	pattern, _ := j.world.resource(resource)
	return !j.world.resourcesMeet(level, group{[]globs.Pattern{pattern}, false}, group{within, true})
}
