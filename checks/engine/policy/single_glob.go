package policy

import (
	"strings"
	"unicode/utf8"
)

// singlePattern is a text of a policy in which * stands for any number of
// characters and ? for one.
type singlePattern struct {
	text string
	// fixed marks, byte by byte, what variables put in: there * and ? are
	// themselves. Nil where there was no variable.
	fixed []bool
}

func (p *singlePattern) literal(at int) bool { return p.fixed != nil && p.fixed[at] }

// cut splits a pattern as [singleCut] does a text.
func (p singlePattern) cut() (parts [6]singlePattern, count int) {
	texts, count := singleCut(p.text)
	at := 0
	for i := range count {
		parts[i].text = texts[i]
		if p.fixed != nil {
			parts[i].fixed = p.fixed[at : at+len(texts[i])]
		}
		at += len(texts[i]) + 1
	}
	return parts, count
}

// singleCut splits an ARN at its first five colons. A shorter one has fewer
// than six parts.
func singleCut(text string) (parts [6]string, count int) {
	for count < 5 {
		colon := strings.IndexByte(text, ':')
		if colon < 0 {
			break
		}
		parts[count], text = text[:colon], text[colon+1:]
		count++
	}
	parts[count] = text
	return parts, count + 1
}

// singleMatch says whether the whole text matches. AWS does not say whether ?
// stands for a byte or for a code point: both are tried where they differ.
func singleMatch(pattern singlePattern, text string) singleTri {
	bytes := singleGlob{pattern: pattern, text: text}.matches()
	if strings.IndexByte(pattern.text, '?') < 0 || singleIsASCII(text) {
		return singleIf(bytes)
	}
	points := singleGlob{pattern: pattern, text: text, points: true}.matches()
	return singleBoth(singleIf(bytes), singleIf(points))
}

func singleIsASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// singleGlob is a pattern held against a text.
type singleGlob struct {
	pattern singlePattern
	text    string
	points  bool // a character is a code point, not a byte
	fold    bool // A to Z equal a to z
}

// matches returns to the last star whenever the text departs from the pattern.
// An earlier star need not be tried again: the last one can take whatever it
// would. Steps are at most the product of both lengths.
func (g singleGlob) matches() bool {
	pattern, text := g.pattern.text, g.text
	p, t := 0, 0
	afterStar, retry := -1, 0
	for t < len(text) {
		end := p == len(pattern)
		wild := !end && (pattern[p] == '*' || pattern[p] == '?') && !g.pattern.literal(p)
		switch {
		case wild && pattern[p] == '*':
			p++
			afterStar, retry = p, t
		case wild:
			p++
			t += g.width(t)
		case !end && g.same(pattern[p], text[t]):
			p++
			t++
		case afterStar >= 0:
			retry += g.width(retry)
			p, t = afterStar, retry
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' && !g.pattern.literal(p) {
		p++
	}
	return p == len(pattern)
}

func (g singleGlob) same(a, b byte) bool {
	return a == b || g.fold && singleLowerByte(a) == singleLowerByte(b)
}

// width is the number of bytes of the character at t.
func (g singleGlob) width(t int) int {
	if !g.points {
		return 1
	}
	_, width := utf8.DecodeRuneInString(g.text[t:])
	return width
}
