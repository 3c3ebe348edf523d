package table

import (
	"bufio"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/exporters/visible"
)

// style is the SGR code of a colour or weight; "" is plain text.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	cyan   style = "36"
	alarm  style = "1;31"
)

// span is text in one style.
type span struct {
	text  string
	style style
}

// printer lays out lines. Every text that reaches the output passes one of its
// methods, which clean it.
type printer struct {
	out   *bufio.Writer // keeps the first error until it is flushed
	width int
	color bool
}

// heading begins a section.
func (p *printer) heading(text string) {
	p.end()
	p.paragraph(0, 0, span{text, bold})
}

// paragraph writes words, wrapped; lines after the first are indented by hang.
func (p *printer) paragraph(indent, hang int, spans ...span) {
	p.spaces(indent)
	p.flow(indent, hang, 1, words(spans...))
}

// units writes spans two spaces apart, wrapped between them. A span is broken
// only if it is not the first and too long for a line of its own.
func (p *printer) units(indent, hang int, spans ...span) {
	var line []span
	first := true
	flush := func() {
		if len(line) > 0 {
			p.spaces(indent)
			p.flow(indent, hang, 2, line)
			line, indent = nil, hang
		}
	}
	for _, s := range spans {
		s.text = visible.Text(s.text)
		if s.text == "" {
			continue
		}
		if !first && hang+columns(s.text) > p.width {
			flush()
			p.paragraph(hang, hang, s)
			continue
		}
		line, first = append(line, s), false
	}
	flush()
}

func words(spans ...span) []span {
	var list []span
	for _, s := range spans {
		for _, word := range strings.Fields(visible.Text(s.text)) {
			list = append(list, span{word, s.style})
		}
	}
	return list
}

// verbatim writes one line that is never wrapped, so that it can be copied.
func (p *printer) verbatim(indent int, s span) {
	p.spaces(indent)
	p.print(span{visible.Text(s.text), s.style})
	p.end()
}

// flow fills lines with clean units from column at on, where the cursor
// stands. A unit that is longer than a line stands on its own, unbroken: the
// terminal breaks it without breaking it for copying.
func (p *printer) flow(at, hang, gap int, units []span) {
	var run span // of units in one style on one line, not yet printed
	for i, u := range units {
		n := columns(u.text)
		switch {
		case i == 0:
			run = u
		case at+gap+n > p.width:
			p.print(run)
			p.end()
			p.spaces(hang)
			at, run = hang, u
		case u.style == run.style:
			run.text += strings.Repeat(" ", gap) + u.text
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
	p.end()
}

func (p *printer) print(s span) {
	if !p.color || s.style == plain || s.text == "" {
		_, _ = p.out.WriteString(s.text)
		return
	}
	_, _ = p.out.WriteString("\x1b[" + string(s.style) + "m" + s.text + "\x1b[0m")
}

func (p *printer) spaces(n int) { _, _ = p.out.WriteString(strings.Repeat(" ", n)) }

func (p *printer) end() { _ = p.out.WriteByte('\n') }
