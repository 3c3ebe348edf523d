package chart

import (
	"fmt"
	"time"
)

// Columns are counts of spans of equal length, such as days: what was made
// stands under what was missed.
type Columns struct {
	ID, Title, Description string
	From, Until            time.Time
	Series                 []Series // the lowest first
	Columns                []Column // in the order of time
	// Marked is the series whose counts are written over its columns, where
	// there are any.
	Marked int
}

// Column is what was counted in a span, for each series.
type Column struct {
	From, Until time.Time
	Counts      []int
}

// maxMarked is how many counts are written: more would cover one another.
const maxMarked = 24

// SVG draws them.
func (c *Columns) SVG() string {
	var s svg
	s.open("chart", c.ID, c.Title, c.Description, viewWidth, viewHeight)
	greatest, marked := 1, 0
	for _, column := range c.Columns {
		greatest = max(greatest, sum(column.Counts))
		if column.Counts[c.Marked] > 0 {
			marked++
		}
	}
	axis := steps(greatest)
	counts(&s, axis)
	for _, column := range c.Columns {
		c.column(&s, column, axis[len(axis)-1], marked <= maxMarked)
	}
	times(&s, c.From, c.Until)
	c.legend(&s)
	return s.close()
}

func (c *Columns) column(s *svg, column Column, greatest int, written bool) {
	x, until := place(c.From, c.Until, column.From), place(c.From, c.Until, column.Until)
	gap := min(1.5, (until-x)/5)
	y := float64(bottom)
	for i, n := range column.Counts {
		if n == 0 {
			continue
		}
		height := float64(n) / float64(greatest) * (bottom - top)
		y -= height
		s.rect("column", c.Series[i].Pattern, x+gap/2, y, max(until-x-gap, 0.5), height)
		if i == c.Marked && written {
			s.text("mark", "middle", (x+until)/2, y-3, fmt.Sprint(n))
		}
	}
}

// legend names the series and their sums.
func (c *Columns) legend(s *svg) {
	y := float64(top + 10)
	for i := len(c.Series) - 1; i >= 0; i-- {
		all := 0
		for _, column := range c.Columns {
			all += column.Counts[i]
		}
		s.rect("column", c.Series[i].Pattern, right+20, y-10, 18, 12)
		s.text("label", "start", right+46, y, fmt.Sprintf("%s: %d", c.Series[i].Label, all))
		y += 22
	}
}

func sum(list []int) int {
	n := 0
	for _, v := range list {
		n += v
	}
	return n
}
