package audit

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// TestUnrecordedChangesAreBounded lets the store fail for a long time.
func TestUnrecordedChangesAreBounded(t *testing.T) {
	t.Parallel()
	p := NewPrior(0)
	run := &Run{Delta: Delta{Changes: make([]Change, maxUnrecorded+3)}}
	run.Delta.Changes[3].RunID, run.Delta.Changes[maxUnrecorded+2].RunID = "oldest", "latest"
	p.Advance(run, false)
	if n := len(p.changes); n != maxUnrecorded || p.changes[0].RunID != "oldest" || p.changes[n-1].RunID != "latest" {
		t.Errorf("%d changes wait, from %q to %q", n, p.changes[0].RunID, p.changes[n-1].RunID)
	}
	p.Advance(&Run{}, true)
	if len(p.changes) != 0 {
		t.Error("what was recorded waits on")
	}
}

// TestKeyIndexIsAMap holds the index to a map, with few homes so that keys
// collide and wrap around.
func TestKeyIndexIsAMap(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		var x keyIndex
		var list entries
		want := map[findingKey]int64{}
		for step := range int64(400) {
			var key findingKey
			binary.LittleEndian.PutUint64(key[:], 4*random.Uint64N(4)-1)
			key[15] = byte(random.IntN(24))
			_, known := want[key]
			switch {
			case !known:
				list.add(entry{key: key, digest: step})
				x.added(&list)
				want[key] = step
			case random.IntN(2) == 0:
				x.remove(&list, key)
				delete(want, key)
			}
			holds(t, &x, &list, want)
		}
	}
}

func holds(t *testing.T, x *keyIndex, list *entries, want map[findingKey]int64) {
	t.Helper()
	if list.len != len(want) {
		t.Fatalf("%d entries, want %d", list.len, len(want))
	}
	for key, digest := range want {
		if at, ok := x.find(list, key); !ok || list.at(at).key != key || list.at(at).digest != digest {
			t.Fatalf("key %x is found %v, at %d", key, ok, at)
		}
	}
	if _, ok := x.find(list, findingKey{14: 1}); ok {
		t.Fatal("a key is found that is not there")
	}
}

// TestEntriesComeAndGo takes a list over several chunks up and down.
func TestEntriesComeAndGo(t *testing.T) {
	t.Parallel()
	const most = 3*entriesInChunk + 5
	var list entries
	for i := range int64(most) {
		list.add(entry{digest: i})
	}
	first := list.at(0)
	for n := most; n > 0; n-- {
		if last := list.at(n - 1); list.len != n || last.digest != int64(n-1) || list.at(0) != first {
			t.Fatalf("%d entries, the last is %d", list.len, last.digest)
		}
		list.removeLast()
		if room := len(list.chunks) * entriesInChunk; room < n || room > n+2*entriesInChunk {
			t.Fatalf("room for %d entries after %d", room, n)
		}
	}
	if list.add(entry{digest: 7}); list.at(0).digest != 7 || list.len != 1 {
		t.Errorf("%d entries, the first is %d", list.len, list.at(0).digest)
	}
}
