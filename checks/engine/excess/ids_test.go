package excess

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// verdicts is what the tests say of an id, by other means.
func verdicts(tests []idTest, id string) string {
	out := ""
	for i := range tests {
		if t := &tests[i]; t.bound != "" {
			out += fmt.Sprint(min(max(slices.Compare([]byte(id), []byte(t.bound)), -1), 1))
		} else {
			out += fmt.Sprint(globs.Glob(t.pattern).Match(id))
		}
	}
	return out
}

// TestClasses makes sure that of each class of ids there is one, and that all
// examples of a class are alike.
func TestClasses(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 7))
		pick := func(of ...string) string { return of[r.IntN(len(of))] }
		tests := make([]idTest, 1+r.IntN(4))
		for i := range tests {
			tests[i].pattern = pick("", "*", "?", "??????") + pick("1", "12", "9*9", "7?7") + pick("*", "?????*", "*3", "??????????")
			if r.IntN(4) == 0 {
				tests[i] = idTest{bound: pick("500000000000", "000000000007", "999999999998")}
			}
		}
		all, ok := classes(tests)
		if !ok {
			t.Fatalf("%v: too many", tests)
		}
		known, count := map[string]bool{}, uint64(0)
		for _, class := range all {
			count += class.count
			for _, id := range class.examples {
				if known[verdicts(tests, id)] = true; verdicts(tests, id) != verdicts(tests, class.examples[0]) {
					t.Fatalf("%v: %v are not alike", tests, class.examples)
				}
			}
		}
		if count != idCount || len(known) != len(all) {
			t.Fatalf("%v: %d ids in %d classes, %d of them different", tests, count, len(all), len(known))
		}
		for range 300 {
			if id := fmt.Sprintf("%012d", r.Int64N(idCount)); !known[verdicts(tests, id)] {
				t.Fatalf("%v: there is no class of %s", tests, id)
			}
		}
	}
}

// TestClassesAreBounded tells more beginnings of ids apart than are kept.
func TestClassesAreBounded(t *testing.T) {
	t.Parallel()
	var tests []idTest
	for digit := '0'; digit <= '9'; digit++ {
		for _, behind := range []string{"??", "???", "????", "?????"} {
			tests = append(tests, idTest{pattern: fmt.Sprintf("*%c%s", digit, behind)})
		}
	}
	if all, ok := classes(tests); ok {
		t.Errorf("%d classes", len(all))
	}
}
