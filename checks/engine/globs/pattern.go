package globs

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind says how the text of a [Part] is read.
type Kind uint8

const (
	// Verbatim text matches itself.
	Verbatim Kind = iota
	// Wild text is a glob: ? matches one character, * any run of them.
	Wild
	// Segment text is a glob whose wildcards do not match a colon.
	Segment
)

// Part is a stretch of a pattern that is read in one way.
type Part struct {
	Text string
	Kind Kind
}

// opcode is what one element of a pattern matches.
type opcode uint8

const (
	opLiteral  opcode = iota // the element's character
	opOne                    // any one character
	opMany                   // any run of characters, also none
	opOneSeg                 // any one character but a colon
	opManySeg                // any run of characters other than colons
	foldOffset = 'a' - 'A'
)

type element struct {
	op   opcode
	char rune
}

func (e element) many() bool { return e.op == opMany || e.op == opManySeg }

// accepts reports whether the element matches the single character c.
func (e element) accepts(c rune, fold bool) bool {
	switch e.op {
	case opOne, opMany:
		return true
	case opOneSeg, opManySeg:
		return c != ':'
	default:
		return e.char == c || fold && foldASCII(e.char) == foldASCII(c)
	}
}

func foldASCII(c rune) rune {
	if c >= 'A' && c <= 'Z' {
		return c + foldOffset
	}
	return c
}

// Pattern is a compiled set of strings. The zero value matches only the empty
// string. Patterns are immutable.
type Pattern struct {
	elements []element
	literals charset // ASCII characters that occur as literals, in both cases when fold
	prefix   string  // what stands before the first wildcard
	shape    shape
	fold     bool // ASCII letters match in either case
	segments bool // has wildcards that refuse colons
	ones     bool // has a ? of either kind
	wide     bool // has a literal outside ASCII
}

// shape names the patterns that need no walk.
type shape uint8

const (
	general shape = iota
	exact         // no wildcard
	tail          // a literal and one *
)

// Compile joins parts into one pattern. Runs of wildcards are normalised so
// that ? stand before a single *.
func Compile(parts ...Part) Pattern {
	size := 0
	for _, part := range parts {
		size += len(part.Text)
	}
	elements := make([]element, 0, size)
	for _, part := range parts {
		for _, c := range part.Text {
			elements = append(elements, elementOf(c, part.Kind))
		}
	}
	return assemble(normalise(elements), false)
}

// Glob compiles text in which * and ? are wildcards.
func Glob(text string) Pattern { return Compile(Part{Text: text, Kind: Wild}) }

// Literal compiles text that matches only itself.
func Literal(text string) Pattern { return Compile(Part{Text: text}) }

// Folded returns the pattern with its ASCII letters matching in either case.
// Letters outside ASCII keep matching only themselves.
func (p Pattern) Folded() Pattern { return assemble(p.elements, true) }

// Exact reports whether the pattern has no wildcard.
func (p Pattern) Exact() bool { return p.shape == exact }

// Size is the number of the pattern's elements, the measure of what it costs to
// run it over a text.
func (p Pattern) Size() int { return len(p.elements) }

// Plain reports whether the pattern is a literal, or a literal and one *, so
// that matching it against a text needs no run.
func (p Pattern) Plain() bool { return p.shape != general && !p.fold }

// ASCII reports whether every literal character of the pattern is ASCII.
func (p Pattern) ASCII() bool { return !p.wide }

// Match reports whether the pattern matches the whole of text, ? being read as
// one code point.
func (p Pattern) Match(text string) bool {
	if !p.fold {
		switch {
		case p.shape == exact:
			return text == p.prefix
		case !strings.HasPrefix(text, p.prefix):
			return false
		case p.shape == tail:
			return true
		}
	}
	var room [2][walkRoom]int
	set, spare := p.start(room[0][:0]), room[1][:0]
	for _, c := range text {
		spare = p.step(set, c, spare[:0])
		set, spare = spare, set
		if len(set) == 0 {
			return false
		}
	}
	return p.accepting(set)
}

// walkRoom is how many positions a walk usually stands on at most.
const walkRoom = 24

func elementOf(c rune, kind Kind) element {
	switch {
	case kind == Wild && c == '?':
		return element{op: opOne}
	case kind == Wild && c == '*':
		return element{op: opMany}
	case kind == Segment && c == '?':
		return element{op: opOneSeg}
	case kind == Segment && c == '*':
		return element{op: opManySeg}
	default:
		return element{op: opLiteral, char: c}
	}
}

// normalise rewrites, in place, each run of wildcards of one kind to its ?
// followed by at most one *.
func normalise(elements []element) []element {
	out := elements[:0]
	for i := 0; i < len(elements); {
		if elements[i].op == opLiteral {
			out = append(out, elements[i])
			i++
			continue
		}
		one, many := opOne, opMany
		if elements[i].op == opOneSeg || elements[i].op == opManySeg {
			one, many = opOneSeg, opManySeg
		}
		star := false
		for ; i < len(elements) && (elements[i].op == one || elements[i].op == many); i++ {
			if elements[i].op == many {
				star = true
				continue
			}
			out = append(out, element{op: one})
		}
		if star {
			out = append(out, element{op: many})
		}
	}
	return out
}

func assemble(elements []element, fold bool) Pattern {
	p := Pattern{elements: elements, fold: fold}
	for _, e := range elements {
		if e.op != opLiteral {
			p.ones = p.ones || e.op == opOne || e.op == opOneSeg
			p.segments = p.segments || e.op == opOneSeg || e.op == opManySeg
			continue
		}
		p.literals.add(e.char)
		if fold {
			p.literals.add(foldASCII(e.char))
			p.literals.add(unicode.ToUpper(foldASCII(e.char)))
		}
		p.wide = p.wide || e.char >= utf8.RuneSelf
	}
	switch n := p.literalStart(); {
	case n == len(elements):
		p.shape = exact
	case n == len(elements)-1 && elements[n].op == opMany:
		p.shape = tail
	}
	return p
}

// literalStart sets the prefix, and returns how many elements it is.
func (p *Pattern) literalStart() int {
	n := 0
	for n < len(p.elements) && p.elements[n].op == opLiteral {
		n++
	}
	var prefix strings.Builder
	prefix.Grow(n)
	for _, e := range p.elements[:n] {
		prefix.WriteRune(e.char)
	}
	p.prefix = prefix.String()
	return n
}
