package policy

import "strings"

// impossible is the kind of an outcome for keys that no request carries together.
const impossible AnswerKind = ""

// final makes an answer of the outcomes of all combinations of fixed.
func (d *decision) final(outcomes []outcome, fixed []*slot) Answer {
	count := map[AnswerKind]int{}
	for i := range outcomes {
		count[outcomes[i].kind]++
	}
	possible := len(outcomes) - count[impossible]
	switch {
	case count[Granted] == possible:
		return d.granted()
	case count[Refused] == possible:
		return d.refused(firstRefused(outcomes))
	case count[Granted] > 0 && count[Refused] > 0:
		var why causes
		why.addDeciding(outcomes, fixed)
		why.addOutcomes(outcomes)
		answer := d.conditional(outcomes, d.fixedOnly(why.keys))
		if count[Undecided] == 0 {
			d.tabulate(&answer, outcomes, fixed)
		}
		return answer
	}
	var why causes
	why.addOutcomes(outcomes)
	some := len(why.keys) > 0
	why.keys = d.fixedOnly(why.keys)
	if why.reason != "" || !some {
		return d.undecided(why)
	}
	why.addDeciding(outcomes, fixed)
	if len(why.keys.names(d.env.slots)) == 0 {
		why.addReason(nil, d.tooMany())
		return d.undecided(why)
	}
	return d.conditional(outcomes, why.keys)
}

func firstRefused(outcomes []outcome) *outcome {
	for i := range outcomes {
		if outcomes[i].kind == Refused {
			return &outcomes[i]
		}
	}
	return nil
}

// fixedOnly leaves out the keys that the answer must hold for: it cannot depend on
// what they carry.
func (d *decision) fixedOnly(keys slotSet) slotSet {
	var out slotSet
	for i, word := range keys {
		out.word(i)[0] = word
	}
	for i := range d.env.slots {
		if d.env.slots[i].universal {
			out.word(i / wordSlots)[0] &^= 1 << (i % wordSlots)
		}
	}
	return out
}

// tooMany says why an answer that must hold for every value of keys is not known.
func (d *decision) tooMany() string {
	var names []string
	for i := range d.env.slots {
		if s := &d.env.slots[i]; s.universal && s.base.state == unknown && d.mentioned(s.key) {
			names = append(names, s.name)
		}
	}
	return "not every value of " + strings.Join(names, ", ") + " that the policies tell apart could be tried"
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

// differs reports whether two outcomes that differ in one slot alone are of
// different kinds: those a multiple of stride apart within one block.
func differs(outcomes []outcome, block, stride int) bool {
	for start := 0; start < len(outcomes); start += block {
		for first := start; first < start+stride; first++ {
			kind := impossible
			for i := first; i < start+block; i += stride {
				switch next := outcomes[i].kind; {
				case next == impossible || next == kind:
				case kind == impossible:
					kind = next
				default:
					return true
				}
			}
		}
	}
	return false
}

func (d *decision) conditional(outcomes []outcome, keys slotSet) Answer {
	answer := Answer{Kind: Conditional, DependsOn: keys.names(d.env.slots)}
	if refused := firstRefused(outcomes); refused != nil {
		answer.Witness, answer.DecidedBy = d.witness(refused), refused.decidedBy()
	}
	return answer
}
