package policy

import (
	"slices"
	"strings"
)

// possibilities returns values of an open key such that every request agrees
// with one of them in all conditions on the key, or one unknown value if such a
// list cannot be made. There are none if no condition asks for the key.
func (d *decision) possibilities(s *slot) []keyValue {
	q := d.enquire(s, d.rules)
	if len(q.conditions) == 0 {
		return nil
	}
	return d.choices(s, &q)
}

// choices are possibilities of a key of which some condition asks.
func (d *decision) choices(s *slot, q *enquiry) []keyValue {
	if s.present || q.varies { // they hang on the caller, or on other keys
		return d.firsts(s, q)
	}
	return d.domains.of(q.conditions, &d.budget, func() []keyValue { return d.firsts(s, q) })
}

// firsts is one value of each group.
func (d *decision) firsts(s *slot, q *enquiry) []keyValue {
	groups := d.groups(s, q)
	out := make([]keyValue, len(groups))
	for i := range groups {
		out[i] = groups[i][0]
	}
	return out
}

// enquire collects what the rules ask about the key.
func (d *decision) enquire(s *slot, rules []rule) enquiry {
	q := enquiry{key: s.key}
	for i := range rules {
		for k := range rules[i].statement.conditions {
			if c := &rules[i].statement.conditions[k]; c.key == s.key {
				q.add(c, &d.env)
			}
		}
	}
	if q.varies {
		d.addFillings(&q)
	}
	return q
}

// groups lists values of every class of requests that the conditions may tell
// apart, those together that they do not. A single unknown value stands for all
// where such a list cannot be made.
func (d *decision) groups(s *slot, q *enquiry) [][]keyValue {
	d.guard(q, s)
	texts, ok := q.values(&d.budget)
	if !ok {
		return [][]keyValue{{{state: unknown}}}
	}
	var all []keyValue
	if !s.present {
		all = append(all, keyValue{state: absent, guessed: true})
	}
	if !q.lists() {
		for _, text := range texts {
			all = append(all, keyValue{state: known, values: []string{text}, guessed: true})
		}
		return d.distinct(s, q, all)
	}
	lists, ok := listValues(texts)
	if !ok {
		return [][]keyValue{{{state: unknown}}}
	}
	return d.distinct(s, q, append(all, lists...))
}

// lists reports whether requests may carry several values under the key: AWS
// says so, or it is a key of which we know nothing and that a condition treats so.
func (q *enquiry) lists() bool {
	if strings.HasPrefix(q.key, "aws:") || strings.HasPrefix(q.key, "s3:") {
		return multiValued(q.key)
	}
	return slices.ContainsFunc(q.conditions, func(c *condition) bool { return c.operator.quantifier != single })
}

// maxListed bounds the values of which all combinations are tried.
const maxListed = 7

// listValues returns every list that holds some of the texts. Conditions ask of
// each value by itself, so order and repetition do not matter. It is false if
// there are too many.
func listValues(texts []string) ([]keyValue, bool) {
	if len(texts) > maxListed {
		return nil, false
	}
	var out []keyValue
	for chosen := 1; chosen < 1<<len(texts); chosen++ {
		var values []string
		for i, text := range texts {
			if chosen&(1<<i) != 0 {
				values = append(values, text)
			}
		}
		out = append(out, keyValue{state: known, values: values, guessed: true})
	}
	slices.SortStableFunc(out, func(a, b keyValue) int { return len(a.values) - len(b.values) })
	return out, true
}

// distinct groups the possibilities that the conditions do not tell apart,
// whatever else fills their variables.
func (d *decision) distinct(s *slot, q *enquiry, all []keyValue) [][]keyValue {
	key, places := s.key, map[string]int{}
	size := conditionsSize(q.conditions)
	var out [][]keyValue
	for _, value := range all {
		if !d.budget.Spend(size) {
			out = [][]keyValue{{{state: unknown}}}
			break
		}
		d.env.slot(key).choose(value)
		verdicts := make([]byte, 0, len(q.conditions))
		each(q.fillers, func() {
			for _, c := range q.conditions {
				verdicts = append(verdicts, byte(c.holdsWith(value, &d.env)))
			}
		})
		if d.isRootArn(key, value) {
			verdicts = append(verdicts, 1)
		}
		at, seen := places[string(verdicts)]
		if !seen {
			at = len(out)
			places[string(verdicts)], out = at, append(out, nil)
		}
		out[at] = append(out[at], value)
	}
	restored := d.env.slot(key)
	restored.choose(restored.base)
	return out
}

// conditionsSize is the work of evaluating the conditions once.
func conditionsSize(conditions []*condition) int {
	work := 0
	for _, c := range conditions {
		work += c.size()
	}
	return work
}

// size is the work of evaluating the condition once.
func (c *condition) size() int {
	work := 0
	for i := range c.values {
		work++
		if p := &c.values[i].pattern; !p.Plain() {
			work += p.Size()
		}
	}
	return work
}
