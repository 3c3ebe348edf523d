package policy

import (
	"slices"
	"strings"
)

// sentence says what the table says. It looks for the shortest of these forms:
// all keys must have something, not all keys may have something, a list of cases.
func (t *table) sentence() string {
	if parts, ok := t.product(true); ok && (len(t.keys) > 1 || t.tellGranted()) {
		return "granted if and only if " + strings.Join(parts, " and ")
	}
	if parts, ok := t.product(false); ok {
		return "granted unless " + strings.Join(parts, " and ")
	}
	return t.list()
}

// tellGranted reports whether a table of one key is better told by the values
// that are granted than by those that are refused: if these take one kind of
// comparison, or need fewer words.
func (t *table) tellGranted() bool {
	key, granted, refused := &t.keys[0], t.chosen(true)[0], t.chosen(false)[0]
	return key.effort(granted) <= key.effort(refused)
}

// effort grades how hard the chosen groups are to tell.
func (d *described) effort(chosen []bool) int {
	_, plain := d.union(chosen)
	switch {
	case plain && (!d.holdsAbsence(chosen) || d.onlyAbsence(chosen)):
		return 0
	case plain:
		return 1
	}
	effort := 2
	for i := range chosen {
		if chosen[i] {
			effort += len(d.class(i).Cells)
		}
	}
	return effort
}

// chosen returns for each key the groups that occur with the outcome.
func (t *table) chosen(outcome bool) [][]bool {
	out := make([][]bool, len(t.keys))
	for k := range t.keys {
		out[k] = make([]bool, len(t.keys[k].groups))
	}
	for i, granted := range t.granted {
		if granted != outcome {
			continue
		}
		for k, group := range t.row(i) {
			out[k][group] = true
		}
	}
	return out
}

// product describes the rows with the outcome key by key. It is false if they
// are not all combinations of what occurs.
func (t *table) product(outcome bool) ([]string, bool) {
	chosen, size, count := t.chosen(outcome), 1, 0
	for k := range chosen {
		n := 0
		for _, in := range chosen[k] {
			if in {
				n++
			}
		}
		size *= n
	}
	for _, granted := range t.granted {
		if granted == outcome {
			count++
		}
	}
	if size != count {
		return nil, false
	}
	var out []string
	for k := range t.keys {
		if slices.Contains(chosen[k], false) {
			out = append(out, t.keys[k].key+" "+t.keys[k].phrase(chosen[k]))
		}
	}
	slices.Sort(out)
	return out, true
}

// maxCases bounds the cases that a sentence lists.
const maxCases = 6

// list tells the rows of the rarer outcome one by one.
func (t *table) list() string {
	granted := 0
	for _, g := range t.granted {
		if g {
			granted++
		}
	}
	outcome, word, otherwise := true, "granted if ", "; refused otherwise"
	if granted > len(t.granted)-granted {
		outcome, word, otherwise = false, "refused if ", "; granted otherwise"
	}
	var rows []string
	for i, g := range t.granted {
		if g != outcome {
			continue
		}
		if len(rows) == maxCases {
			otherwise = "; and in further cases"
			break
		}
		var parts []string
		for k, group := range t.row(i) {
			only := make([]bool, len(t.keys[k].groups))
			only[group] = true
			parts = append(parts, t.keys[k].key+" "+t.keys[k].phrase(only))
		}
		slices.Sort(parts)
		rows = append(rows, strings.Join(parts, " and "))
	}
	return word + strings.Join(rows, "; or if ") + otherwise
}
