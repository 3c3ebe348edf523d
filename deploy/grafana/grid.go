package main

// columns is how wide Grafana's grid is.
const columns = 24

// row is a head that folds, and below it lines of panels. The first row of a
// dashboard has no head: it is the answer, always in sight.
type row struct {
	title string
	lines [][]panel
}

// grid gives every panel its id and its place: each line of a row is as high
// as its highest panel.
func grid(rows []row) []panel {
	var all []panel
	y := 0
	place := func(p panel, x, w, h int) {
		p.ID, p.GridPos = len(all)+1, gridPos{h, w, x, y}
		all = append(all, p)
	}
	for _, r := range rows {
		if r.title != "" {
			place(panel{Type: "row", Title: r.title, Collapsed: new(false), Folded: &[]panel{}}, 0, columns, 1)
			y++
		}
		for _, line := range r.lines {
			x, height := 0, 0
			for _, p := range line {
				place(p, x, p.GridPos.W, p.GridPos.H)
				x += p.GridPos.W
				height = max(height, p.GridPos.H)
			}
			y += height
		}
	}
	return all
}

// sized sets how wide and high a panel is.
func sized(w, h int, p panel) panel {
	p.GridPos = gridPos{W: w, H: h}
	return p
}
