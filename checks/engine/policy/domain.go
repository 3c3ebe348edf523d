package policy

import (
	"slices"
	"strings"
)

// possibilities returns values of an open key such that every request agrees
// with one of them in all conditions on the key, or one unknown value if such a
// list cannot be made. There are none if no condition asks for the key.
func (d *decision) possibilities(s *slot) []keyValue {
	q := d.enquire(s)
	if len(q.conditions) == 0 {
		return nil
	}
	var out []keyValue
	for _, group := range d.groups(s, &q) {
		out = append(out, group[0])
	}
	return out
}

// enquire collects what the rules ask about the key.
func (d *decision) enquire(s *slot) enquiry {
	q := enquiry{key: s.key}
	for i := range d.rules {
		for k := range d.rules[i].statement.conditions {
			if c := &d.rules[i].statement.conditions[k]; c.key == s.key {
				q.add(c, &d.env)
			}
		}
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
		return d.distinct(s, q.conditions, all)
	}
	lists, ok := listValues(texts)
	if !ok {
		return [][]keyValue{{{state: unknown}}}
	}
	return d.distinct(s, q.conditions, append(all, lists...))
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

// distinct groups the possibilities that the conditions do not tell apart.
func (d *decision) distinct(s *slot, conditions []*condition, all []keyValue) [][]keyValue {
	key, places := s.key, map[string]int{}
	var out [][]keyValue
	for _, value := range all {
		if !d.budget.Spend(conditionsSize(conditions)) {
			out = [][]keyValue{{{state: unknown}}}
			break
		}
		d.env.slot(key).choose(value)
		verdicts := make([]byte, len(conditions))
		for i, c := range conditions {
			verdicts[i] = byte(c.holds(&d.env))
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
		for i := range c.values {
			work++
			if p := &c.values[i].pattern; !p.Plain() {
				work += p.Size()
			}
		}
	}
	return work
}
