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
	d.openSlots()
	first := d.judgeAll()
	if first.kind != Undecided || !d.hasOpenKeys() {
		return d.final([]outcome{first}, nil)
	}
	d.keep(d.locate)
	fixed, free := d.split()
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
		return d.conditional(outcomes, deciding(outcomes, fixed))
	}
	var why causes
	for i := range outcomes {
		why.addAll(outcomes[i].why)
	}
	if why.reason == "" && len(why.keys) > 0 {
		for _, key := range deciding(outcomes, fixed) {
			why.addKey(key)
		}
		return d.conditional(outcomes, why.keys)
	}
	return d.undecided(why)
}

// deciding names the slots on whose value alone some outcome depends.
func deciding(outcomes []outcome, fixed []*slot) []string {
	var out []string
	stride := len(outcomes)
	for _, s := range fixed {
		block := stride
		stride /= len(s.domain)
		if differs(outcomes, block, stride) {
			out = append(out, s.name)
		}
	}
	return out
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

func (d *decision) conditional(outcomes []outcome, keys []string) Answer {
	slices.Sort(keys)
	answer := Answer{Kind: Conditional, DependsOn: keys}
	for i := range outcomes {
		if outcomes[i].kind == Refused {
			answer.Witness, answer.DecidedBy = d.witness(&outcomes[i]), outcomes[i].decidedBy()
			break
		}
	}
	return answer
}
