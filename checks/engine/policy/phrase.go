package policy

import (
	"slices"
	"strconv"
	"strings"
)

// onlyAbsence reports whether no value that is present is of the chosen groups.
func (d *described) onlyAbsence(chosen []bool) bool {
	for g, group := range d.groups {
		if chosen[g] && slices.ContainsFunc(group, func(v tried) bool { return !v.absent }) {
			return false
		}
	}
	return true
}

// phrase describes the chosen groups, such as "is a or b".
func (d *described) phrase(chosen []bool) string {
	if text, ok := d.union(chosen); ok {
		return text
	}
	rest := make([]bool, len(chosen))
	for i := range chosen {
		rest[i] = !chosen[i]
	}
	missing := d.holdsAbsence(chosen)
	if text, ok := d.tests(rest); ok && text != "" && d.canLack() == missing {
		return negate(text)
	} else if ok && text != "" {
		return "is present and " + negate(text)
	}
	var cells []string
	for i := range chosen {
		if !chosen[i] {
			continue
		}
		for _, cell := range d.class(i).Cells {
			cells = append(cells, cell.phrase())
		}
	}
	return strings.Join(cells, " or ")
}

// negate turns "is a or b" into "is not a or b", which reads as neither.
func negate(text string) string {
	return "is not " + strings.ReplaceAll(strings.TrimPrefix(text, "is "), " or is ", " or ")
}

// union describes the chosen groups by what holds for them. It is false if they
// are not just that.
func (d *described) union(chosen []bool) (string, bool) {
	missing := d.holdsAbsence(chosen)
	text, ok := d.tests(chosen)
	switch {
	case ok && text == "" && missing:
		return "is absent", true
	case ok && text != "" && missing:
		return text + " or is absent", true
	case ok && text != "":
		return text, true
	case d.allPresent(chosen) && !missing:
		return "is present", true
	default:
		return "", false
	}
}

// tests describes the values of the chosen groups, absence aside, as those for
// which one of some comparisons holds. It is false if they are not.
func (d *described) tests(chosen []bool) (string, bool) {
	var picked []int
	for i := range d.comparisons {
		if d.within(i, chosen) && !slices.ContainsFunc(picked, func(p int) bool { return d.follows(p, i) }) {
			picked = slices.DeleteFunc(picked, func(p int) bool { return d.follows(i, p) })
			picked = append(picked, i)
		}
	}
	for g, group := range d.groups {
		for i := range group {
			v := &group[i]
			if chosen[g] && !v.absent && !slices.ContainsFunc(picked, func(p int) bool { return v.holds[p] }) {
				return "", false
			}
		}
	}
	var comparisons []Comparison
	for _, p := range picked {
		comparisons = append(comparisons, d.comparisons[p])
	}
	return alternatives(comparisons), true
}

// within reports whether comparison i holds for some value, and only for such of
// the chosen groups.
func (d *described) within(i int, chosen []bool) bool {
	some := false
	for g, group := range d.groups {
		for k := range group {
			if group[k].absent || !group[k].holds[i] {
				continue
			}
			if !chosen[g] {
				return false
			}
			some = true
		}
	}
	return some
}

func (d *described) holdsAbsence(chosen []bool) bool {
	for g, group := range d.groups {
		if chosen[g] && slices.ContainsFunc(group, func(v tried) bool { return v.absent }) {
			return true
		}
	}
	return false
}

// canLack reports whether requests can lack the key.
func (d *described) canLack() bool {
	all := make([]bool, len(d.groups))
	for i := range all {
		all[i] = true
	}
	return d.holdsAbsence(all)
}

func (d *described) allPresent(chosen []bool) bool {
	for g, group := range d.groups {
		if !chosen[g] && slices.ContainsFunc(group, func(v tried) bool { return !v.absent }) {
			return false
		}
	}
	return true
}

// alternatives writes comparisons of which one holds, such as "is a or b".
func alternatives(comparisons []Comparison) string {
	var out strings.Builder
	for i, c := range comparisons {
		verb := c.How.verb()
		switch {
		case i > 0 && comparisons[i-1].How == c.How:
			out.WriteString(" or ")
		case i > 0:
			out.WriteString(" or " + verb + " ")
		default:
			out.WriteString(verb + " ")
		}
		out.WriteString(shown(c.Value))
	}
	return out.String()
}

func (h How) verb() string {
	switch h {
	case Equals:
		return "is"
	case EqualsIgnoreCase:
		return "is, in any case,"
	default:
		return "is " + string(h)
	}
}

// phrase writes a cell out, such as "is like a* but not ab".
func (c Cell) phrase() string {
	switch {
	case c.Absent:
		return "is absent"
	case len(c.Matches) == 0 && len(c.Fails) == 0:
		return "is present"
	case len(c.Matches) == 0:
		return "is something else than " + strings.TrimPrefix(alternatives(c.Fails), "is ")
	}
	var parts []string
	for _, m := range c.Matches {
		parts = append(parts, alternatives([]Comparison{m}))
	}
	text := strings.Join(parts, " and ")
	if len(c.Fails) > 0 {
		text += " but not " + strings.TrimPrefix(alternatives(c.Fails), "is ")
	}
	return text
}

// shown quotes a value unless it is plain to see.
func shown(value string) string {
	for _, c := range value {
		if c <= ' ' || c > '~' || c == '"' || c == ',' {
			return strconv.Quote(value)
		}
	}
	if value == "" {
		return `""`
	}
	return value
}
