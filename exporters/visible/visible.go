// Package visible makes untrusted text safe to show: what a reader would not
// see, or would take for something else, is shown by its escape.
package visible

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is s as one line: control characters, line breaks and tabs, zero-width
// and bidirectional marks, all white space but the space, and bytes that are
// not UTF-8 are shown by their Go escape. What it returns is valid UTF-8.
func Text(s string) string { return escaped(s, func(rune) bool { return false }) }

// Lines is Text that keeps line feeds and tabs.
func Lines(s string) string { return escaped(s, func(r rune) bool { return r == '\n' || r == '\t' }) }

func escaped(s string, kept func(rune) bool) string {
	shown := func(r rune) bool { return unicode.IsPrint(r) || kept(r) }
	if utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !shown(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[0]), 16))
		case shown(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[size:]
	}
	return b.String()
}
