package audit_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// TestPartsMakeTheWhole settles random runs whole and in parts of random sizes
// and order: nothing may differ.
func TestPartsMakeTheWhole(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		w, prior, random := newWorld(seed), audit.NewPrior(0), rand.New(rand.NewPCG(seed, 2))
		for i := range 20 {
			w.drift()
			out := audit.LeftOut{}
			if w.chance(15) {
				out = w.leaveOut()
			}
			s := w.settlement(t, fmt.Sprintf("run-%d", i), out, prior)
			whole, parts := audit.Settle(s), inParts(s, random)
			if diff := gocmp.Diff(whole, parts, unpacked); diff != "" {
				t.Fatalf("seed %d, run %d: whole and in parts: %s", seed, i, diff)
			}
			prior.Advance(whole, w.chance(85))
		}
	}
}

// unpacked has rows compared as what they are, packed or not.
var unpacked = gocmp.Transformer("Rows", func(r audit.Rows) []audit.Row { return slices.Collect(r.All()) })

func inParts(s audit.Settlement, random *rand.Rand) *audit.Run {
	verdicts := slices.Clone(s.Verdicts)
	random.Shuffle(len(verdicts), func(i, j int) { verdicts[i], verdicts[j] = verdicts[j], verdicts[i] })
	t := audit.Begin(s)
	findings := []audit.Finding{}
	for len(verdicts) > 0 {
		n := 1 + random.IntN(len(verdicts))
		findings, verdicts = append(findings, t.Add(verdicts[:n])...), verdicts[n:]
	}
	run := t.End(s.Times)
	run.Findings = append(findings, run.Findings...)
	audit.SortFindings(run.Findings)
	return run
}
