package markdown

import (
	"fmt"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/exporters/gfm"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

func (w writer) blocks(list []document.Block) {
	for _, b := range list {
		w.block(b)
	}
}

func (w writer) block(b document.Block) {
	switch b := b.(type) {
	case document.Paragraph:
		w.paragraph(text(b.Text))
	case document.Note:
		w.paragraph("> **Note:** " + text(b.Text))
	case document.Heading:
		w.paragraph("### " + text(b.Title))
	case document.List:
		w.list(len(b.Items), func(i int) string { return text(b.Items[i]) })
	case document.Figures:
		w.figures(b.Items)
	case document.Facts:
		w.list(len(b.Items), func(i int) string { return b.Items[i].Term + ": " + text(b.Items[i].Value) })
	case *document.Table:
		w.table(b)
	case *document.Chart:
		w.table(b.Data)
	case *document.Entry:
		w.entry(b)
	case *document.Lines:
		w.paragraph(b.Label + ":")
		w.paragraph(gfm.Fence(b.Language, b.Text))
	default:
		panic(fmt.Sprintf("Markdown has no form for %T", b))
	}
}

func (w writer) list(n int, item func(i int) string) {
	w.line("")
	for i := range n {
		w.line("- " + item(i))
	}
}

// figures are a table: numbers in a list would run into the next list.
func (w writer) figures(list []document.Figure) {
	w.line("")
	w.head([]document.Column{{Title: "figure"}, {Title: "number", Kind: document.Numbers}, {Title: "of which"}})
	for _, f := range list {
		w.row([]string{f.Label, "**" + f.Value + "**", f.Detail})
	}
}

func (w writer) entry(e *document.Entry) {
	tags := ""
	if len(e.Tags) > 0 {
		tags = " (" + strings.Join(e.Tags, ", ") + ")"
	}
	w.paragraph("#### " + text(e.Title) + tags)
	w.blocks(e.Blocks)
}

// text is words in a line. Only our own can stand at its beginning with a
// meaning, and have none.
func text(t document.Text) string {
	var b strings.Builder
	for _, s := range t {
		switch s.Kind {
		case document.Plain, document.Link, document.Time:
			b.WriteString(s.Text)
		case document.Strong:
			b.WriteString("**" + s.Text + "**")
		case document.Prose:
			b.WriteString(gfm.Prose(s.Text))
		case document.Code:
			b.WriteString(gfm.Code(s.Text))
		}
	}
	return b.String()
}
