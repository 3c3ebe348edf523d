// Package terminal lays out text for people at a terminal: wrapped to its
// width, in aligned columns, in colours where it has some. All text is taken
// to be untrusted and is shown without control characters, terminal escapes or
// bidirectional overrides.
package terminal

import (
	"bufio"
	"cmp"
	"io"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/exporters/visible"
)

// Options says what the reader's terminal can show.
type Options struct {
	// Width is the terminal's, in columns; 0 stands for 80. Text is wrapped to
	// it, and at 120 in wider ones, where longer lines read badly.
	Width int
	// Color switches on colours. Nothing may be told by colour alone.
	Color bool
}

const (
	defaultWidth = 80
	minWidth     = 20
	maxWidth     = 120
)

// Style is the SGR code of a colour or weight (ECMA-48); "" is plain text.
type Style string

// The styles.
const (
	Plain  Style = ""
	Bold   Style = "1"
	Dim    Style = "2"
	Red    Style = "31"
	Green  Style = "32"
	Yellow Style = "33"
	Cyan   Style = "36"
	Alarm  Style = "1;31"
)

// Of is the text in the style.
func (s Style) Of(text string) Span { return Span{text, s} }

// Span is text in one style.
type Span struct {
	Text  string
	Style Style
}

// Printer lays out lines.
type Printer struct {
	out   *bufio.Writer // keeps the first error until it is flushed
	width int
	color bool
}

// New makes a printer, which keeps what it writes until it is flushed.
func New(w io.Writer, o Options) *Printer {
	return &Printer{out: bufio.NewWriter(w), width: min(max(cmp.Or(o.Width, defaultWidth), minWidth), maxWidth), color: o.Color}
}

// Flush writes what is kept. An error is the destination's, also of an earlier
// write.
func (p *Printer) Flush() error { return p.out.Flush() }

// Heading begins a section.
func (p *Printer) Heading(text string) {
	p.End()
	p.Paragraph(0, 0, Bold.Of(text))
}

// Paragraph writes words, wrapped; lines after the first are indented by hang.
func (p *Printer) Paragraph(indent, hang int, spans ...Span) {
	p.spaces(indent)
	p.flow(indent, hang, 1, words(spans...))
}

// Pieces writes spans one space apart, wrapped between them; none is broken.
func (p *Printer) Pieces(indent, hang int, spans ...Span) {
	whole := make([]Span, len(spans))
	for i, s := range spans {
		whole[i] = s.Style.Of(visible.Text(s.Text))
	}
	p.spaces(indent)
	p.flow(indent, hang, 1, whole)
}

// Units writes spans two spaces apart, wrapped between them. A span is broken
// only if it is not the first and too long for a line of its own.
func (p *Printer) Units(indent, hang int, spans ...Span) {
	var line []Span
	first := true
	flush := func() {
		if len(line) > 0 {
			p.spaces(indent)
			p.flow(indent, hang, 2, line)
			line, indent = nil, hang
		}
	}
	for _, s := range spans {
		s.Text = visible.Text(s.Text)
		if s.Text == "" {
			continue
		}
		if !first && hang+columns(s.Text) > p.width {
			flush()
			p.Paragraph(hang, hang, s)
			continue
		}
		line, first = append(line, s), false
	}
	flush()
}

// words are what stands between the spaces.
func words(spans ...Span) []Span {
	var list []Span
	for _, s := range spans {
		for _, word := range strings.Fields(visible.Text(s.Text)) {
			list = append(list, s.Style.Of(word))
		}
	}
	return list
}

// Verbatim writes one line that is never wrapped, so that it can be copied.
func (p *Printer) Verbatim(indent int, s Span) {
	p.spaces(indent)
	p.print(s.Style.Of(visible.Text(s.Text)))
	p.End()
}

// flow fills lines with visible units from column at on, where the cursor
// stands. A unit that is longer than a line stands on its own, unbroken: the
// terminal breaks it without breaking it for copying.
func (p *Printer) flow(at, hang, gap int, units []Span) {
	var run Span // of units in one style on one line, not yet printed
	for i, u := range units {
		n := columns(u.Text)
		switch {
		case i == 0:
			run = u
		case at+gap+n > p.width:
			p.print(run)
			p.End()
			p.spaces(hang)
			at, run = hang, u
		case u.Style == run.Style:
			run.Text += strings.Repeat(" ", gap) + u.Text
			at += gap
		default:
			p.print(run)
			p.spaces(gap)
			at += gap
			run = u
		}
		at += n
	}
	p.print(run)
	p.End()
}

func (p *Printer) print(s Span) {
	if !p.color || s.Style == Plain || s.Text == "" {
		_, _ = p.out.WriteString(s.Text)
		return
	}
	_, _ = p.out.WriteString("\x1b[" + string(s.Style) + "m" + s.Text + "\x1b[0m")
}

func (p *Printer) spaces(n int) { _, _ = p.out.WriteString(strings.Repeat(" ", n)) }

// End ends a line, or leaves one empty.
func (p *Printer) End() { _ = p.out.WriteByte('\n') }
