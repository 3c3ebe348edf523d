package audit

import "encoding/binary"

// keyIndex finds entries by their keys: a hash table with open addressing
// whose slots hold the place of an entry plus 1, 0 for none. It takes a fifth
// of a map's memory, because the keys stay in the entries; and they are
// digests already.
type keyIndex struct{ slots []uint32 }

// slot returns the slot of the key, or the free one where it belongs.
func (x *keyIndex) slot(entries []entry, key findingKey) int {
	mask := len(x.slots) - 1
	i := x.home(key)
	for x.slots[i] != 0 && entries[x.slots[i]-1].key != key {
		i = (i + 1) & mask
	}
	return i
}

// home is the slot from where the key is sought.
func (x *keyIndex) home(key findingKey) int {
	return int(binary.LittleEndian.Uint64(key[:]) & uint64(len(x.slots)-1))
}

// find returns the place of the entry with that key.
func (x *keyIndex) find(entries []entry, key findingKey) (int, bool) {
	if len(x.slots) == 0 {
		return 0, false
	}
	at := x.slots[x.slot(entries, key)]
	return int(at) - 1, at != 0
}

// added takes in the last of the entries, whose key is new.
func (x *keyIndex) added(entries []entry) {
	if 4*len(entries) <= 3*len(x.slots) {
		x.slots[x.slot(entries, entries[len(entries)-1].key)] = uint32(len(entries))
		return
	}
	x.slots = make([]uint32, max(16, 2*len(x.slots)))
	for i := range entries {
		x.slots[x.slot(entries, entries[i].key)] = uint32(i + 1)
	}
}

// remove takes out the entry with that key, which exists, and moves the last
// entry into its place.
func (x *keyIndex) remove(entries []entry, key findingKey) []entry {
	last := len(entries) - 1
	hole := x.slot(entries, key)
	at := int(x.slots[hole]) - 1
	x.free(entries, hole)
	if at != last {
		x.slots[x.slot(entries, entries[last].key)] = uint32(at + 1)
		entries[at] = entries[last]
	}
	entries[last] = entry{}
	return entries[:last]
}

// free empties a slot and moves those behind it up that would not be found
// past it.
func (x *keyIndex) free(entries []entry, hole int) {
	mask := len(x.slots) - 1
	for i := (hole + 1) & mask; x.slots[i] != 0; i = (i + 1) & mask {
		home := x.home(entries[x.slots[i]-1].key)
		if (i-home)&mask >= (i-hole)&mask {
			x.slots[hole] = x.slots[i]
			hole = i
		}
	}
	x.slots[hole] = 0
}
