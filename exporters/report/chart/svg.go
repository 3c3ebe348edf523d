// Package chart draws the charts of a report as inline SVG: no script, no style
// of its own, no colour that has to be told apart. What is what is said by a
// pattern and by words; colours and fonts come by class from the page's style
// sheet, so that a strict content policy holds and print and dark pages differ.
package chart

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

// svg is a drawing in the making. Coordinates are in units of the view box.
type svg struct{ b strings.Builder }

func (s *svg) open(class, id, title, description string, width, height float64) {
	fmt.Fprintf(&s.b, `<svg class="%s" role="img" aria-labelledby="%s-t %s-d" viewBox="0 0 %s %s">`, class, id, id, num(width), num(height))
	fmt.Fprintf(&s.b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, id, html.EscapeString(title), id, html.EscapeString(description))
}

func (s *svg) close() string {
	s.b.WriteString("</svg>")
	return s.b.String()
}

func (s *svg) rect(class, fill string, x, y, width, height float64) {
	fmt.Fprintf(&s.b, `<rect class="%s"%s x="%s" y="%s" width="%s" height="%s"/>`, class, painted(fill), num(x), num(y), num(width), num(height))
}

func (s *svg) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&s.b, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, num(x1), num(y1), num(x2), num(y2))
}

func (s *svg) path(class, fill, d string) {
	fmt.Fprintf(&s.b, `<path class="%s"%s d="%s"/>`, class, painted(fill), d)
}

// text writes words of which anchor (start, middle, end) stands at x.
func (s *svg) text(class, anchor string, x, y float64, words string) {
	fmt.Fprintf(&s.b, `<text class="%s" text-anchor="%s" x="%s" y="%s">%s</text>`, class, anchor, num(x), num(y), html.EscapeString(words))
}

// painted is the attribute of a fill by a pattern, "" for that of the class.
func painted(pattern string) string {
	if pattern == "" {
		return ""
	}
	return ` fill="url(#` + pattern + `)"`
}

// num is a coordinate with one decimal at most.
func num(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}
