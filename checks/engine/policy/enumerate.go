package policy

import (
	"cmp"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// maxCombinations bounds the assignments of open keys that are tried.
const maxCombinations = 256

// answer asks first with every open key left open, which settles most
// questions, and then with each combination of their possibilities.
func (d *decision) answer() Answer {
	if d.asker.form == formAccount {
		d.openSlots() // what they hold follows from the caller
	}
	first := d.judgeAll()
	if first.kind != Granted {
		d.openSlots()
	}
	switch {
	case !d.hasOpenKeys():
		return d.final([]outcome{first}, nil)
	case first.kind == Refused:
		return d.refused(d.withoutOpenKeys(&first))
	case first.kind == Granted:
		return d.granted()
	}
	d.keep(d.locate)
	return d.enumerate()
}

// enumerate tries the combinations of possibilities of the open keys.
func (d *decision) enumerate() Answer {
	d.tried = true
	fixed, free := d.split()
	d.noteRoutes()
	trials := d.trials(free)
	d.steady(slices.Concat(fixed, free))
	for _, s := range free {
		s.choose(s.domain[0])
	}
	outcomes := []outcome{}
	each(fixed, func() { outcomes = append(outcomes, d.worst(trials)) })
	for _, s := range free {
		s.choose(s.base)
	}
	if d.filling && !d.refill() {
		return d.undecided(causes{reason: globs.ErrBudget.Error()})
	}
	return d.final(outcomes, fixed)
}

// withoutOpenKeys judges again for a request that carries no open key that it
// can lack, as the witness does. Something shorter may be refused to that.
func (d *decision) withoutOpenKeys(refused *outcome) *outcome {
	for i := range d.env.slots {
		switch s := &d.env.slots[i]; {
		case s.base.state != unknown:
		case !s.present:
			s.choose(keyValue{state: absent, guessed: true})
		case s.key != keyPrincipalArn:
			s.choose(d.usual(s))
		}
	}
	if again := d.judge(refused.caller); again.kind == Refused {
		return &again
	}
	return refused
}

// openSlots makes a slot for every key that a condition asks for, so that none
// is added while pointers to slots are held.
func (d *decision) openSlots() {
	for i := range d.rules {
		for k := range d.rules[i].statement.conditions {
			c := &d.rules[i].statement.conditions[k]
			d.env.named(c.key, c.source.Key)
			for v := range c.values {
				for _, key := range c.values[v].variables.keys() {
					d.env.slot(key)
				}
			}
		}
	}
}

func (d *decision) hasOpenKeys() bool {
	return slices.ContainsFunc(d.env.slots, func(s slot) bool { return s.base.state == unknown })
}

// split returns the open slots that rules ask for: fixed are those of which each
// possibility is its own case, and free those that the answer must hold for. Of
// the fixed, those with the most possibilities stay open where all would be
// too many.
func (d *decision) split() (fixed, free []*slot) {
	for i := range d.env.slots {
		if s := &d.env.slots[i]; s.base.state == unknown && d.fillsOnly(s.key) {
			s.filler, s.domain, d.filling = true, s.fillings(), true
		}
	}
	var tried []*slot
	for i := range d.env.slots {
		s := &d.env.slots[i]
		switch {
		case s.base.state != unknown || !d.mentioned(s.key):
		case s.universal:
			free = append(free, s)
		case s.filler:
			tried = append(tried, s)
		default:
			s.domain = d.possibilities(s)
			tried = append(tried, s)
		}
	}
	slices.SortStableFunc(tried, func(a, b *slot) int { return cmp.Compare(len(a.domain), len(b.domain)) })
	combinations := 1
	for _, s := range tried {
		if combinations *= max(1, len(s.domain)); combinations > maxCombinations {
			break
		}
		if len(s.domain) > 0 {
			fixed = append(fixed, s)
		}
	}
	return fixed, free
}

// each calls do with every combination of the slots' possibilities, the last
// slot changing fastest.
func each(slots []*slot, do func()) {
	if len(slots) == 0 {
		do()
		return
	}
	for _, value := range slots[0].domain {
		slots[0].choose(value)
		each(slots[1:], do)
	}
	slots[0].choose(slots[0].base)
}
