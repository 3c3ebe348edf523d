package visible

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// guarded are the characters by which a cell can begin that spreadsheets take
// for a formula, or strip before they look for one (OWASP, "CSV Injection"),
// in full width too. The apostrophe is there so that taking one off every cell
// that begins with one gives back what was written, but for those within.
const guarded = "=+-@\t\r\n'＝＋－＠"

// within is a place inside a text where a cell begins for a spreadsheet that
// separates cells by semicolons or tabs, as many locales have it, or does not
// see that the text is quoted; and there what it could take for a formula. A
// quote at the begin of a cell is not part of it.
var within = regexp.MustCompile(`([;\t\n][ "]*)([=+\-@＝＋－＠])`)

// Cell is the text as it stands in a cell of a table that spreadsheets open: in plain characters, tabs and line
// feeds. There is an apostrophe before what a spreadsheet could take for a formula, whatever it separates cells by.
func Cell(text string) string {
	shown := within.ReplaceAllString(Lines(text), "$1'$2")
	if formula(text) || formula(shown) {
		return "'" + shown
	}
	return shown
}

func formula(text string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " "))
	return strings.ContainsRune(guarded, first)
}
