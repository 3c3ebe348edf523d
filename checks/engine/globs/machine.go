package globs

import "encoding/binary"

// machine runs several patterns over the same text at once, their position
// sets packed into one slice of words.
type machine struct {
	tracks  []track
	words   int
	symbols []rune
	moves   [][]uint64 // per symbol, per word: positions that read it
	names   [][]uint64 // per symbol, per word: positions that are a literal and read it
	stay    []uint64   // positions that are a *
}

// track is the place of one pattern in the packed state.
type track struct {
	first, words int
	full         int  // position of a final * that matches everything, or -1
	adjacent     bool // two * follow each other
	finish       []uint64
}

func newMachine(patterns []Pattern, symbols []rune, suffix string) *machine {
	m := &machine{symbols: symbols}
	for i := range patterns {
		m.addTrack(&patterns[i], []rune(suffix))
	}
	m.stay = make([]uint64, m.words)
	m.moves, m.names = make([][]uint64, len(symbols)), make([][]uint64, len(symbols))
	for s := range symbols {
		m.moves[s], m.names[s] = make([]uint64, m.words), make([]uint64, m.words)
		for i := range patterns {
			m.fillMoves(s, m.tracks[i], &patterns[i])
		}
	}
	for i := range patterns {
		for at, e := range patterns[i].elements {
			if e.many() {
				set(m.stay, m.tracks[i], at)
			}
		}
	}
	return m
}

func (m *machine) addTrack(p *Pattern, suffix []rune) {
	n := len(p.elements)
	t := track{first: m.words, words: n/64 + 1, full: -1}
	if n > 0 && p.elements[n-1].op == opMany {
		t.full = n - 1
	}
	for at := 1; at < n; at++ {
		t.adjacent = t.adjacent || p.elements[at].many() && p.elements[at-1].many()
	}
	t.finish = make([]uint64, t.words)
	for at, ok := range p.before(suffix) {
		if ok {
			t.finish[at/64] |= 1 << (at % 64)
		}
	}
	m.words += t.words
	m.tracks = append(m.tracks, t)
}

func (m *machine) fillMoves(s int, t track, p *Pattern) {
	for at, e := range p.elements {
		if !e.accepts(m.symbols[s], p.fold) {
			continue
		}
		set(m.moves[s], t, at)
		if e.op == opLiteral {
			set(m.names[s], t, at)
		}
	}
}

func set(state []uint64, t track, at int) { state[t.first+at/64] |= 1 << (at % 64) }

// begin returns the state after reading the prefix.
func (m *machine) begin(patterns []Pattern, prefix string) []uint64 {
	state := make([]uint64, m.words)
	text := []rune(prefix)
	for i := range patterns {
		for _, at := range patterns[i].after(text) {
			set(state, m.tracks[i], at)
		}
	}
	return state
}

// read writes into next the state after reading symbol number s in state.
func (m *machine) read(state []uint64, s int, next []uint64) {
	moves := m.moves[s]
	for i := range m.tracks {
		t := &m.tracks[i]
		var carry, starCarry uint64
		for w := t.first; w < t.first+t.words; w++ {
			moved := state[w] & moves[w]
			onward := moved &^ m.stay[w]
			now := moved&m.stay[w] | onward<<1 | carry
			carry = onward >> 63
			stars := now & m.stay[w]
			next[w] = now | stars<<1 | starCarry
			starCarry = stars >> 63
		}
		if t.adjacent {
			m.close(next, t)
		}
	}
}

// close adds the positions behind a * that only another * leads to.
func (m *machine) close(state []uint64, t *track) {
	for again := true; again; {
		again = false
		var carry uint64
		for w := t.first; w < t.first+t.words; w++ {
			stars := state[w] & m.stay[w]
			grown := state[w] | stars<<1 | carry
			carry = stars >> 63
			again = again || grown != state[w]
			state[w] = grown
		}
	}
}

// matters reports whether reading symbol number s may lead elsewhere than the
// fresh symbol, number 0: some pattern expects it, or may refuse it as a colon.
func (m *machine) matters(state []uint64, s int) bool {
	if s == 0 || m.symbols[s] == ':' {
		return true
	}
	for w, word := range m.names[s] {
		if state[w]&word != 0 {
			return true
		}
	}
	return false
}

// matches reports whether pattern i accepts the text read so far followed by
// the suffix.
func (m *machine) matches(state []uint64, i int) bool {
	t := &m.tracks[i]
	for w, word := range t.finish {
		if state[t.first+w]&word != 0 {
			return true
		}
	}
	return false
}

// dead reports whether pattern i can match no continuation.
func (m *machine) dead(state []uint64, i int) bool {
	t := &m.tracks[i]
	for w := t.first; w < t.first+t.words; w++ {
		if state[w] != 0 {
			return false
		}
	}
	return true
}

// full reports whether pattern i matches every continuation.
func (m *machine) full(state []uint64, i int) bool {
	t := &m.tracks[i]
	return t.full >= 0 && state[t.first+t.full/64]&(1<<(t.full%64)) != 0
}

// key packs a state into bytes for use in a map.
func key(state []uint64, scratch []byte) []byte {
	scratch = scratch[:0]
	for _, word := range state {
		scratch = binary.LittleEndian.AppendUint64(scratch, word)
	}
	return scratch
}
