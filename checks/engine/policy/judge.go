package policy

import (
	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// outcome is the verdict for one caller, or for all, with the keys at their
// current values.
type outcome struct {
	kind    AnswerKind // Granted, Refused or Undecided
	caller  *caller
	path    string // of the refused resource
	by      *rule  // the Deny that refuses, or nil
	layer   Layer  // the layer that does not allow, if by is nil
	context map[string][]string
	why     causes // if undecided
}

// judge asks every layer about one caller.
func (d *decision) judge(c *caller) outcome {
	d.env.adopt(c)
	d.refresh(c)
	out := outcome{kind: Granted, caller: c}
	if !d.budget.Spend(len(d.rules)) {
		return outcome{kind: Undecided, why: causes{reason: globs.ErrBudget.Error()}}
	}
	for i := range d.rules {
		if r := &d.rules[i]; r.statement.deny && d.denies(r, &out) {
			return d.refusal(out)
		}
	}
	for _, r := range d.requirements {
		if !d.allows(r, &out) {
			return d.refusal(out)
		}
	}
	return out
}

func (d *decision) refusal(out outcome) outcome {
	out.kind, out.why = Refused, causes{}
	out.context = d.env.assigned()
	return out
}

// denies reports whether the Deny surely hits. If it may, out becomes undecided.
func (d *decision) denies(r *rule, out *outcome) bool {
	hit := both(r.status, truthOrOpen(r.grips.sure != gripNone, r.grips.may != gripNone))
	if hit == no || !d.locate(r) {
		return false
	}
	if hit == yes && r.sure.found {
		out.by, out.path = r, r.sure.witness
		return true
	}
	out.kind = Undecided
	r.explain(&d.env, &out.why)
	return false
}

// allows reports false if some resource is surely not allowed. If some resource
// is only possibly allowed, out becomes undecided.
func (d *decision) allows(r requirement, out *outcome) bool {
	if d.allowsPlainly(r) != nil {
		return true
	}
	gap := d.gap(r, yes)
	if !gap.found && gap.err == nil {
		return true
	}
	if d.vague(r) {
		gap = d.gap(r, open)
	}
	if gap.found {
		out.by, out.layer, out.path = nil, r.layer, gap.witness
		return false
	}
	out.kind = Undecided
	if gap.err != nil {
		out.why.addReason(nil, gap.err.Error())
	}
	d.explainGap(r, &out.why)
	return true
}

// allowsPlainly returns a statement that surely applies and allows all of the
// target, if one shows at a glance.
func (d *decision) allowsPlainly(demand requirement) *rule {
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
func (d *decision) gap(r requirement, demanded tri) finding {
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
func (d *decision) vague(r requirement) bool {
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

func (d *decision) explainGap(r requirement, why *causes) {
	for i := range d.rules {
		rule := &d.rules[i]
		if !rule.statement.deny && both(rule.status, r.counts(rule)) != no && d.locate(rule) {
			rule.explain(&d.env, why)
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
		if joined = join(joined, next); joined.kind == Refused {
			return joined
		}
	}
	return joined
}

func join(a, b outcome) outcome {
	switch {
	case a.kind == Refused || b.kind == Granted:
		return a
	case b.kind == Refused || a.kind == Granted:
		return b
	default:
		a.why.addAll(b.why)
		return a
	}
}
