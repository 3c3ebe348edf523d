package markdown

import (
	"fmt"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// table writes the columns that are not drawn.
func (w writer) table(t *document.Table) {
	if len(t.Rows) == 0 && t.LeftOut == 0 {
		w.paragraph(t.None)
		return
	}
	if len(t.Rows) > 0 {
		w.paragraph("**" + t.Caption + "**\n")
		w.head(t.Columns)
	}
	for _, row := range t.Rows {
		cells := make([]string, 0, len(row))
		for i, c := range row {
			if t.Columns[i].Kind != document.Drawn {
				cells = append(cells, text(c.Text))
			}
		}
		w.row(cells)
	}
	if t.LeftOut > 0 {
		w.paragraph(fmt.Sprintf("> **Shortened:** %d more %s are not listed here. The JSON form of this report has them all; of failures the CSV form has, too.", t.LeftOut, t.Noun))
	}
}

func (w writer) head(columns []document.Column) {
	var titles, rules []string
	for _, c := range columns {
		if c.Kind == document.Drawn {
			continue
		}
		titles = append(titles, c.Title)
		rule := "---"
		if c.Kind == document.Numbers {
			rule = "---:"
		}
		rules = append(rules, rule)
	}
	w.row(titles)
	w.row(rules)
}

func (w writer) row(cells []string) { w.line("| " + strings.Join(cells, " | ") + " |") }
