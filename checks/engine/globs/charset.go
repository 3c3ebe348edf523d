package globs

import "unicode/utf8"

// charset is a set of ASCII characters.
type charset [2]uint64

func (s *charset) add(c rune) {
	if c >= 0 && c < utf8.RuneSelf {
		s[c>>6] |= 1 << (c & 63)
	}
}

func (s *charset) addText(text string) {
	for i := range len(text) {
		s.add(rune(text[i]))
	}
}

func (s *charset) addAll(other charset) {
	s[0] |= other[0]
	s[1] |= other[1]
}

func (s charset) has(c rune) bool { return s[c>>6]&(1<<(c&63)) != 0 }

// freshOrder lists ASCII in the order in which a fresh character is chosen:
// what reads well in a witness first, a control character last. Wildcards and
// the colon, which separates the parts of an ARN, are never chosen before
// everything else is used up.
const freshOrder = "zxqkjywvutsrponmlihgfedcba" + "0123456789" + "ZXQKJYWVUTSRPONMLIHGFEDCBA" +
	"_-.,=+@!~;()[]{}<>^|&%#'`\"\\$ /" +
	"\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f"

// fresh returns a character that none of the patterns and none of the texts
// contains. It is ASCII unless they use up nearly all of ASCII.
func fresh(patterns []Pattern, texts ...string) rune {
	var used charset
	for i := range patterns {
		used.addAll(patterns[i].literals)
	}
	for _, text := range texts {
		used.addText(text)
	}
	for _, c := range freshOrder {
		if !used.has(c) {
			return c
		}
	}
	return freshWide(patterns, texts)
}

// freshWide returns the first code point from U+0100 that is unused.
func freshWide(patterns []Pattern, texts []string) rune {
	used := map[rune]bool{}
	for i := range patterns {
		for _, e := range patterns[i].elements {
			used[e.char] = true
		}
	}
	for _, text := range texts {
		for _, c := range text {
			used[c] = true
		}
	}
	const latinExtended = 0x100
	c := rune(latinExtended)
	for used[c] {
		c++
	}
	return c
}
