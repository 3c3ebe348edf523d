package globs

import "unicode/utf8"

// unit is what one ? matches.
type unit uint8

const (
	codePoint unit = iota
	byteUnit
)

func (u unit) split(text string) []rune {
	if u == codePoint {
		return []rune(text)
	}
	out := make([]rune, len(text))
	for i := range len(text) {
		out[i] = rune(text[i])
	}
	return out
}

// in returns the pattern rewritten for the unit: under bytes a character
// outside ASCII becomes the literals of its encoding.
func (u unit) in(p Pattern) Pattern {
	if u == codePoint || !p.wide {
		return p
	}
	elements := make([]element, 0, len(p.elements)+utf8.UTFMax)
	for _, e := range p.elements {
		if e.op != opLiteral {
			elements = append(elements, e)
			continue
		}
		for _, b := range []byte(string(e.char)) {
			elements = append(elements, element{op: opLiteral, char: rune(b)})
		}
	}
	out := p
	out.elements = elements
	return out
}

// matchBoth reports whether the pattern matches text under both readings of ?,
// and whether the readings agree.
func (p Pattern) matchBoth(text string) (match, agree bool) {
	match = p.Match(text)
	if !p.ones || asciiOnly(text) {
		return match, true
	}
	bytewise := byteUnit.in(p)
	return match, bytewise.accepting(bytewise.after(byteUnit.split(text))) == match
}

// MatchExact reports whether the pattern matches the whole of text. The error
// is [ErrUnit] if that depends on what ? stands for.
func (p Pattern) MatchExact(text string) (bool, error) {
	match, agree := p.matchBoth(text)
	if !agree {
		return false, ErrUnit
	}
	return match, nil
}

func anyOnes(patterns []Pattern) bool {
	for i := range patterns {
		if patterns[i].ones {
			return true
		}
	}
	return false
}
