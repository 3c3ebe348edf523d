package document

import "unicode/utf8"

// Size is how many bytes a text takes in a format, at most, where what has a
// meaning in it is written by references.
func (t Text) Size() int {
	n := 0
	for _, s := range t {
		n += 16 // a tag, and what ends it
		for _, r := range s.Text {
			n += sizeOf(r)
		}
	}
	return n
}

// sizeOf is the most bytes that a character takes: as itself, as a reference
// such as &#34; or, where it could not be seen, as an escape such as \u200b.
func sizeOf(r rune) int {
	switch {
	case r == '<' || r == '>' || r == '&' || r == '\'' || r == '"' || r == '+':
		return 5
	case r >= ' ' && r <= '~':
		return 1
	default:
		return max(10, utf8.UTFMax)
	}
}

// Size is how many bytes a row takes, at most.
func Size(row []Cell) int {
	n := 16
	for _, c := range row {
		n += 24 + c.Text.Size() + len(c.Bar)
	}
	return n
}

// Size is how many bytes the lines take, at most.
func (l *Lines) Size() int { return 64 + len(l.Label) + Text{{Text: l.Text}}.Size() }
