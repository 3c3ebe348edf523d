package audit

import "encoding/binary"

// keyIndex finds entries by their keys: a hash table with open addressing
// whose slots hold the place of an entry plus 1, 0 for none. It takes a fifth
// of a map's memory, because the keys stay in the entries; and they are
// digests already.
type keyIndex struct{ slots []uint32 }

// newKeyIndex returns an index with room for n entries.
func newKeyIndex(n int) keyIndex {
	slots := 16
	for 3*slots < 4*n {
		slots *= 2
	}
	return keyIndex{make([]uint32, slots)}
}

// slot returns the slot of the key, or the free one where it belongs.
func (x *keyIndex) slot(list *entries, key findingKey) int {
	mask := len(x.slots) - 1
	i := x.home(key)
	for x.slots[i] != 0 && list.at(int(x.slots[i])-1).key != key {
		i = (i + 1) & mask
	}
	return i
}

// home is the slot from where the key is sought.
func (x *keyIndex) home(key findingKey) int {
	return int(binary.LittleEndian.Uint64(key[:]) & uint64(len(x.slots)-1))
}

// find returns the place of the entry with that key.
func (x *keyIndex) find(list *entries, key findingKey) (int, bool) {
	if len(x.slots) == 0 {
		return 0, false
	}
	at := x.slots[x.slot(list, key)]
	return int(at) - 1, at != 0
}

// added takes in the last of the entries, whose key is new.
func (x *keyIndex) added(list *entries) {
	if 4*list.len <= 3*len(x.slots) {
		x.slots[x.slot(list, list.at(list.len-1).key)] = uint32(list.len)
		return
	}
	x.slots = make([]uint32, max(16, 2*len(x.slots)))
	for i := range list.len {
		x.slots[x.slot(list, list.at(i).key)] = uint32(i + 1)
	}
}

// remove takes out the entry with that key, which exists, and moves the last
// entry into its place.
func (x *keyIndex) remove(list *entries, key findingKey) {
	last := list.len - 1
	hole := x.slot(list, key)
	at := int(x.slots[hole]) - 1
	x.free(list, hole)
	if at != last {
		x.slots[x.slot(list, list.at(last).key)] = uint32(at + 1)
		*list.at(at) = *list.at(last)
	}
	list.removeLast()
}

// free empties a slot and moves those behind it up that would not be found
// past it.
func (x *keyIndex) free(list *entries, hole int) {
	mask := len(x.slots) - 1
	for i := (hole + 1) & mask; x.slots[i] != 0; i = (i + 1) & mask {
		home := x.home(list.at(int(x.slots[i]) - 1).key)
		if (i-home)&mask >= (i-hole)&mask {
			x.slots[hole] = x.slots[i]
			hole = i
		}
	}
	x.slots[hole] = 0
}
