package policy

import (
	"cmp"
	"slices"
)

// freshValue stands in a witness for a key that policies use only as a variable.
const freshValue = "z"

// settleVariables gives the open keys that no condition compares a value: they
// only fill variables, and one value serves a witness as well as another.
func (h *hunt) settleVariables() {
	for i := range h.env.slots {
		s := &h.env.slots[i]
		if s.base.state == unknown && !h.asksFor(s.key) {
			s.domain = []keyValue{{state: known, values: []string{freshValue}}}
		}
	}
}

// matters reports whether the key bears on the Allow in question: it or a Deny
// asks for it.
func (h *hunt) matters(key string) bool {
	for i := range h.rules {
		r := &h.rules[i]
		if (r.statement.deny || r == h.allow) && r.statement.mentions(key) {
			return true
		}
	}
	return false
}

func (s *statement) mentions(key string) bool {
	for i := range s.conditions {
		c := &s.conditions[i]
		if c.key == key || slices.ContainsFunc(c.values, func(m matcher) bool { return slices.Contains(m.variables.keys(), key) }) {
			return true
		}
	}
	return slices.ContainsFunc(s.resources.entries, func(r resource) bool { return slices.Contains(r.variables.keys(), key) })
}

// openSlotsThatMatter lists the open keys that bear on the Allow.
func (h *hunt) openSlotsThatMatter() []*slot {
	var out []*slot
	for i := range h.env.slots {
		if s := &h.env.slots[i]; s.base.state == unknown && h.matters(s.key) {
			out = append(out, s)
		}
	}
	return out
}

// concrete tries the combinations of concrete values of the open keys. Keys
// that only fill variables come first, as what others are compared with may
// hang on them. Where combinations are too many, the keys with the most values
// keep their first one.
func (h *hunt) concrete(c *caller) Found {
	slots := h.openSlotsThatMatter()
	var tried []*slot
	h.choose(nil, nil)
	for _, s := range slots {
		if !h.asksFor(s.key) {
			s.choose(s.domain[0])
			h.refill()
			tried = append(tried, s)
		}
	}
	for _, s := range slots {
		if h.asksFor(s.key) {
			s.domain = h.samples(s)
			tried = append(tried, s)
		}
	}
	slices.SortStableFunc(tried, func(a, b *slot) int { return cmp.Compare(len(a.domain), len(b.domain)) })
	combinations := 1
	for _, s := range tried {
		if combinations*len(s.domain) > maxCombinations {
			s.domain = s.domain[:1]
		}
		combinations *= len(s.domain)
	}
	var found Found
	h.every(tried, func() bool {
		at := h.place(c, yes)
		if !at.found {
			return true
		}
		found = h.granted(c, at.witness)
		return found.Kind != Exists
	})
	return found
}

// remains notes whether the Allow may grant the caller something, whatever
// the open keys hold.
func (h *hunt) remains(c *caller) {
	h.choose(nil, nil)
	slots := h.openSlotsThatMatter()
	var tried []*slot
	for _, s := range slots {
		if h.asksFor(s.key) {
			s.domain = h.classes(s)
			tried = append(tried, s)
		}
	}
	slices.SortStableFunc(tried, func(a, b *slot) int { return cmp.Compare(len(a.domain), len(b.domain)) })
	combinations := 1
	for i, s := range tried {
		if combinations *= len(s.domain); combinations > maxCombinations {
			tried = tried[:i]
			break
		}
	}
	h.every(tried, func() bool {
		at := h.place(c, open)
		if at.nothing() {
			return true
		}
		h.maybe = h.allow
		if at.err != nil {
			h.why.addReason(h.allow, at.err.Error())
		}
		h.explainAll(c)
		return false
	})
}

// explainAll collects why it is not certain whether the Allow grants.
func (h *hunt) explainAll(c *caller) {
	h.env.adopt(c)
	defer h.env.restore()
	h.refresh(c)
	h.allow.explain(&h.env, &h.why)
	for i := range h.rules {
		if r := &h.rules[i]; r.statement.deny && r.status != no && r.grips.may != gripNone {
			r.explain(&h.env, &h.why)
		}
	}
}

// classes are the possibilities of an open key with the other keys open. They
// are the same for every Allow and caller.
func (h *hunt) classes(s *slot) []keyValue {
	return remembered(&h.open, s.key, func() []keyValue { return h.listed(s) })
}

// valueCost is the price of each byte of the values from which possibilities are
// made.
const valueCost = 8

// listed are the possibilities of an open key. A list that could not be made
// has its price too.
func (h *hunt) listed(s *slot) []keyValue {
	size := 0
	for i := range h.rules {
		for k := range h.rules[i].statement.conditions {
			if c := &h.rules[i].statement.conditions[k]; c.key == s.key {
				for _, text := range c.source.Values {
					size += len(text)
				}
			}
		}
	}
	if !h.budget.Spend(valueCost * size) {
		return []keyValue{{state: unknown}}
	}
	values := h.possibilities(s)
	if len(values) == 1 && values[0].state == unknown && h.budget > 0 {
		h.budget.Spend(int(h.budget) / classesShare)
	}
	return values
}

func remembered(known *map[string][]keyValue, key string, list func() []keyValue) []keyValue {
	if values, ok := (*known)[key]; ok {
		return values
	}
	if *known == nil {
		*known = map[string][]keyValue{}
	}
	values := list()
	(*known)[key] = values
	return values
}

// samples are concrete values of an open key, of every class that conditions
// tell apart if these can be listed, and absence.
func (h *hunt) samples(s *slot) []keyValue {
	return remembered(&h.tried, s.key, func() []keyValue { return h.concreteValues(s) })
}

func (h *hunt) concreteValues(s *slot) []keyValue {
	var out []keyValue
	for _, value := range h.listed(s) {
		if value.state != unknown {
			value.guessed = false
			out = append(out, value)
			continue
		}
		out = append(out, h.texts(s)...)
	}
	if len(out) == 0 {
		return []keyValue{{state: unknown}}
	}
	return out
}

// texts are values of a key whose classes cannot be listed, such as one with
// many values: lists of one value each, and absence.
func (h *hunt) texts(s *slot) []keyValue {
	q := h.enquire(s, h.rules)
	var out []keyValue
	if !s.present {
		out = append(out, keyValue{})
	}
	if !multiValued(s.key) {
		return out
	}
	texts, ok := q.values(&h.budget)
	if !ok {
		return out
	}
	for _, text := range texts {
		out = append(out, keyValue{state: known, values: []string{text}})
	}
	return out
}
