package policy

import (
	"cmp"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// A key for which the answer must hold, whatever it carries, is no case of its
// own: one assignment of such keys that is refused is enough. A Deny applies or
// does not by the keys that it names itself, and whether a layer allows hangs on
// those that its Allows name. So it is enough to try, for each Deny and for each
// layer by itself, the combinations of those keys, while the others hold what
// they usually do.

// trial is one assignment of values to free slots; those that it does not list
// hold what they usually do.
type trial struct {
	slots  []*slot
	values []keyValue
}

// maxTrials bounds the assignments for one layer.
const maxTrials = 1 << 12

// trials lists assignments of the free slots of which one is refused if any is.
func (d *decision) trials(free []*slot) []trial {
	out := []trial{{}}
	if len(free) == 0 {
		return out
	}
	for _, s := range free {
		if !s.filler {
			s.domain = []keyValue{d.usual(s)}
		}
	}
	for i := range d.requirements {
		out = d.addTrials(out, free, d.allowing(&d.requirements[i]))
	}
	for i := range d.rules {
		if d.rules[i].statement.deny {
			out = d.addTrials(out, free, d.rules[i:i+1])
		}
	}
	return out
}

// usual is a possibility of an open key that serves where the key does not
// matter: absence, if requests can lack it.
func (d *decision) usual(s *slot) keyValue {
	switch {
	case s.filler:
		return s.fillings()[0]
	case !s.present:
		return keyValue{state: absent, guessed: true}
	}
	rules := d.rules
	if s.key == keyPrincipalArn {
		rules = nil // any ARN that the asker can have
	}
	q := d.enquire(s, rules)
	return d.firsts(s, &q)[0]
}

// allowing lists the Allows that count for the requirement.
func (d *decision) allowing(demand *requirement) []rule {
	var out []rule
	for i := range d.rules {
		r := &d.rules[i]
		bucket := r.place.layer == idBucketPolicy && demand.grip != gripNone
		own := r.place.layer == demand.layer && r.place.level == demand.level
		if !r.statement.deny && (bucket || own) {
			out = append(out, *r)
		}
	}
	return out
}

// addTrials adds the combinations of what the rules tell apart. Keys with the
// most possibilities stay open where all would be too many.
func (d *decision) addTrials(out []trial, free []*slot, rules []rule) []trial {
	var slots []*slot
	var domains [][]keyValue
	for _, s := range free {
		if slices.ContainsFunc(rules, func(r rule) bool { return r.statement.mentions(s.key) }) {
			slots, domains = append(slots, s), append(domains, d.freeDomain(s, rules))
		}
	}
	if len(slots) == 0 {
		return out
	}
	d.bound(domains)
	return combine(out, trial{slots: slots}, domains)
}

// bound opens the keys with the most possibilities.
func (d *decision) bound(domains [][]keyValue) {
	order := make([]int, len(domains))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(domains[a]), len(domains[b])) })
	combinations := 1
	for _, i := range order {
		if combinations *= len(domains[i]); combinations > maxTrials {
			domains[i], combinations = []keyValue{{state: unknown}}, maxTrials
		}
	}
}

// combine adds every combination of values from the domains to out.
func combine(out []trial, begun trial, domains [][]keyValue) []trial {
	at := len(begun.values)
	if at == len(domains) {
		return append(out, trial{begun.slots, slices.Clone(begun.values)})
	}
	for _, value := range domains[at] {
		out = combine(out, trial{begun.slots, append(begun.values[:at:at], value)}, domains)
	}
	return out
}

// freeDomain lists the possibilities of a free slot that the rules tell apart: of
// a single Deny, those for which it can hold.
func (d *decision) freeDomain(s *slot, rules []rule) []keyValue {
	if s.filler {
		return s.domain
	}
	q := d.enquire(s, rules)
	if len(q.conditions) == 0 {
		return []keyValue{d.usual(s)}
	}
	values := d.choices(s, &q)
	if !rules[0].statement.deny || q.varies {
		return values
	}
	return slices.DeleteFunc(slices.Clone(values), func(value keyValue) bool {
		return slices.ContainsFunc(q.conditions, func(c *condition) bool { return c.holdsWith(value, &d.env) == no })
	})
}

// worst judges each possible trial, with the other keys as they are, until one
// is refused. There is none, and the outcome is impossible, if the other keys
// rule each other out.
func (d *decision) worst(trials []trial) outcome {
	if d.clashes() {
		return outcome{}
	}
	joined := outcome{kind: Granted}
	for _, t := range trials {
		t.choose()
		if !d.clashes() {
			if d.filling && !d.refill() {
				t.undo()
				return join(joined, outcome{kind: Undecided, why: causes{reason: globs.ErrBudget.Error()}})
			}
			d.env.restore()
			joined = join(joined, d.judgeAll())
		}
		t.undo()
		if joined.kind == Refused {
			break
		}
	}
	return joined
}

func (t *trial) choose() {
	for i, s := range t.slots {
		s.choose(t.values[i])
	}
}

// undo lets the slots hold again what they usually do.
func (t *trial) undo() {
	for _, s := range t.slots {
		s.choose(s.domain[0])
	}
}
