package terminal

import "github.com/quilt-auditor/quilt-auditor/exporters/visible"

// minLast is the least that the last column is squeezed to.
const minLast = 20

// Rows writes cells in aligned columns, two spaces apart; the last column is
// wrapped within itself. Where the terminal is too narrow for that, each row
// becomes a wrapped line of its cells. All rows have the same number of cells;
// columns that are empty in every row are left out.
func (p *Printer) Rows(indent int, rows [][]Span) {
	rows, widths := filled(rows)
	if len(widths) == 0 {
		return
	}
	last := len(widths) - 1
	start := indent
	for _, w := range widths[:last] {
		start += w + 2
	}
	if start+min(widths[last], minLast) > p.width {
		for _, row := range rows {
			p.Units(indent, indent+2, row...)
		}
		return
	}
	for _, row := range rows {
		p.row(indent, start, widths[:last], row)
	}
}

// Fits reports whether every row would have a line of its own, unwrapped.
func (p *Printer) Fits(indent int, rows [][]Span) bool {
	_, widths := filled(rows)
	end := indent
	for i, w := range widths {
		if i > 0 {
			end += 2
		}
		end += w
	}
	return end <= p.width
}

// filled returns the rows without the columns that are empty throughout, and
// how wide the others are.
func filled(rows [][]Span) (kept [][]Span, widths []int) {
	kept = make([][]Span, len(rows))
	for column := 0; len(rows) > 0 && column < len(rows[0]); column++ {
		widest := 0
		for _, row := range rows {
			widest = max(widest, columns(visible.Text(row[column].Text)))
		}
		if widest == 0 {
			continue
		}
		widths = append(widths, widest)
		for i, row := range rows {
			kept[i] = append(kept[i], row[column])
		}
	}
	return kept, widths
}

// row writes one row; widths are those of all columns but the last, which
// begins at start.
func (p *Printer) row(indent, start int, widths []int, row []Span) {
	p.spaces(indent)
	blanks := 0 // owed, so that no line ends in them
	for i, w := range widths {
		cell := row[i].Style.Of(visible.Text(row[i].Text))
		if cell.Text != "" {
			p.spaces(blanks)
			p.print(cell)
			blanks = 0
		}
		blanks += w - columns(cell.Text) + 2
	}
	last := row[len(row)-1].Style.Of(visible.Text(row[len(row)-1].Text))
	if last.Text != "" {
		p.spaces(blanks)
	}
	if start+columns(last.Text) > p.width {
		p.flow(start, start, 1, words(last))
		return
	}
	p.print(last)
	p.End()
}
