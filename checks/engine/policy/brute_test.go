package policy_test

import (
	"flag"
	"math/rand/v2"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

var (
	problems  = flag.Uint64("policy.problems", 200, "how many drawn problems the decision is held against brute force for")
	stopAfter = flag.Int("policy.failures", 20, "after how many failures to stop")
	firstSeed = flag.Uint64("policy.seed", 0, "the seed of the first of them")
)

func randomBy(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// tally counts problems by what became of them.
type tally struct {
	kinds  map[policy.AnswerKind]uint64
	layers map[policy.Layer]uint64 // that refuse
	loose  uint64
	tabled uint64
}

func (c *tally) add(b brute) {
	c.kinds[b.answer.Kind]++
	if by := b.answer.DecidedBy; b.answer.Kind == policy.Refused && by != nil {
		c.layers[by.Layer]++
	}
	if b.loose {
		c.loose++
	}
	if b.tabled {
		c.tabled++
	}
}

// checkProblem holds one drawn problem against brute force. A failure is shown
// without everything that it does not need.
func checkProblem(t *testing.T, seed uint64) brute {
	t.Helper()
	q, l := drawProblem(t, seed)
	b := bruteForce(t, q, l)
	if b.failure == "" {
		return b
	}
	q, l = shrink(q, l, func(q policy.Question, l policy.Layers) bool {
		smaller := bruteForce(t, q, l)
		return smaller.failure != "" && smaller.answer.Kind == b.answer.Kind
	})
	smaller := bruteForce(t, q, l)
	t.Errorf("seed %d: %s\nsmallest: %s\n%s\nanswer %s", seed, b.failure, smaller.failure, describeCase(t, q, l), asJSON(t, smaller.answer))
	return b
}

// TestDecideAgainstBruteForce compares verdicts, the length of witnesses and the
// keys that a conditional answer depends on.
func TestDecideAgainstBruteForce(t *testing.T) {
	t.Parallel()
	count := tally{kinds: map[policy.AnswerKind]uint64{}, layers: map[policy.Layer]uint64{}}
	failures := 0
	for seed := *firstSeed; seed < *firstSeed+*problems && failures < *stopAfter; seed++ {
		b := checkProblem(t, seed)
		count.add(b)
		if b.failure != "" {
			failures++
		}
	}
	t.Logf("%d problems: %v, refused by %v, %d tables, %d looser than the samples demand, %d failures", *problems, count.kinds, count.layers, count.tabled, count.loose, failures)
	for _, kind := range []policy.AnswerKind{policy.Granted, policy.Refused, policy.Conditional} {
		if count.kinds[kind] == 0 {
			t.Errorf("no drawn case is %s", kind)
		}
	}
	if count.loose > *problems/25 {
		t.Errorf("%d of %d answers are looser than the samples demand", count.loose, *problems)
	}
}

func FuzzDecide(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkProblem(t, seed) })
}
