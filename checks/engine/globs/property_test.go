package globs_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// reach is how long the brute force makes the open part. Patterns of the
// properties have at most 5 elements, so a gap shows within as many characters.
const reach = 5

func plenty() *globs.Budget {
	budget := globs.DefaultBudget
	return &budget
}

func members(span globs.Span, alphabet string, yield func(string) bool) {
	lo := 0
	if span.NonEmpty {
		lo = 1
	}
	words(alphabet, lo, min(reach, span.Max), func(x string) bool {
		return yield(span.Prefix + x + span.Suffix)
	})
}

func firstMember(span globs.Span, alphabet string, wanted func(string) bool) (string, bool) {
	var found string
	ok := false
	members(span, alphabet, func(text string) bool {
		if wanted(text) {
			found, ok = text, true
		}
		return !ok
	})
	return found, ok
}

func checkCovered(t *testing.T, span globs.Span, cover []spec, alphabet string) {
	t.Helper()
	ok, witness, err := globs.Covered(span, compileAll(cover))
	if err != nil {
		t.Fatalf("Covered(%+v, %+v): %v", span, cover, err)
	}
	missing, gap := firstMember(span, alphabet, func(s string) bool { return !anyMatches(cover, s) })
	if ok == gap {
		t.Fatalf("Covered(%+v, %+v) = %v, brute force finds %q uncovered: %v", span, cover, ok, missing, gap)
	}
	if ok {
		return
	}
	if !span.Contains(witness) || anyMatches(cover, witness) || len(witness) != len(missing) {
		t.Fatalf("Covered(%+v, %+v): witness %q, brute force %q", span, cover, witness, missing)
	}
}

func checkMeets(t *testing.T, span globs.Span, s spec, alphabet string) {
	t.Helper()
	ok, witness, err := globs.Meets(span, s.compile())
	if err != nil {
		t.Fatalf("Meets(%+v, %+v): %v", span, s, err)
	}
	common, meets := firstMember(span, alphabet, s.matches)
	if ok != meets {
		t.Fatalf("Meets(%+v, %+v) = %v %q, brute force %v %q", span, s, ok, witness, meets, common)
	}
	if ok && (!span.Contains(witness) || !s.matches(witness) || len(witness) != len(common)) {
		t.Fatalf("Meets(%+v, %+v): witness %q, brute force %q", span, s, witness, common)
	}
}

func checkFind(t *testing.T, span globs.Span, some [][]spec, none []spec, alphabet string) {
	t.Helper()
	groups := make([][]globs.Pattern, len(some))
	for i := range some {
		groups[i] = compileAll(some[i])
	}
	found, witness, err := globs.Find(span, groups, compileAll(none), plenty())
	if err != nil {
		t.Fatalf("Find(%+v, %+v, %+v): %v", span, some, none, err)
	}
	wanted := func(text string) bool {
		for _, group := range some {
			if !anyMatches(group, text) {
				return false
			}
		}
		return !anyMatches(none, text)
	}
	shortest, exists := firstMember(span, alphabet, wanted)
	if exists && !found {
		t.Fatalf("Find(%+v, %+v, %+v) = none, brute force %q", span, some, none, shortest)
	}
	if !found {
		return
	}
	if !span.Contains(witness) || !wanted(witness) || exists && len(witness) != len(shortest) {
		t.Fatalf("Find(%+v, %+v, %+v): witness %q, brute force %q", span, some, none, witness, shortest)
	}
}

func checkClasses(t *testing.T, specs []spec, alphabet string) {
	t.Helper()
	classes, err := globs.Classes(compileAll(specs), plenty())
	if err != nil {
		t.Fatalf("Classes(%+v): %v", specs, err)
	}
	vector := func(text string) string {
		out := make([]byte, len(specs))
		for i, s := range specs {
			out[i] = '0'
			if s.matches(text) {
				out[i] = '1'
			}
		}
		return string(out)
	}
	got := map[string]string{}
	for _, c := range classes {
		claimed := make([]byte, len(c.Match))
		for i, m := range c.Match {
			claimed[i] = '0'
			if m {
				claimed[i] = '1'
			}
		}
		if string(claimed) != vector(c.Shortest) {
			t.Fatalf("Classes(%+v): %q matches %s, not %s", specs, c.Shortest, vector(c.Shortest), claimed)
		}
		got[string(claimed)] = c.Shortest
	}
	if len(got) != len(classes) {
		t.Fatalf("Classes(%+v) repeats a class: %+v", specs, classes)
	}
	want := map[string]string{}
	words(alphabet, 0, reach, func(text string) bool {
		if known, ok := want[vector(text)]; !ok || known == "" {
			want[vector(text)] = text
		}
		return true
	})
	for v, shortest := range want {
		if rep, ok := got[v]; !ok || len(rep) != len(shortest) {
			t.Fatalf("Classes(%+v): class %s is %q (%v), brute force %q", specs, v, rep, ok, shortest)
		}
	}
}

func TestCoveredAgainstBruteForce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for range 10_000 {
		checkCovered(t, drawSpan(r, "ab"), drawSpecs(r, "ab??**", 4, 5), "abz")
	}
}

func TestMeetsAgainstBruteForce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 2))
	for range 4_000 {
		s := spec{text: drawText(r, "ab:?*", 5), segment: r.IntN(3) == 0}
		checkMeets(t, drawSpan(r, "ab"), s, "abz:")
	}
}

func TestFindAgainstBruteForce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	for range 1_000 {
		some := make([][]spec, r.IntN(3))
		for i := range some {
			some[i] = drawSpecs(r, "ab:?**", 3, 4)
			for k := range some[i] {
				some[i][k].segment = r.IntN(3) == 0
			}
		}
		checkFind(t, drawSpan(r, "ab"), some, drawSpecs(r, "ab?**", 3, 4), "abz:")
	}
}

func TestClassesAgainstBruteForce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	for range 120 {
		specs := drawSpecs(r, "aB:?*", 3, 3)
		for i := range specs {
			specs[i].segment, specs[i].fold = r.IntN(3) == 0, r.IntN(3) == 0
		}
		checkClasses(t, specs, "aAbBz:")
	}
}

func TestMatchAgainstBruteForce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	for range 40_000 {
		s := spec{text: drawText(r, "aB:?*", 6), segment: r.IntN(2) == 0, fold: r.IntN(2) == 0}
		text := drawText(r, "aAbB:", 6)
		if got := s.compile().Match(text); got != s.matches(text) {
			t.Fatalf("%+v matches %q: got %v", s, text, got)
		}
	}
}

func TestAnswersAreRepeatable(t *testing.T) {
	t.Parallel()
	patterns := []globs.Pattern{globs.Glob("a*b"), globs.Glob("*c?"), globs.Literal("ab")}
	first, err := globs.Classes(patterns, plenty())
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		again, err := globs.Classes(patterns, plenty())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatalf("Classes is not deterministic (-first +again):\n%s", diff)
		}
	}
}
