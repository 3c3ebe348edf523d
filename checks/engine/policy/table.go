package policy

import "slices"

// table holds the outcomes of the combinations of classes of some keys that a
// request can carry.
type table struct {
	keys []described
	rows []tableRow
}

// tableRow is one combination, by the place of the class of each key.
type tableRow struct {
	groups  []int
	granted bool
}

// cases writes the table out.
func (t *table) cases() []Case {
	out := make([]Case, len(t.rows))
	for i, row := range t.rows {
		out[i].Answer = Refused
		if row.granted {
			out[i].Answer = Granted
		}
		for k, group := range row.groups {
			out[i].Classes = append(out[i].Classes, t.keys[k].class(group))
		}
	}
	return out
}

// groups returns the place of each key's class in the combination of that
// number, the last key changing fastest.
func (t *table) groups(number int) []int {
	out := make([]int, len(t.keys))
	for k := len(t.keys) - 1; k >= 0; k-- {
		out[k] = number % len(t.keys[k].groups)
		number /= len(t.keys[k].groups)
	}
	return out
}

// class describes a group of values.
func (d *described) class(group int) Class {
	out := Class{Key: d.key}
	for i := range d.groups[group] {
		cell := d.cell(&d.groups[group][i])
		if !slices.ContainsFunc(out.Cells, cell.same) {
			out.Cells = append(out.Cells, cell)
		}
	}
	return out
}

// cell describes one value by no more comparisons than tell it from the others.
func (d *described) cell(value *tried) Cell {
	if value.absent {
		return Cell{Absent: true}
	}
	var out Cell
	for i, holds := range value.holds {
		switch {
		case holds && !d.implied(i, value):
			out.Matches = append(out.Matches, d.comparisons[i])
		case !holds && d.excludes(i, value):
			out.Fails = append(out.Fails, d.comparisons[i])
		}
	}
	return out
}

// implied reports whether comparison i, which holds for the value, follows from
// another that does: a narrower one, or an earlier one that says the same.
func (d *described) implied(i int, value *tried) bool {
	for other, holds := range value.holds {
		if holds && other != i && d.follows(i, other) && (other < i || !d.follows(other, i)) {
			return true
		}
	}
	return false
}

// follows reports whether comparison i holds wherever other holds.
func (d *described) follows(i, other int) bool {
	return !d.any(func(v *tried) bool { return v.holds[other] && !v.holds[i] })
}

// excludes reports whether it tells something that comparison i fails for the
// value: another value has all that holds for this one, and i.
func (d *described) excludes(i int, value *tried) bool {
	return d.any(func(v *tried) bool {
		if !v.holds[i] {
			return false
		}
		for k, holds := range value.holds {
			if holds && !v.holds[k] {
				return false
			}
		}
		return true
	})
}

// any reports whether some value that is present passes.
func (d *described) any(pass func(*tried) bool) bool {
	for _, group := range d.groups {
		for i := range group {
			if !group[i].absent && pass(&group[i]) {
				return true
			}
		}
	}
	return false
}

func (c Cell) same(other Cell) bool {
	return c.Absent == other.Absent && slices.Equal(c.Matches, other.Matches) && slices.Equal(c.Fails, other.Fails)
}
