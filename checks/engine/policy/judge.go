package policy

import (
	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// outcome is the verdict for one caller, or for all, with the keys at their
// current values.
type outcome struct {
	kind    AnswerKind // Granted, Refused or Undecided
	caller  *caller
	path    string      // of the refused resource
	by      *rule       // the Deny that refuses, or nil
	lacking requirement // what is not allowed, if by is nil
	context map[string][]string
	why     causes // if undecided
}

// judge asks every layer about one caller. Of what is refused it returns a
// shortest resource, and of the layers that refuse that one the first: a Deny,
// else what does not allow it.
func (d *decision) judge(c *caller) outcome {
	if !d.budget.Spend(len(d.rules) + d.effort) {
		return outcome{kind: Undecided, why: causes{reason: globs.ErrBudget.Error()}}
	}
	d.env.adopt(c)
	d.refresh(c)
	out := outcome{kind: Granted, caller: c}
	root := d.isFreeRoot(c)
	for i := range d.rules {
		if r := &d.rules[i]; r.statement.deny && (!root || r.place.layer.bindsRoot()) {
			d.denies(r, &out)
		}
	}
	for i := range d.requirements {
		demand := &d.requirements[i]
		if (demand.layer != idSCP || !c.serviceLinked()) && (!root || demand.layer.bindsRoot()) {
			d.allows(demand, &out)
		}
	}
	switch {
	case out.kind == Refused:
		out.why, out.context = causes{}, d.env.assigned()
	case d.public.certainty == open:
		out.kind = Undecided
		out.why.addReason(d.public.by, publicUnsettled)
	}
	return out
}

// refuse notes that by, or else a lack of Allow, refuses the path.
func (o *outcome) refuse(path string, by *rule, lacking *requirement) {
	if o.kind == Refused && len(o.path) <= len(path) {
		return
	}
	o.kind, o.path, o.by = Refused, path, by
	if lacking != nil {
		o.lacking = *lacking
	}
}

// doubt notes that it is not certain that nothing is refused.
func (o *outcome) doubt() {
	if o.kind == Granted {
		o.kind = Undecided
	}
}

// denies looks for what the Deny hits.
func (d *decision) denies(r *rule, out *outcome) {
	hit := both(r.status, truthOrOpen(r.grips.sure != gripNone, r.grips.may != gripNone))
	if hit == no || !d.locate(r) {
		return
	}
	if hit == yes && r.found.sure.found {
		out.refuse(r.found.sure.witness, r, nil)
		return
	}
	out.doubt()
	d.explain(r, &out.why)
}

// allows looks for what the requirement does not allow.
func (d *decision) allows(r *requirement, out *outcome) {
	if r.plainly = d.allowsPlainly(r); r.plainly != nil {
		return
	}
	gap := d.gap(r, yes)
	if !gap.found && gap.err == nil {
		return
	}
	if d.vague(r) {
		gap = d.gap(r, open)
	}
	if gap.found {
		out.refuse(gap.witness, nil, r)
		return
	}
	out.doubt()
	if gap.err != nil {
		out.why.addReason(nil, gap.err.Error())
	}
	d.explainGap(r, &out.why)
}

// allowsPlainly returns a statement that surely applies and allows all of the
// target, if one shows at a glance.
func (d *decision) allowsPlainly(demand *requirement) *rule {
	for i := range d.rules {
		r := &d.rules[i]
		if r.statement.deny || r.region.not || both(r.status, demand.counts(r)) != yes {
			continue
		}
		for k := range r.region.sure {
			if d.target.within(&r.region.sure[k]) {
				return r
			}
		}
	}
	return nil
}

// gap looks for a resource that is not allowed by the statements that apply at
// least as surely as demanded: yes for certainly, open for possibly.
func (d *decision) gap(r *requirement, demanded tri) finding {
	plain, inverted := d.plain[:0], [][]globs.Pattern(nil)
	for i := range d.rules {
		rule := &d.rules[i]
		if rule.statement.deny || both(rule.status, r.counts(rule)) < demanded {
			continue
		}
		inner, outer := rule.region.sure, rule.region.may
		if demanded == open {
			inner, outer = outer, inner
		}
		if rule.region.not {
			inverted = append(inverted, outer)
			continue
		}
		plain = append(plain, inner...)
	}
	d.plain = plain
	return d.target.outsideAll(plain, inverted, &d.budget)
}

// vague reports whether more may be allowed than surely is.
func (d *decision) vague(r *requirement) bool {
	for i := range d.rules {
		rule := &d.rules[i]
		if rule.statement.deny {
			continue
		}
		applies := both(rule.status, r.counts(rule))
		if applies == open || applies == yes && rule.region.vague != nil {
			return true
		}
	}
	return false
}

func (d *decision) explainGap(r *requirement, why *causes) {
	for i := range d.rules {
		rule := &d.rules[i]
		if !rule.statement.deny && both(rule.status, r.counts(rule)) != no && d.locate(rule) {
			d.explain(rule, why)
		}
	}
}

// judgeAll joins the verdicts over all callers: granted if each is, refused if
// one is.
func (d *decision) judgeAll() outcome {
	joined := outcome{kind: Granted}
	for i := range d.callers {
		next := d.judge(&d.callers[i])
		d.env.restore()
		joined = join(joined, next)
		if joined.kind == Refused && len(joined.path) == d.target.least() {
			return joined
		}
	}
	return joined
}

func join(a, b outcome) outcome {
	switch {
	case a.kind == Refused && b.kind == Refused && len(b.path) < len(a.path):
		return b
	case a.kind == Refused || b.kind == Granted:
		return a
	case b.kind == Refused || a.kind == Granted:
		return b
	default:
		a.why.addAll(b.why)
		return a
	}
}
