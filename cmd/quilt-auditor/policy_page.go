package main

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/quilt-auditor/quilt-auditor/exporters/table"
)

// look is the SGR code of a colour or weight.
type look string

const (
	lookPlain  look = ""
	lookBold   look = "1"
	lookDim    look = "2"
	lookRed    look = "31"
	lookGreen  look = "32"
	lookYellow look = "33"
)

// page writes wrapped text for a person.
type page struct {
	out   *bufio.Writer // keeps the first error until it is flushed
	width int
	color bool
}

// Narrower than minPage nothing is wrapped, and beyond maxPage lines read badly.
const (
	minPage = 30
	maxPage = 120
)

func newPage(out *bufio.Writer, options table.Options) *page {
	return &page{out: out, width: min(max(options.Width, minPage), maxPage), color: options.Color}
}

// painted is text that is shown in one look and never broken.
type painted struct {
	text string
	look look
}

// words parts text where a line may end. What a terminal would act on is escaped.
func words(look look, text string) []painted {
	var out []painted
	for _, word := range strings.Fields(escapedJSON(text)) {
		out = append(out, painted{word, look})
	}
	return out
}

// flow fills lines with the pieces; those after the first are indented by hang.
func (p *page) flow(indent, hang int, pieces ...painted) {
	var line []painted // in runs of one look
	at := indent
	for i, piece := range pieces {
		size := utf8.RuneCountInString(piece.text)
		switch {
		case i == 0:
			line = append(line, piece)
		case at+1+size > p.width:
			p.line(indent, line)
			line, indent, at = []painted{piece}, hang, hang
		case piece.look == line[len(line)-1].look:
			line[len(line)-1].text += " " + piece.text
			at++
		default:
			line = append(line, piece)
			at++
		}
		at += size
	}
	p.line(indent, line)
}

func (p *page) line(indent int, pieces []painted) {
	fmt.Fprint(p.out, strings.Repeat(" ", indent))
	for i, piece := range pieces {
		if i > 0 {
			fmt.Fprint(p.out, " ")
		}
		if p.color && piece.look != lookPlain {
			piece.text = "\x1b[" + string(piece.look) + "m" + piece.text + "\x1b[0m"
		}
		fmt.Fprint(p.out, piece.text)
	}
	fmt.Fprintln(p.out)
}

func (p *page) gap() { fmt.Fprintln(p.out) }

// shown is text of a policy or a request, quoted where a terminal would not
// show it as it is: spaces, control characters, invisible ones, none at all.
func shown(text string) string {
	quoted := strconv.Quote(text)
	if text == "" || strings.ContainsRune(text, ' ') || quoted[1:len(quoted)-1] != text {
		return quoted
	}
	return text
}

// escapedJSON is JSON with all that a terminal would not show as it is escaped.
func escapedJSON(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
