package excess

import (
	"encoding/binary"
	"math/bits"
)

// Account ids are twelve digits ("AWS account identifiers"). Where conditions
// tell ids apart other than by writing them out, such as by 9*, what strangers
// are granted is asked for one id of each class that they tell apart.

const (
	idLength    = 12
	idCount     = 1_000_000_000_000
	maxExamples = 4    // of one class: the first may be declared
	maxReached  = 1024 // classes of beginnings that are told apart
)

// idTest is what a condition asks of an id, read digit by digit: whether a
// pattern of digits, * and ? matches it, or how it compares with a bound.
type idTest struct {
	pattern string
	bound   string // idLength digits, "" for a pattern
}

// maxPattern is the length of the longest pattern whose positions fit a state.
const maxPattern = 63

// An id is below the bound, or above, once a digit differs.
const (
	sameSoFar uint64 = iota
	below
	above
)

func (t *idTest) start() uint64 {
	if t.bound != "" {
		return sameSoFar
	}
	return t.closed(1)
}

// closed adds the positions behind stars, which may match nothing.
func (t *idTest) closed(positions uint64) uint64 {
	for i := range len(t.pattern) {
		if t.pattern[i] == '*' && positions>>i&1 == 1 {
			positions |= 1 << (i + 1)
		}
	}
	return positions
}

func (t *idTest) step(state uint64, at int, digit byte) uint64 {
	if t.bound != "" {
		switch {
		case state != sameSoFar || digit == t.bound[at]:
			return state
		case digit < t.bound[at]:
			return below
		default:
			return above
		}
	}
	var next uint64
	for left := state; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		switch {
		case i == len(t.pattern):
		case t.pattern[i] == '*':
			next |= 1 << i
		case t.pattern[i] == '?' || t.pattern[i] == digit:
			next |= 1 << (i + 1)
		}
	}
	return t.closed(next) & t.viable(idLength-1-at)
}

// viable are the positions from which that many digits can be the rest.
func (t *idTest) viable(digits int) uint64 {
	out := uint64(0)
	least, star := 0, false
	for i := len(t.pattern); ; i-- {
		if least == digits || least < digits && star {
			out |= 1 << i
		}
		if i == 0 {
			return out
		}
		if t.pattern[i-1] == '*' {
			star = true
		} else {
			least++
		}
	}
}

// verdict is what the test says in the end.
func (t *idTest) verdict(state uint64) uint64 {
	if t.bound != "" {
		return state
	}
	return state >> len(t.pattern) & 1
}

// ids is a class of account ids.
type ids struct {
	examples []string // the first few, the largest first
	count    uint64
	states   []uint64
}

// few reports whether the class is so small that not everybody who pleases has
// an account in it: less than one id of 256, as with addresses narrower than /8.
func (c *ids) few() bool { return c.count < idCount>>narrowest4 }

// classes lists the classes of ids that the tests tell apart, that of the
// largest id first. It is false if there are too many.
func classes(tests []idTest) ([]ids, bool) {
	first := ids{examples: []string{""}, count: 1}
	for i := range tests {
		first.states = append(first.states, tests[i].start())
	}
	level := []ids{first}
	for at := range idLength {
		var next merged
		for i := range level {
			for digit := byte('9'); digit >= '0'; digit-- {
				next.add(level[i].and(tests, at, digit))
			}
		}
		if level = next.all; len(level) > maxReached {
			return nil, false
		}
	}
	var out merged
	for _, c := range level {
		for i := range tests {
			c.states[i] = tests[i].verdict(c.states[i])
		}
		out.add(c)
	}
	return out.all, true
}

// and is the class of beginnings that go on with the digit.
func (c *ids) and(tests []idTest, at int, digit byte) ids {
	next := ids{count: c.count, states: make([]uint64, len(tests))}
	for i := range tests {
		next.states[i] = tests[i].step(c.states[i], at, digit)
	}
	for _, example := range c.examples {
		next.examples = append(next.examples, example+string(digit))
	}
	return next
}

// merged are classes, those in the same states made one.
type merged struct {
	all    []ids
	places map[string]int
}

func (m *merged) add(c ids) {
	var key []byte
	for _, state := range c.states {
		key = binary.AppendUvarint(key, state)
	}
	if m.places == nil {
		m.places = map[string]int{}
	}
	at, known := m.places[string(key)]
	if !known {
		m.places[string(key)] = len(m.all)
		m.all = append(m.all, c)
		return
	}
	same := &m.all[at]
	same.count += c.count
	same.examples = append(same.examples, c.examples[:min(len(c.examples), maxExamples-len(same.examples))]...)
}
