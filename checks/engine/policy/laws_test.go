package policy_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// rank orders answers by how much is allowed.
func rank(kind policy.AnswerKind) int {
	return slices.Index([]policy.AnswerKind{policy.Refused, policy.Conditional, policy.Granted}, kind)
}

func withBucket(l policy.Layers, change func([]policy.Statement) []policy.Statement) policy.Layers {
	d := policy.Document{Kind: policy.Resource, Version: policy.Version2012}
	if l.Bucket != nil {
		d.Version, d.Statements = l.Bucket.Version, slices.Clone(l.Bucket.Statements)
	}
	d.Statements = change(d.Statements)
	l.Bucket = d.Compile()
	return l
}

// splitLists gives each action and resource of a statement its own statement.
func splitLists(all []policy.Statement) []policy.Statement {
	var out []policy.Statement
	for _, s := range all {
		actions, resources := s.Actions, s.Resources
		if actions == nil || resources == nil {
			out = append(out, s)
			continue
		}
		for _, s.Actions = range singles(actions) {
			for _, s.Resources = range singles(resources) {
				out = append(out, s)
			}
		}
	}
	return out
}

func singles(list []string) [][]string {
	var out [][]string
	for i := range list {
		out = append(out, list[i:i+1])
	}
	return out
}

func shoutActions(all []policy.Statement) []policy.Statement {
	for i := range all {
		for _, list := range []*[]string{&all[i].Actions, &all[i].NotActions} {
			*list = slices.Clone(*list)
			for k := range *list {
				(*list)[k] = strings.ToUpper((*list)[k])
			}
		}
	}
	return all
}

func TestLaws(t *testing.T) {
	t.Parallel()
	const cases = 800
	for seed := range uint64(cases) {
		r := rand.New(rand.NewPCG(seed, 11))
		q, l := drawQuestion(r, false), drawLayers(t, r)
		leaveOpen(r, &q, l)
		before := mustDecide(t, q, l)
		for name, change := range map[string]func([]policy.Statement) []policy.Statement{
			"permuting statements": func(s []policy.Statement) []policy.Statement {
				r.Shuffle(len(s), func(i, k int) { s[i], s[k] = s[k], s[i] })
				return s
			},
			"splitting lists":      splitLists,
			"case of actions":      shoutActions,
			"repeating statements": func(s []policy.Statement) []policy.Statement { return append(s, s...) },
		} {
			if after := mustDecide(t, q, withBucket(l, change)); after.Kind != before.Kind {
				t.Fatalf("%s: %s\nbefore %s\nafter %s", name, describeCase(t, q, l), asJSON(t, before), asJSON(t, after))
			}
		}
		checkMonotone(t, r, q, l, before)
	}
}

// checkMonotone adds one statement: an Allow must not lessen what is allowed, a
// Deny must not widen it.
func checkMonotone(t *testing.T, r *rand.Rand, q policy.Question, l policy.Layers, before policy.Answer) {
	t.Helper()
	added := drawDocument(t, r, policy.Resource, 1).Statements
	if len(added) == 0 {
		return
	}
	s := added[0]
	after := mustDecide(t, q, withBucket(l, func(all []policy.Statement) []policy.Statement { return append(all, s) }))
	from, to := rank(before.Kind), rank(after.Kind)
	if from < 0 || to < 0 {
		return
	}
	if s.Effect == policy.Allow && to < from || s.Effect == policy.Deny && to > from {
		t.Fatalf("adding %s to %s\nbefore %s\nafter %s", asJSON(t, s), describeCase(t, q, l), asJSON(t, before), asJSON(t, after))
	}
}
