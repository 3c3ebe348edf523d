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
		var entries []entry
		want := map[findingKey]int64{}
		for step := range int64(400) {
			var key findingKey
			binary.LittleEndian.PutUint64(key[:], 4*random.Uint64N(4)-1)
			key[15] = byte(random.IntN(24))
			_, known := want[key]
			switch {
			case !known:
				entries = append(entries, entry{key: key, digest: step})
				x.added(entries)
				want[key] = step
			case random.IntN(2) == 0:
				entries = x.remove(entries, key)
				delete(want, key)
			}
			holds(t, &x, entries, want)
		}
	}
}

func holds(t *testing.T, x *keyIndex, entries []entry, want map[findingKey]int64) {
	t.Helper()
	if len(entries) != len(want) {
		t.Fatalf("%d entries, want %d", len(entries), len(want))
	}
	for key, digest := range want {
		if at, ok := x.find(entries, key); !ok || entries[at].key != key || entries[at].digest != digest {
			t.Fatalf("key %x is found %v, at %d", key, ok, at)
		}
	}
	if _, ok := x.find(entries, findingKey{14: 1}); ok {
		t.Fatal("a key is found that is not there")
	}
}
