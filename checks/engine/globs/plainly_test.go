package globs

import (
	"math/rand/v2"
	"testing"
)

// TestPlainlyAgreesWithFind compares both over drawn literals and prefixes.
func TestPlainlyAgreesWithFind(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 5))
	text := func(most int) string {
		b := make([]byte, r.IntN(most+1))
		for i := range b {
			b[i] = "ab/"[r.IntN(3)]
		}
		return string(b)
	}
	list := func(least int) []Pattern {
		out := make([]Pattern, least+r.IntN(3))
		for i := range out {
			out[i] = Glob(text(3) + []string{"", "*"}[r.IntN(2)])
		}
		return out
	}
	count := map[[2]bool]int{}
	for range 20_000 {
		span := Span{Prefix: text(2), NonEmpty: r.IntN(2) == 0, Max: []int{0, 1, 3, Unbounded}[r.IntN(4)]}
		some := [][]Pattern{list(1), list(1)}[:r.IntN(3)]
		none := list(0)
		budget := DefaultBudget
		want, _, err := Find(span, some, none, &budget)
		if err != nil {
			t.Fatal(err)
		}
		found, ok := Plainly(span, some, none)
		if ok && found != want {
			t.Fatalf("%+v in %+v but %+v: %v, want %v", span, some, none, found, want)
		}
		count[[2]bool{found, ok}]++
	}
	if count[[2]bool{true, true}] < 1000 || count[[2]bool{false, true}] < 1000 {
		t.Errorf("too few are told: %v", count)
	}
}
