package chart

// Part is one part of a whole.
type Part struct {
	Pattern string
	Share   float64 // of 1
}

// Size of a bar, in pixels.
const (
	barWidth  = 150
	barHeight = 14
)

// Bar draws the parts of a whole side by side, for a cell of a table whose
// other cells have the numbers: who listens to the table is spared it.
func Bar(parts []Part) string {
	var s svg
	s.b.WriteString(`<svg class="bar" aria-hidden="true" width="` + num(barWidth) + `" height="` + num(barHeight) + `">`)
	x := 0.5
	for _, p := range parts {
		if p.Share <= 0 {
			continue
		}
		width := p.Share * (barWidth - 1)
		s.rect("part", p.Pattern, x, 0.5, width, barHeight-1)
		x += width
	}
	return s.close()
}
