package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

// words parts text where a line may end. What a terminal would act on is escaped
// as JSON escapes it.
func words(style terminal.Style, text string) []terminal.Span {
	var out []terminal.Span
	for _, word := range strings.Fields(escapedJSON(text)) {
		out = append(out, style.Of(word))
	}
	return out
}

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
