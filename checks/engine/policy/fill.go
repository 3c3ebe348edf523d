package policy

import "slices"

// A key that policies use in variables only is asked for by no condition, so
// there are no classes of its values. It is tried absent, with one value, and
// with all its values left open, which covers every request.

// fillings are the possibilities of such a key.
func (s *slot) fillings() []keyValue {
	rest, value := keyValue{state: unknown}, keyValue{state: known, values: []string{freshValue}}
	switch {
	case s.key == keyPrincipalArn: // which the caller has, not we
		return []keyValue{rest}
	case s.present:
		return []keyValue{value, rest}
	default:
		return []keyValue{{state: absent}, value, rest}
	}
}

// fillsOnly reports whether rules use the key in variables only.
func (d *decision) fillsOnly(key string) bool { return d.mentioned(key) && !d.asksFor(key) }

// mentioned reports whether a rule bears on the key.
func (d *decision) mentioned(key string) bool {
	return slices.ContainsFunc(d.rules, func(r rule) bool { return r.statement.mentions(key) })
}

// maxFillers bounds the keys that fill variables of conditions on one key.
const maxFillers = 3

// addFillings takes in what conditions compare the key with when the keys that
// fill their variables are tried.
func (d *decision) addFillings(q *enquiry) {
	for i := range d.env.slots {
		s := &d.env.slots[i]
		if s.filler && slices.ContainsFunc(q.conditions, func(c *condition) bool { return c.variesBy(s.key) }) {
			q.fillers = append(q.fillers, s)
		}
	}
	if len(q.fillers) > maxFillers {
		q.fillers, q.crowded = nil, true
		return
	}
	each(q.fillers, func() {
		for _, c := range q.conditions {
			q.addFilled(c, &d.env)
		}
	})
}

// variesBy reports whether the condition compares its key with what another holds.
func (c *condition) variesBy(key string) bool {
	return slices.ContainsFunc(c.values, func(m matcher) bool { return slices.Contains(m.variables.keys(), key) })
}

// addFilled adds what the values with variables are at the moment.
func (q *enquiry) addFilled(c *condition, e *env) {
	for i := range c.values {
		if m := &c.values[i]; !m.unclear && m.variables != nil {
			if f := m.variables.fill(e); !f.absent {
				q.patterns = append(q.patterns, f.pattern(c.operator.fold))
			}
		}
	}
}

// fillCost is the price of filling the variables of one entry, in words that a
// search moves.
const fillCost = 64

// refill fills the variables of resources anew. It fails if that is more work
// than is left; then nothing can be decided any more.
func (d *decision) refill() bool {
	for i := range d.rules {
		r := &d.rules[i]
		if !slices.ContainsFunc(r.statement.resources.entries, func(entry resource) bool { return entry.variables != nil }) {
			continue
		}
		if !d.budget.Spend(fillCost * len(r.statement.resources.entries)) {
			return false
		}
		r.region, r.found = r.statement.resources.within(d.target.head, &d.env), nil
	}
	return true
}
