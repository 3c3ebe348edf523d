package policy

import (
	"cmp"
	"slices"
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
	d.tried = true
	fixed, free := d.split()
	d.steady(slices.Concat(fixed, free))
	outcomes := []outcome{}
	each(fixed, func() {
		joined := outcome{kind: Granted}
		each(free, func() {
			if joined.kind != Refused {
				d.env.restore()
				joined = join(joined, d.judgeAll())
			}
		})
		outcomes = append(outcomes, joined)
	})
	return d.final(outcomes, fixed)
}

// withoutOpenKeys judges again for a request that carries none of the open keys,
// as the witness does. Something shorter may be refused to that.
func (d *decision) withoutOpenKeys(refused *outcome) *outcome {
	for i := range d.env.slots {
		if s := &d.env.slots[i]; s.base.state == unknown && !s.present {
			s.choose(keyValue{state: absent, guessed: true})
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

// split returns the open slots whose possibilities are tried: fixed for those
// of which each value is its own case, free for those that the answer must hold
// for. Keys with the most possibilities stay open where all would be too many.
func (d *decision) split() (fixed, free []*slot) {
	for i := range d.env.slots {
		if d.env.slots[i].base.state == unknown {
			domain := d.possibilities(&d.env.slots[i])
			d.env.slots[i].domain = domain
		}
	}
	var tried []*slot
	for i := range d.env.slots {
		if len(d.env.slots[i].domain) > 0 {
			tried = append(tried, &d.env.slots[i])
		}
	}
	slices.SortStableFunc(tried, func(a, b *slot) int { return cmp.Compare(len(a.domain), len(b.domain)) })
	combinations := 1
	for _, s := range tried {
		combinations *= len(s.domain)
		if combinations > maxCombinations {
			break
		}
		if s.universal {
			free = append(free, s)
		} else {
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

// final makes an answer of the outcomes of all combinations of fixed.
func (d *decision) final(outcomes []outcome, fixed []*slot) Answer {
	count := map[AnswerKind]int{}
	for i := range outcomes {
		count[outcomes[i].kind]++
	}
	switch {
	case count[Granted] == len(outcomes):
		return d.granted()
	case count[Refused] == len(outcomes):
		return d.refused(&outcomes[0])
	case count[Granted] > 0 && count[Refused] > 0:
		var why causes
		why.addDeciding(outcomes, fixed)
		why.addOutcomes(outcomes)
		answer := d.conditional(outcomes, why.keys)
		if count[Undecided] == 0 {
			d.tabulate(&answer, outcomes, fixed)
		}
		return answer
	}
	var why causes
	why.addOutcomes(outcomes)
	if why.reason == "" && len(why.keys) > 0 {
		why.addDeciding(outcomes, fixed)
		return d.conditional(outcomes, why.keys)
	}
	return d.undecided(why)
}

func (c *causes) addOutcomes(outcomes []outcome) {
	for i := range outcomes {
		c.addAll(outcomes[i].why)
	}
}

// addDeciding adds the slots on whose value alone some outcome depends.
func (c *causes) addDeciding(outcomes []outcome, fixed []*slot) {
	stride := len(outcomes)
	for _, s := range fixed {
		block := stride
		stride /= len(s.domain)
		if differs(outcomes, block, stride) {
			c.addKey(s.place)
		}
	}
}

// differs reports whether two outcomes that are a multiple of stride apart
// within one block are of different kinds.
func differs(outcomes []outcome, block, stride int) bool {
	for i := range outcomes {
		next := i + stride
		if next < len(outcomes) && i/block == next/block && outcomes[i].kind != outcomes[next].kind {
			return true
		}
	}
	return false
}

func (d *decision) conditional(outcomes []outcome, keys slotSet) Answer {
	answer := Answer{Kind: Conditional, DependsOn: keys.names(d.env.slots)}
	for i := range outcomes {
		if outcomes[i].kind == Refused {
			answer.Witness, answer.DecidedBy = d.witness(&outcomes[i]), outcomes[i].decidedBy()
			break
		}
	}
	return answer
}
