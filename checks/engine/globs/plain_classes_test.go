package globs_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// drawPlain draws literals, some with a * behind.
func drawPlain(r *rand.Rand) []spec {
	specs := make([]spec, r.IntN(6))
	for i := range specs {
		specs[i].text = drawText(r, "ab", 3)
		if r.IntN(2) == 0 {
			specs[i].text += "*"
		}
	}
	return specs
}

func TestPlainClassesAgainstBruteForce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 6))
	for range 2_000 {
		checkClasses(t, drawPlain(r), "abz")
	}
}

// TestPlainClassesAgainstTheSearch adds a pattern that needs the search, which
// then must tell the same classes apart, and those with that pattern.
func TestPlainClassesAgainstTheSearch(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	for range 500 {
		specs := drawPlain(r)
		plain, err := globs.Classes(compileAll(specs), plenty())
		if err != nil {
			t.Fatal(err)
		}
		searched, err := globs.Classes(compileAll(append(specs, spec{text: "*z*"})), plenty())
		if err != nil {
			t.Fatal(err)
		}
		got, want := shortest(plain, len(specs)), shortest(searched, len(specs))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%+v (-search +plain)\n%s", specs, diff)
		}
	}
}

// shortest returns the length of the shortest member that is not empty, for
// each class of the first n patterns.
func shortest(classes []globs.Class, n int) map[string]int {
	out := map[string]int{}
	for _, c := range classes {
		key := fmt.Sprint(c.Match[:n])
		if known := out[key]; known == 0 || c.Shortest != "" && len(c.Shortest) < known {
			out[key] = len(c.Shortest)
		}
	}
	return out
}

// TestManyPlainClasses: as many prefixes as a bucket policy holds are no more
// than so many classes, within the budget.
func TestManyPlainClasses(t *testing.T) {
	t.Parallel()
	var patterns []globs.Pattern
	for i := range 400 {
		patterns = append(patterns, globs.Glob(fmt.Sprintf("team-%03d/*", i)))
	}
	classes, err := globs.Classes(patterns, plenty())
	if err != nil || len(classes) != 401 {
		t.Fatalf("%d classes, %v", len(classes), err)
	}
}

// TestPlainClassesKeepToTheBudget: more patterns than there is work for.
func TestPlainClassesKeepToTheBudget(t *testing.T) {
	t.Parallel()
	var patterns []globs.Pattern
	for i := range 20_000 {
		patterns = append(patterns, globs.Glob(strings.Repeat("a", i%10)+fmt.Sprint(i)+"*"))
	}
	budget := globs.DefaultBudget
	if classes, err := globs.Classes(patterns, &budget); err == nil {
		t.Errorf("%d classes", len(classes))
	}
}
