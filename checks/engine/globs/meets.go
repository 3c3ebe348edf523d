package globs

import (
	"math"
	"strings"
	"unicode/utf8"
)

// Meets decides whether the pattern matches some string of the span. If so,
// witness is one with the fewest bytes. The error is [ErrUnit].
func Meets(span Span, p Pattern) (ok bool, witness string, err error) {
	if span.Empty() || !span.MayMeet(&p) {
		return false, "", nil
	}
	c := fresh([]Pattern{p}, span.Prefix, span.Suffix)
	if c >= utf8.RuneSelf {
		c = anyLetter // to wildcards all characters are alike
	}
	if p.shape == tail && !p.fold && span.Suffix == "" {
		return span.meetsTail(p, c)
	}
	open, ok := shortestJoin(codePoint, span, p, c)
	if p.ones && !span.ascii() {
		other, also := shortestJoin(byteUnit, span, p, c)
		if also != ok || other != open {
			return false, "", ErrUnit
		}
	}
	if !ok {
		return false, "", nil
	}
	return true, span.Prefix + open + span.Suffix, nil
}

const anyLetter = 'z'

// meetsTail is Meets for a span without suffix and a pattern that is a literal
// and one *, whose beginnings are known to agree.
func (s Span) meetsTail(p Pattern, c rune) (bool, string, error) {
	witness := s.Prefix
	if len(p.prefix) > len(s.Prefix) {
		witness = p.prefix
	} else if s.NonEmpty {
		witness += string(c)
	}
	if len(witness)-len(s.Prefix) > s.Max {
		return false, "", nil
	}
	return true, witness, nil
}

const unreachable = math.MaxInt

// joiner finds the cheapest way through a pattern from where the prefix leads
// to where the suffix leads on. Row 0 is for an open part still empty, row 1
// for one that has characters.
type joiner struct {
	pattern Pattern
	fresh   rune
	unit    unit
	cost    [2][]int
	from    [2][]step
}

// step says how a position was reached: from which row, and reading what; skip
// for a * that matched nothing; loop for a * that matched one character.
type step struct {
	row  uint8
	kind stepKind
}

type stepKind uint8

const (
	begin stepKind = iota
	read
	skip
	loop
)

// shortestJoin returns the shortest open part x, in bytes, such that the
// pattern matches prefix + x + suffix.
func shortestJoin(u unit, span Span, original Pattern, c rune) (string, bool) {
	p := u.in(original)
	set := p.after(u.split(span.Prefix))
	if len(set) == 0 {
		return "", false
	}
	finish := p.before(u.split(span.Suffix))
	j := newJoiner(p, u, c, set)
	best, row, end := unreachable, 0, 0
	for r := span.least(); r < 2; r++ {
		for at, cost := range j.cost[r] {
			if finish[at] && cost < best {
				best, row, end = cost, r, at
			}
		}
	}
	if best == unreachable || best > span.Max {
		return "", false
	}
	return j.trace(row, end), true
}

func newJoiner(p Pattern, u unit, c rune, set []int) *joiner {
	n := len(p.elements) + 1
	j := &joiner{pattern: p, fresh: c, unit: u}
	for row := range j.cost {
		j.cost[row] = make([]int, n)
		j.from[row] = make([]step, n)
		for at := range n {
			j.cost[row][at] = unreachable
		}
	}
	for _, at := range set {
		j.cost[0][at] = 0
	}
	for at := range p.elements {
		j.leave(at)
	}
	return j
}

// leave spreads the costs at position at to what can be reached from it.
func (j *joiner) leave(at int) {
	e := j.pattern.elements[at]
	if e.many() {
		j.offer(1, at, j.cost[0][at], j.width(e), step{row: 0, kind: loop})
		for row := range uint8(2) {
			j.offer(int(row), at+1, j.cost[row][at], 0, step{row: row, kind: skip})
		}
		return
	}
	for row := range uint8(2) {
		j.offer(1, at+1, j.cost[row][at], j.width(e), step{row: row, kind: read})
	}
}

func (j *joiner) offer(row, at, base, extra int, how step) {
	if base != unreachable && base+extra < j.cost[row][at] {
		j.cost[row][at] = base + extra
		j.from[row][at] = how
	}
}

func (j *joiner) width(e element) int {
	if e.op != opLiteral {
		return utf8.RuneLen(j.fresh)
	}
	if j.unit == byteUnit {
		return 1
	}
	return utf8.RuneLen(e.char)
}

// trace spells the open part that leads to the position, backwards.
func (j *joiner) trace(row, at int) string {
	var reversed []rune
	for {
		how := j.from[row][at]
		switch how.kind {
		case begin:
			return j.spell(reversed)
		case skip:
			at--
		case loop:
			reversed = append(reversed, j.fresh)
		case read:
			at--
			reversed = append(reversed, j.letter(j.pattern.elements[at]))
		}
		row = int(how.row)
	}
}

func (j *joiner) letter(e element) rune {
	if e.op == opLiteral {
		return e.char
	}
	return j.fresh
}

func (j *joiner) spell(reversed []rune) string {
	var out strings.Builder
	for i := len(reversed) - 1; i >= 0; i-- {
		if j.unit == byteUnit {
			out.WriteByte(byte(reversed[i]))
			continue
		}
		out.WriteRune(reversed[i])
	}
	return out.String()
}
