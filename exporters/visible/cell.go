package visible

import (
	"strings"
	"unicode/utf8"
)

// guarded are the characters by which a cell can begin that spreadsheets take
// for a formula, or strip before they look for one (OWASP, "CSV Injection"),
// in full width too. The apostrophe is there so that taking one off every cell
// that begins with one gives back what was written.
const guarded = "=+-@\t\r\n'＝＋－＠"

// Cell is the text as it stands in a cell of a table that spreadsheets open: in plain characters, tabs and line
// feeds, and behind an apostrophe if a spreadsheet could take it for a formula.
func Cell(text string) string {
	shown := Lines(text)
	if formula(text) || formula(shown) {
		return "'" + shown
	}
	return shown
}

func formula(text string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " "))
	return strings.ContainsRune(guarded, first)
}
