package policy

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// rule is a statement that bears on the question: it may name the action, the
// caller and some of the resources.
type rule struct {
	statement *statement
	region    *region
	found     *location // nil until it is looked for
	place     place
	action    tri
	status    tri   // whether action, caller and conditions may match, for now
	grips     grips // for now
	linked    bool  // it is a Deny that counts unless the caller's role is service-linked, for now
	steady    bool  // no key whose possibilities are tried bears on it
	why       *causes
}

// location is a resource of the target that a statement surely names, and one
// that it possibly names.
type location struct{ sure, may finding }

// locate looks for resources of the target that the rule names, once. It is
// false if there are certainly none.
func (d *decision) locate(r *rule) bool {
	if r.found == nil {
		may := d.look(r.region.not, r.region.may, r.region.sure)
		r.found = &location{may, may}
		if r.region.vague != nil {
			r.found.sure = d.look(r.region.not, r.region.sure, r.region.may)
		}
	}
	return r.found.may.found || r.found.may.err != nil
}

// look finds a resource in patterns, or, for a NotResource, outside excluded.
func (d *decision) look(not bool, patterns, excluded []globs.Pattern) finding {
	if not {
		return d.target.outside(excluded, &d.budget)
	}
	return d.target.inside(patterns, &d.budget)
}

// keep drops the rules that do not pass.
func (d *decision) keep(pass func(*rule) bool) {
	kept := d.rules[:0]
	for i := range d.rules {
		if pass(&d.rules[i]) {
			kept = append(kept, d.rules[i])
		}
	}
	d.rules = kept
}

// steady marks the rules on which none of the slots bears. What is found out
// about them for a caller holds for all possibilities of the slots.
func (d *decision) steady(tried []*slot) {
	d.refreshed, d.effort = nil, 0
	for i := range d.rules {
		s := d.rules[i].statement
		d.rules[i].steady = !slices.ContainsFunc(tried, func(t *slot) bool { return s.mentions(t.key) })
		for k := range s.conditions {
			if !d.rules[i].steady {
				d.effort += s.conditions[k].size()
			}
		}
	}
}

// refresh sets what depends on the caller and on the current values of keys.
func (d *decision) refresh(c *caller) {
	again, exempt, linked := d.refreshed == c, c.serviceLinked(), d.asker.form == formAccount && c.maybeLinked()
	d.refreshed = c
	for i := range d.rules {
		r := &d.rules[i]
		if again && r.steady {
			continue
		}
		r.why = nil
		r.grips = c.gripsOf(r.statement, d.bounded)
		r.status = r.action
		if r.grips.may == gripNone || exempt && r.place.layer.hasLevels() {
			r.status = no
		}
		for k := range r.statement.conditions {
			if r.status == no {
				break
			}
			r.status = both(r.status, r.statement.conditions[k].holds(&d.env))
		}
		if r.linked = linked && r.statement.deny && r.place.layer.hasLevels(); r.linked {
			r.status = both(r.status, open)
		}
	}
}

// decidedBy names the rule.
func (r *rule) decidedBy() *DecidedBy {
	named := &struct {
		by       DecidedBy
		numbered numbered
	}{}
	named.by = r.decidedIn(&named.numbered)
	return &named.by
}

// numbered holds what a DecidedBy points to.
type numbered struct{ level, policy, statement int }

// decidedIn names the rule, by numbers that are kept elsewhere.
func (r *rule) decidedIn(n *numbered) DecidedBy {
	*n = numbered{int(r.place.level), int(r.place.policy), int(r.place.statement)}
	by := DecidedBy{
		Layer: r.place.layer.name(), Policy: &n.policy, Statement: &n.statement,
		Sid: r.statement.source.Sid, Effect: r.statement.source.Effect,
	}
	if r.place.layer.hasLevels() {
		by.Level = &n.level
	}
	return by
}

// explain is [rule.explain], once for a steady rule.
func (d *decision) explain(r *rule, why *causes) {
	if !r.steady {
		r.explain(&d.env, why)
		return
	}
	if r.why == nil {
		r.why = &causes{}
		r.explain(&d.env, r.why)
	}
	why.addAll(*r.why)
}

// explain collects why the rule neither surely applies nor surely does not.
func (r *rule) explain(e *env, why *causes) {
	if r.action == open {
		why.addReason(r, "the statement's action is not of the form service:name")
	}
	if r.grips.sure != r.grips.may {
		why.addReason(r, r.explainGrip())
	}
	if r.linked {
		why.addReason(r, linkedUnsettled)
	}
	for _, vague := range r.region.vague {
		if !e.leavesOpen(vague.variables, why) || r.region.not {
			why.addReason(r, vague.explain())
		}
	}
	if at := r.found; at != nil {
		for _, err := range []error{at.sure.err, at.may.err} {
			if err != nil {
				why.addReason(r, err.Error())
			}
		}
	}
	for i := range r.statement.conditions {
		r.statement.conditions[i].explain(r, e, why)
	}
}

func (r *rule) explainGrip() string {
	if r.statement.notPrincipal {
		return "NotPrincipal lists a part of the caller's account, role or user, and session"
	}
	return "a principal of the statement cannot be matched with the caller"
}

func (r *resource) explain() string {
	switch {
	case r.variables != nil:
		return "a policy variable in Resource has no known single value"
	case r.odd:
		return "an entry of Resource is not a complete ARN"
	default:
		return "an entry of Resource differs from the resource's ARN in case"
	}
}

// explain adds what keeps the condition open, if it is.
func (c *condition) explain(r *rule, e *env, why *causes) {
	s := e.slot(c.key)
	value, place := s.current, s.place
	if c.holdsWith(value, e) != open {
		return
	}
	understood := c.operator.family != familyUnclear && len(c.values) > 0 &&
		c.operator.quantifier == single && !multiValued(c.key)
	if value.state == unknown || value.guessed {
		why.addKey(place)
		if understood && value.state == unknown {
			return
		}
	}
	varies := false
	for i := range c.values {
		understood = understood && !c.values[i].unclear
		if e.leavesOpen(c.values[i].variables, why) {
			varies = true
		}
	}
	if !understood || !varies {
		why.addReason(r, "the condition "+c.source.Operator+" on "+c.source.Key+" cannot be evaluated")
	}
}

// leavesOpen reports whether variables have no value because of keys that are
// open, which it adds.
func (e *env) leavesOpen(variables template, why *causes) bool {
	some := false
	for _, key := range variables.keys() {
		if s := e.slot(key); (s.current.state == unknown || s.current.guessed) && !multiValued(key) {
			why.addKey(s.place)
			some = true
		}
	}
	return some
}
