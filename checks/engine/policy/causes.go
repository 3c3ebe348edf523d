package policy

import (
	"math/bits"
	"slices"
)

// causes collects why something stayed open.
type causes struct {
	keys   slotSet // unknown keys
	reason string  // the first construct that is not settled
	by     *rule   // the statement that holds it
}

// addKey adds the unknown key of the slot in that place.
func (c *causes) addKey(place int) { c.keys.word(place / wordSlots)[0] |= 1 << (place % wordSlots) }

func (c *causes) addReason(by *rule, reason string) {
	if c.reason == "" {
		c.reason, c.by = reason, by
	}
}

func (c *causes) addAll(other causes) {
	for i, word := range other.keys {
		c.keys.word(i)[0] |= word
	}
	c.addReason(other.by, other.reason)
}

// slotSet is a set of slots by their places: hostile policies ask for hundreds
// of keys, in hundreds of combinations.
type slotSet []uint64

const wordSlots = 64

// word returns the set from a word on, which it makes if it is not there.
func (s *slotSet) word(i int) slotSet {
	for len(*s) <= i {
		*s = append(*s, 0)
	}
	return (*s)[i:]
}

// names returns the names of the set's slots, sorted.
func (s slotSet) names(slots []slot) []string {
	out := []string{}
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			out = append(out, slots[i*wordSlots+bits.TrailingZeros64(word)].name)
		}
	}
	slices.Sort(out)
	return out
}
