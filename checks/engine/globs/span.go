package globs

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"
)

// Unbounded as [Span.Max] sets no limit on the length of the open part.
const Unbounded = math.MaxInt

var (
	// ErrBudget means that the work allowed was used up before the search
	// ended: the question is open, neither yes nor no.
	ErrBudget = errors.New("the search for a deciding string ran out of its work budget")
	// ErrUnit means that the answer depends on whether ? stands for one byte
	// or for one code point, which is not documented.
	ErrUnit = errors.New("the answer depends on whether ? matches a byte or a code point")
	// ErrFresh means that the patterns name every character of one byte, and that
	// longer ones do not fit into a deciding string.
	ErrFresh = errors.New("the patterns leave no character to write a deciding string with")
)

// Span is the set of strings Prefix + x + Suffix for every x of at most Max
// bytes, and of at least one character if NonEmpty. The zero value is the set
// of the empty string alone.
type Span struct {
	Prefix, Suffix string
	NonEmpty       bool
	Max            int
}

// Exactly returns the span whose only member is text.
func Exactly(text string) Span { return Span{Prefix: text} }

// Contains reports whether text is a member.
func (s Span) Contains(text string) bool {
	open := len(text) - len(s.Prefix) - len(s.Suffix)
	if open < s.least() || open > s.Max {
		return false
	}
	return strings.HasPrefix(text, s.Prefix) && strings.HasSuffix(text, s.Suffix)
}

// Empty reports whether the span has no member.
func (s Span) Empty() bool { return s.least() > s.Max }

// Within reports whether the pattern matches every member because it is a
// literal, with which all members begin, and a *. If not, [Covered] can tell.
func (s Span) Within(p *Pattern) bool {
	return p.shape == tail && !p.fold && strings.HasPrefix(s.Prefix, p.prefix)
}

// MayMeet reports false if the pattern matches no member because they begin
// differently. If not, [Meets] can tell.
func (s Span) MayMeet(p *Pattern) bool {
	if p.fold {
		return true
	}
	n := min(len(p.prefix), len(s.Prefix))
	return p.prefix[:n] == s.Prefix[:n]
}

func (s Span) least() int {
	if s.NonEmpty {
		return 1
	}
	return 0
}

func (s Span) fill(c rune, n int) string {
	return s.Prefix + strings.Repeat(string(c), n) + s.Suffix
}

func (s Span) ascii() bool { return asciiOnly(s.Prefix) && asciiOnly(s.Suffix) }

func asciiOnly(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
