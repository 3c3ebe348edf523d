//go:build simulate

package policy_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// compareCoverage decides the action of the case on a set of keys, or for every
// prefix. The oracle must refuse the witness of a refusal, and allow random
// members of what is granted.
func (c *simComparison) compareCoverage(t *testing.T, r *rand.Rand, drawn simCase) {
	t.Helper()
	q := drawSimCoverage(r, drawn)
	answer := mustDecide(t, q, drawn.Policies.layers(t, q.Principal == "*"))
	c.covered[answer.Kind]++
	switch answer.Kind {
	case policy.Granted:
		const members = 3
		for range members {
			drawn.Request = drawSimMember(r, q)
			c.hold(t, drawn, true)
			c.grantedKeys++
		}
	case policy.Refused:
		drawn.Request = simWitness(q, answer.Witness)
		if strings.Contains(drawn.Request.Resource, "*") {
			return // which the oracle takes for a pattern
		}
		c.hold(t, drawn, false)
		c.witnesses++
	case policy.Conditional:
		t.Fatalf("conditional, though nothing is unknown: %s\n%s", drawn, asJSON(t, answer))
	}
}

// drawSimCoverage widens a request: to all keys that begin or end like its own, to
// all prefixes, to all sessions of the role.
func drawSimCoverage(r *rand.Rand, drawn simCase) policy.Question {
	request := drawn.Request
	q := request.question()
	q.Context = maps.Clone(q.Context)
	key := []rune(strings.TrimPrefix(request.Resource, simObjects))
	switch from := r.IntN(len(key) + 1); r.IntN(4) {
	case 0:
		q.Keys.Prefix = string(key[:from])
	case 1:
		q.Keys.Suffix = string(key[from:])
	case 2:
		q.Keys.Prefix = ".quilt/"
	}
	if r.IntN(2) == 0 {
		delete(q.Context, "s3:prefix")
		q.Any = []string{"s3:prefix"}
	}
	// The oracle cannot tell roles of one name by their paths, as the ARNs of
	// sessions leave these out.
	if strings.HasSuffix(q.Principal, "assumed-role/Indexer/s1") && !strings.Contains(drawn.String(), "role/team/Indexer") && r.IntN(2) == 0 {
		q.Principal = roleARN
		delete(q.Context, "aws:userid")
	}
	return q
}

// drawSimMember draws one request of those that a question is about.
func drawSimMember(r *rand.Rand, q policy.Question) simRequest {
	request := simRequest{Principal: q.Principal, Action: q.Action, Resource: simBucketARN, Context: maps.Clone(q.Context)}
	if level, _ := policy.ActionLevel(q.Action); level == policy.ObjectLevel {
		middle := drawSimPieces(r, 5)
		if r.IntN(4) == 0 && q.Keys.Prefix+q.Keys.Suffix != "" {
			middle = ""
		}
		request.Resource = simObjects + q.Keys.Prefix + middle + q.Keys.Suffix
	}
	if len(q.Any) > 0 && r.IntN(4) > 0 {
		request.Context["s3:prefix"] = []string{pick(r, "", drawSimPieces(r, 3))}
	}
	if q.Principal == roleARN {
		request.Principal = pick(r, "arn:aws:sts::111122223333:assumed-role/Indexer/s1", "arn:aws:sts::111122223333:assumed-role/Indexer/s2",
			"arn:aws:sts::111122223333:assumed-role/Indexer/another")
	}
	return request
}

// simWitness is the request of a witness in full.
func simWitness(q policy.Question, w *policy.Witness) simRequest {
	request := simRequest{Principal: w.Principal, Action: q.Action, Resource: w.Resource, Context: maps.Clone(q.Context)}
	maps.Copy(request.Context, w.Context)
	maps.DeleteFunc(request.Context, func(_ string, values []string) bool { return len(values) == 0 })
	if w.Principal == roleARN {
		request.Principal = "arn:aws:sts::111122223333:assumed-role/Indexer/another"
	}
	return request
}

// withoutSilences leaves out the statements that hold a construct on which AWS
// is silent, and counts these.
func (c *simComparison) withoutSilences(t *testing.T, drawn simCase) simCase {
	t.Helper()
	out := drawn.clone()
	for _, l := range out.Policies.documents() {
		l.document.Statement = slices.DeleteFunc(l.document.Statement, func(s simStatement) bool {
			silent := false
			for _, construct := range simSilences {
				if construct.holds(drawn, l, &s) {
					c.open[construct.name]++
					silent = true
				}
			}
			return silent
		})
	}
	return out
}
