// Package markdown writes a report in GitHub Flavored Markdown, with the same
// sections, sentences and tables as the HTML; where that has a drawing, this
// has its numbers.
package markdown

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// MediaType is the media type of what is written (RFC 7763, RFC 7764).
const MediaType = "text/markdown; charset=utf-8; variant=GFM"

// writer writes lines; what is wrong with the destination is told at the end.
type writer struct{ *bufio.Writer }

func (w writer) line(s string) { _, _ = w.WriteString(s + "\n") }

// paragraph is a line with an empty one before it.
func (w writer) paragraph(s string) { w.line("\n" + s) }

// Write writes the document. The same document gives the same bytes. An error
// is the destination's; what was written is then incomplete.
func Write(to io.Writer, d *document.Document) error {
	w := writer{bufio.NewWriter(to)}
	w.line("# " + d.Title)
	w.paragraph("**" + d.Subtitle + "**")
	w.contents(d)
	w.paragraph("## Summary")
	w.blocks(d.Lead)
	for i, s := range d.Sections {
		w.paragraph(fmt.Sprintf("## %d. %s", i+1, s.Title))
		w.blocks(s.Blocks)
	}
	w.paragraph("---")
	w.paragraph(text(d.Colophon))
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the Markdown: %w", err)
	}
	return nil
}

// contents lists the sections. Renderers make the anchors of headings in
// different ways, so it has no links.
func (w writer) contents(d *document.Document) {
	titles := make([]string, len(d.Sections))
	for i, s := range d.Sections {
		titles[i] = fmt.Sprintf("%d. %s", i+1, s.Title)
	}
	w.paragraph(strings.Join(titles, "\n"))
}
