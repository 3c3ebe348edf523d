// Package gfm shows untrusted text in GitHub Flavored Markdown: none of it makes
// structure, links, mentions or HTML.
package gfm

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/quilt-auditor/quilt-auditor/exporters/visible"
)

// Code shows a text as it is, in a paragraph or in a cell of a table. Where a
// code span would not hold it, each of its signs is a character reference,
// which never makes structure (CommonMark, "Entity and numeric character
// references"); renderers make no mentions and links within code.
func Code(s string) string {
	s = visible.Text(s)
	switch {
	case s == "":
		return "(none)"
	case strings.ContainsAny(s, "`|\\") || strings.HasPrefix(s, " ") || strings.HasSuffix(s, " "):
		return "<code>" + references(s) + "</code>"
	default:
		return "`" + s + "`"
	}
}

func references(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == ' ' {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "&#%d;", r)
	}
	return b.String()
}

// Prose shows sentences: plain words stay as they are, and whatever is none,
// such as an action, an ARN or something that could be a link or a mention, is
// code. It must not stand at the beginning of a line.
func Prose(s string) string {
	words := strings.Fields(visible.Text(s))
	for i, w := range words {
		core := strings.TrimRight(strings.TrimLeft(w, `("'`), `.,:;?)"'`)
		if core == "" {
			words[i] = Code(w)
			continue
		}
		if !word(core) {
			before, after, _ := strings.Cut(w, core)
			words[i] = before + Code(core) + after
		}
	}
	return strings.Join(words, " ")
}

// word reports whether s is a word or a number of a sentence. Longer ones of
// letters and digits are names, or digests, which renderers make links of.
func word(s string) bool {
	letters, digits := 0, 0
	for i, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		case i > 0 && (r == '-' || r == '\'' || r == '’') && digits == 0:
			letters++
		default:
			return false
		}
	}
	return letters == 0 || digits == 0 || letters+digits <= 4
}

// Fence shows lines as they are, as a block; language is of our own.
func Fence(language, s string) string {
	s = strings.TrimSuffix(visible.Lines(s), "\n")
	longest, run := 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	marks := strings.Repeat("`", max(3, longest+1))
	return marks + language + "\n" + s + "\n" + marks
}
