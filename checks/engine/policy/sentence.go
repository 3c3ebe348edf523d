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
		return "granted unless " + together(parts)
	}
	return t.list()
}

// together joins what must not all hold.
func together(parts []string) string {
	if len(parts) == 2 {
		return "both " + parts[0] + " and " + parts[1]
	}
	return strings.Join(parts, " and ")
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
	for _, row := range t.rows {
		if row.granted != outcome {
			continue
		}
		for k, group := range row.groups {
			out[k][group] = true
		}
	}
	return out
}

// within reports whether the row is a combination of the chosen groups.
func (r *tableRow) within(chosen [][]bool) bool {
	for k, group := range r.groups {
		if !chosen[k][group] {
			return false
		}
	}
	return true
}

// product describes the rows with the outcome key by key. It is false if some
// combination of what occurs has the other outcome.
func (t *table) product(outcome bool) ([]string, bool) {
	chosen := t.chosen(outcome)
	for i := range t.rows {
		if t.rows[i].granted != outcome && t.rows[i].within(chosen) {
			return nil, false
		}
	}
	return t.phrases(chosen), true
}

// phrases describes the chosen groups of each key that are not all.
func (t *table) phrases(chosen [][]bool) []string {
	var out []string
	for k := range t.keys {
		if slices.Contains(chosen[k], false) {
			out = append(out, t.keys[k].key+" "+t.keys[k].phrase(chosen[k]))
		}
	}
	slices.Sort(out)
	if len(out) < 2 {
		return out
	}
	for i, phrase := range out {
		if strings.Contains(phrase, " or ") {
			out[i] = "(" + phrase + ")"
		}
	}
	return out
}

// maxCases bounds the cases that a sentence lists.
const maxCases = 6

// list tells the rows of the rarer outcome one by one.
func (t *table) list() string {
	granted := 0
	for _, row := range t.rows {
		if row.granted {
			granted++
		}
	}
	outcome, word, otherwise := true, "granted if ", "; refused otherwise"
	if granted > len(t.rows)-granted {
		outcome, word, otherwise = false, "refused if ", "; granted otherwise"
	}
	var told []string
	for _, row := range t.rows {
		if row.granted != outcome {
			continue
		}
		if len(told) == maxCases {
			otherwise = "; and in further cases"
			break
		}
		only := make([][]bool, len(t.keys))
		for k, group := range row.groups {
			only[k] = make([]bool, len(t.keys[k].groups))
			only[k][group] = true
		}
		told = append(told, strings.Join(t.phrases(only), " and "))
	}
	return word + strings.Join(told, "; or if ") + otherwise
}
