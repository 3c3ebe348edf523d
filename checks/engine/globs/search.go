package globs

import (
	"slices"
	"unicode/utf8"
)

// Budget is the work, in machine words moved, that searches may still do. They
// take what they use from it, so one budget can serve many.
type Budget int

// DefaultBudget is up to about ten milliseconds of work.
const DefaultBudget Budget = 700_000

// Spend takes work from the budget. It reports whether there was enough.
func (b *Budget) Spend(work int) bool {
	*b -= Budget(work)
	return *b >= 0
}

// The price of keeping a new state, in words, and how many words are looked at
// in the time that it takes to move one.
const (
	stateCost = 64
	glance    = 8
)

// Find looks for a string of the span that matches at least one pattern of
// every group in some and no pattern in none. Witness is one with the fewest
// bytes. Found is false only if it is proved that there is none; the error is
// [ErrBudget], [ErrUnit] or [ErrFresh].
//
// The search is a breadth-first walk over the sets of positions that all the
// patterns can be in, over an alphabet of the characters which some names and
// one fresh character. A character that only none names need not be tried: the
// fresh one does what it does in some and satisfies no more of none.
func Find(span Span, some [][]Pattern, none []Pattern, budget *Budget) (found bool, witness string, err error) {
	if span.Empty() {
		return false, "", nil
	}
	wanted := slices.Concat(some...)
	all := slices.Concat(wanted, none)
	if err := unitSafe(span, all); err != nil {
		return false, "", err
	}
	f := newFinder(span, all, budget)
	f.groups = make([][2]int, 0, len(some))
	at := 0
	for _, group := range some {
		f.groups = append(f.groups, [2]int{at, at + len(group)})
		at += len(group)
	}
	f.avoid = at
	symbols := alphabet(wanted, anySegments(all), f.fresh)
	f.machine = newMachine(all, symbols, span.Suffix)
	f.budget.Spend(f.machine.words * len(symbols) / glance)
	text, found, err := f.run(span, all)
	if !found && err == nil && f.fresh >= utf8.RuneSelf && span.Max != Unbounded {
		err = ErrFresh
	}
	if err != nil || !found {
		return false, "", err
	}
	return true, span.Prefix + text + span.Suffix, nil
}

// unitSafe returns ErrUnit where a ? could meet a character that is longer
// than a byte.
func unitSafe(span Span, patterns []Pattern) error {
	if !anyOnes(patterns) {
		return nil
	}
	for i := range patterns {
		if patterns[i].wide {
			return ErrUnit
		}
	}
	if !span.ascii() || fresh(patterns, span.Prefix, span.Suffix) >= utf8.RuneSelf {
		return ErrUnit
	}
	return nil
}

func anySegments(patterns []Pattern) bool {
	for i := range patterns {
		if patterns[i].segments {
			return true
		}
	}
	return false
}

// alphabet returns the characters worth trying, the fresh one first.
func alphabet(patterns []Pattern, colon bool, c rune) []rune {
	symbols := []rune{c}
	if colon {
		symbols = append(symbols, ':')
	}
	for i := range patterns {
		for _, e := range patterns[i].elements {
			if e.op != opLiteral {
				continue
			}
			symbols = append(symbols, e.char)
			if patterns[i].fold {
				symbols = append(symbols, foldASCII(e.char), upperASCII(e.char))
			}
		}
	}
	slices.Sort(symbols[1:])
	return slices.Compact(symbols)
}

func upperASCII(c rune) rune {
	if c >= 'a' && c <= 'z' {
		return c - foldOffset
	}
	return c
}

// node is a state reached, with how.
type node struct {
	state  []uint64
	parent int
	symbol rune
	length int // bytes of the open part
}

// finder is one search under way.
type finder struct {
	machine *machine
	groups  [][2]int // ranges of patterns of which one must match
	avoid   int      // patterns from here on must not match
	fresh   rune
	budget  *Budget
	nodes   []node
	seen    map[string]int // least length at which a state was kept
	scratch []byte
	levels  [][]int // nodes by length
}

func newFinder(span Span, patterns []Pattern, budget *Budget) *finder {
	return &finder{
		fresh:  fresh(patterns, span.Prefix, span.Suffix),
		budget: budget,
		seen:   map[string]int{},
	}
}

// run explores states in order of length until one is accepted.
func (f *finder) run(span Span, patterns []Pattern) (string, bool, error) {
	f.add(f.machine.begin(patterns, span.Prefix), -1, 0, 0)
	for length := 0; length < len(f.levels) && length <= span.Max; length++ {
		for i := 0; i < len(f.levels[length]); i++ {
			at := f.levels[length][i]
			if length >= span.least() && f.accepted(f.nodes[at].state) {
				return f.spell(at), true, nil
			}
			if !f.expand(at) {
				return "", false, ErrBudget
			}
		}
	}
	return "", false, nil
}

// expand reads every symbol at a node. It reports whether the budget lasted.
func (f *finder) expand(at int) bool {
	next := make([]uint64, f.machine.words)
	for s, symbol := range f.machine.symbols {
		if !f.budget.Spend(1 + f.machine.words/glance) {
			return false
		}
		if !f.machine.matters(f.nodes[at].state, s) {
			continue
		}
		f.budget.Spend(f.machine.words)
		f.machine.read(f.nodes[at].state, s, next)
		if f.hopeless(next) {
			continue
		}
		if f.add(next, at, symbol, f.nodes[at].length+utf8.RuneLen(symbol)) {
			f.budget.Spend(stateCost)
			next = make([]uint64, f.machine.words)
		}
	}
	return true
}

// add keeps a state unless it is known at this length or a lesser one. The root
// is not marked as known: it is the only state without characters, and NonEmpty may
// need to come back to it.
func (f *finder) add(state []uint64, parent int, symbol rune, length int) bool {
	if parent >= 0 {
		f.scratch = key(state, f.scratch)
		if known, ok := f.seen[string(f.scratch)]; ok && known <= length {
			return false
		}
		f.seen[string(f.scratch)] = length
	}
	for len(f.levels) <= length {
		f.levels = append(f.levels, nil)
	}
	f.levels[length] = append(f.levels[length], len(f.nodes))
	f.nodes = append(f.nodes, node{state: state, parent: parent, symbol: symbol, length: length})
	return true
}

func (f *finder) accepted(state []uint64) bool {
	for _, group := range f.groups {
		if !f.anyMatch(state, group[0], group[1]) {
			return false
		}
	}
	return !f.anyMatch(state, f.avoid, len(f.machine.tracks))
}

func (f *finder) anyMatch(state []uint64, from, to int) bool {
	for i := from; i < to; i++ {
		if f.machine.matches(state, i) {
			return true
		}
	}
	return false
}

// hopeless reports whether no continuation of the state can be accepted.
func (f *finder) hopeless(state []uint64) bool {
	for i := f.avoid; i < len(f.machine.tracks); i++ {
		if f.machine.full(state, i) {
			return true
		}
	}
	for _, group := range f.groups {
		alive := false
		for i := group[0]; i < group[1] && !alive; i++ {
			alive = !f.machine.dead(state, i)
		}
		if !alive {
			return true
		}
	}
	return false
}

func (f *finder) spell(at int) string {
	var reversed []rune
	for ; f.nodes[at].parent >= 0; at = f.nodes[at].parent {
		reversed = append(reversed, f.nodes[at].symbol)
	}
	slices.Reverse(reversed)
	return string(reversed)
}
