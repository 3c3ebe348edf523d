package chart

import (
	"fmt"
	"strings"
	"time"
)

// Areas are counts over time, one upon the other: steps, as each count stands
// until it is counted again.
type Areas struct {
	ID, Title, Description string
	From, Until            time.Time
	Series                 []Series // the lowest first
	Points                 []Point  // in the order of time
	// Unwatched are the spans in which nothing was counted.
	Unwatched []Span
}

// Series is one of several counts.
type Series struct{ Label, Pattern string }

// Point is what was counted at a time, for each series.
type Point struct {
	At     time.Time
	Counts []int
}

// Span is from a time until another.
type Span struct{ From, Until time.Time }

// frame is where the axes stand, in a view box of 720 by 250.
const (
	viewWidth, viewHeight = 720, 250
	left, right           = 44, 545
	top, bottom           = 14, 214
)

// SVG draws them.
func (a *Areas) SVG() string {
	var s svg
	s.open("chart", a.ID, a.Title, a.Description, viewWidth, viewHeight)
	axis := steps(a.greatest())
	greatest := axis[len(axis)-1]
	counts(&s, axis)
	base := make([]int, len(a.Points))
	for i, series := range a.Series {
		if d := a.outline(i, base, greatest); d != "" {
			s.path("area", series.Pattern, d)
		}
		for k, p := range a.Points {
			base[k] += p.Counts[i]
		}
	}
	for _, gap := range a.Unwatched {
		x := place(a.From, a.Until, gap.From)
		s.rect("unwatched", NotObserved, x, top, place(a.From, a.Until, gap.Until)-x, bottom-top)
	}
	times(&s, a.From, a.Until)
	a.legend(&s)
	return s.close()
}

func (a *Areas) greatest() int {
	greatest := 1
	for _, p := range a.Points {
		sum := 0
		for _, n := range p.Counts {
			sum += n
		}
		greatest = max(greatest, sum)
	}
	return greatest
}

// outline is the path around the area of series i upon what lies under it; ""
// if it has none.
func (a *Areas) outline(i int, base []int, greatest int) string {
	height := func(n int) float64 { return bottom - float64(n)/float64(greatest)*(bottom-top) }
	var up, down []string
	has := false
	for k, p := range a.Points {
		from, until := place(a.From, a.Until, p.At), float64(right)
		if k+1 < len(a.Points) {
			until = place(a.From, a.Until, a.Points[k+1].At)
		}
		has = has || p.Counts[i] > 0
		high, low := num(height(base[k]+p.Counts[i])), num(height(base[k]))
		up = append(up, num(from)+" "+high, num(until)+" "+high)
		down = append(down, num(from)+" "+low, num(until)+" "+low)
	}
	if !has {
		return ""
	}
	for l, r := 0, len(down)-1; l < r; l, r = l+1, r-1 {
		down[l], down[r] = down[r], down[l]
	}
	return "M" + strings.Join(up, "L") + "L" + strings.Join(down, "L") + "Z"
}

// legend names the series, in the order in which they lie, and their last
// counts.
func (a *Areas) legend(s *svg) {
	y := float64(top + 10)
	if len(a.Series) > 0 {
		s.text("tick", "start", right+20, y-2, "open at the end")
		y += 20
	}
	for i := len(a.Series) - 1; i >= 0; i-- {
		last := 0
		if n := len(a.Points); n > 0 {
			last = a.Points[n-1].Counts[i]
		}
		s.rect("area", a.Series[i].Pattern, right+20, y-10, 18, 12)
		s.text("label", "start", right+46, y, fmt.Sprintf("%s: %d", a.Series[i].Label, last))
		y += 22
	}
	if len(a.Unwatched) > 0 {
		s.rect("unwatched", NotObserved, right+20, y-10, 18, 12)
		s.text("label", "start", right+46, y, "no runs")
	}
}

// place is where a time stands on the axis.
func place(from, until, at time.Time) float64 {
	if !until.After(from) {
		return left
	}
	share := float64(at.Sub(from)) / float64(until.Sub(from))
	return left + min(max(share, 0), 1)*(right-left)
}

// counts draws the axis of counts, with a line for each mark.
func counts(s *svg, axis []int) {
	greatest := axis[len(axis)-1]
	for _, n := range axis {
		y := bottom - float64(n)/float64(greatest)*(bottom-top)
		s.line("rule", left, y, right, y)
		s.text("tick", "end", left-7, y+4, fmt.Sprint(n))
	}
}

// times draws the axis of time.
func times(s *svg, from, until time.Time) {
	s.line("axis", left, bottom, right, bottom)
	list, layout := marks(from, until)
	for _, at := range list {
		x := place(from, until, at)
		s.line("axis", x, bottom, x, bottom+5)
		s.text("tick", "middle", x, bottom+19, at.Format(layout))
	}
}
