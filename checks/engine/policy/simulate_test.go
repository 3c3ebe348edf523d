//go:build simulate

package policy_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

var (
	simQuestions = flag.Int("simulate.questions", 5000, "how many questions to ask the outside oracle")
	simSeed      = flag.Uint64("simulate.seed", 0, "ask the questions of this seed only; 0 means a fixed seed and a new one")
)

// simFixedSeed is asked in every run.
const simFixedSeed = 20240607

// TestSimulate asks the plain evaluator, the decision and the outside oracle
// about random requests and key sets. Where they differ, a named case must
// explain it.
func TestSimulate(t *testing.T) {
	seeds := []uint64{simFixedSeed, rand.Uint64()}
	if *simSeed != 0 {
		seeds = []uint64{*simSeed}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			c := &simComparison{oracle: startOracle(t), explained: map[string]int{}, open: map[string]int{}, covered: map[policy.AnswerKind]int{}}
			for i := uint64(0); c.asked < *simQuestions/len(seeds) && !t.Failed(); i++ {
				r := rand.New(rand.NewPCG(seed, i))
				drawn := drawSimCase(r)
				c.compareRequest(t, drawn)
				c.compareCoverage(t, r, drawn)
			}
			c.report(t)
		})
	}
}

// simComparison collects what comes out of many cases.
type simComparison struct {
	oracle                 *oracle
	asked                  int // questions to the oracle
	allowed, refused       int // requests
	undetermined           int // requests that the plain evaluator leaves open
	loose                  int // requests that only the decision leaves open
	covered                map[policy.AnswerKind]int
	explained, open        map[string]int
	grantedKeys, witnesses int
}

func (c *simComparison) report(t *testing.T) {
	t.Helper()
	t.Logf("%d questions to the oracle", c.asked)
	t.Logf("requests: %d allowed, %d refused, %d undetermined, %d that only the decision leaves open", c.allowed, c.refused, c.undetermined, c.loose)
	t.Logf("key sets: %v; %d of their keys and %d witnesses asked", c.covered, c.grantedKeys, c.witnesses)
	for title, counts := range map[string]map[string]int{"explained by": c.explained, "open for": c.open} {
		for _, name := range slices.Sorted(maps.Keys(counts)) {
			t.Logf("%s %q: %d", title, name, counts[name])
		}
	}
	requests := c.allowed + c.refused + c.undetermined
	if min(c.allowed, c.refused) < requests/10 || c.undetermined+c.loose > requests/10 {
		t.Error("the questions are lopsided")
	}
	if sets := c.covered[policy.Granted] + c.covered[policy.Refused]; min(c.grantedKeys, c.witnesses) == 0 || c.covered[policy.Undecided] > sets/10 {
		t.Error("the key sets are lopsided")
	}
}

// compareRequest asks all three about one request.
func (c *simComparison) compareRequest(t *testing.T, drawn simCase) {
	t.Helper()
	ours := c.judge(t, drawn)
	switch ours {
	case policy.SingleAllowed:
		c.allowed++
	case policy.SingleDenied:
		c.refused++
	default:
		c.undetermined++
		drawn = c.withoutSilences(t, drawn)
		ours = c.judge(t, drawn)
		if ours == policy.SingleUndetermined {
			t.Fatalf("undetermined for no named reason: %s", drawn)
		}
	}
	c.hold(t, drawn, ours == policy.SingleAllowed)
}

// judge asks the plain evaluator, and holds the decision against it.
func (c *simComparison) judge(t *testing.T, drawn simCase) policy.SingleAnswer {
	t.Helper()
	layers := drawn.Policies.layers(t, drawn.Request.Principal == "*")
	single := policy.EvaluateSingle(drawn.Request.single(), singlePolicies(layers)).Answer
	q := drawn.Request.question()
	q.Keys.Exact = strings.TrimPrefix(drawn.Request.Resource, simObjects)
	decided := mustDecide(t, q, layers)
	switch {
	case decided.Kind == policy.Undecided && decided.Reason != "" && !strings.Contains(decided.Reason, "disagree"):
		if single != policy.SingleUndetermined {
			c.loose++
		}
	case decided.Kind == policy.Granted && single == policy.SingleAllowed, decided.Kind == policy.Refused && single == policy.SingleDenied:
	default:
		t.Fatalf("%s\nthe plain evaluator: %v\nthe decision: %s", drawn, single, asJSON(t, decided))
	}
	return single
}

// question is the request as a question about every key.
func (r simRequest) question() policy.Question {
	return policy.Question{Principal: r.Principal, Action: r.Action, Bucket: simBucket, BucketAccount: simOwner, Context: r.Context}
}

// hold asks the oracle about a request that is allowed or refused by our
// reading.
func (c *simComparison) hold(t *testing.T, drawn simCase, allowed bool) {
	t.Helper()
	c.asked++
	theirs, err := c.oracle.allows(drawn.Policies, drawn.Request)
	if err != nil {
		t.Fatal(err)
	}
	if theirs == allowed {
		return
	}
	name, err := c.explain(drawn, allowed)
	if err != nil {
		t.Fatal(err)
	}
	if name == "" {
		t.Fatalf("no named case explains that ours allows: %v, the oracle: %v: %s", allowed, theirs, drawn)
	}
	c.explained[name]++
}
