package policy_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// rank orders answers by how much is allowed; undecided ones have none.
func rank(kind policy.AnswerKind) int {
	return slices.Index([]policy.AnswerKind{policy.Refused, policy.Conditional, policy.Granted}, kind)
}

// rewrite changes the statements of every document.
func rewrite(l policy.Layers, change func([]policy.Statement) []policy.Statement) policy.Layers {
	l = copyLayers(l)
	for _, d := range documentsOf(&l) {
		changed := **d
		changed.Statements = change(slices.Clone(changed.Statements))
		*d = changed.Compile()
	}
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

// splitPrincipals gives each principal of a statement its own statement.
func splitPrincipals(all []policy.Statement) []policy.Statement {
	var out []policy.Statement
	for _, s := range all {
		if s.Principals == nil {
			out = append(out, s)
			continue
		}
		for _, s.Principals = range singles(s.Principals) {
			out = append(out, s)
		}
	}
	return out
}

func singles[T any](list []T) [][]T {
	var out [][]T
	for i := range list {
		out = append(out, list[i:i+1])
	}
	return out
}

// recase changes the case of every other letter of the actions.
func recase(all []policy.Statement) []policy.Statement {
	for i := range all {
		for _, list := range []*[]string{&all[i].Actions, &all[i].NotActions} {
			*list = slices.Clone(*list)
			for k, action := range *list {
				letters := strings.Split(action, "")
				for n := range letters {
					if n%2 == 0 {
						letters[n] = strings.ToUpper(letters[n])
					}
				}
				(*list)[k] = strings.Join(letters, "")
			}
		}
	}
	return all
}

func reverseLists(all []policy.Statement) []policy.Statement {
	for i := range all {
		for _, list := range []*[]string{&all[i].Actions, &all[i].NotActions, &all[i].Resources, &all[i].NotResources} {
			*list = slices.Clone(*list)
			slices.Reverse(*list)
		}
		all[i].Conditions = slices.Clone(all[i].Conditions)
		slices.Reverse(all[i].Conditions)
	}
	return all
}

// lawProblem draws policies without RestrictPublicBuckets, with which an Allow
// can take away.
func lawProblem(t testing.TB, seed uint64) (*rand.Rand, policy.Question, policy.Layers) {
	t.Helper()
	r := randomBy(seed, 11)
	q, l := drawQuestion(r, false), drawLayers(t, r)
	l.RestrictPublicBuckets = false
	leaveOpen(r, &q, l)
	return r, q, l
}

func TestLaws(t *testing.T) {
	t.Parallel()
	for seed := *firstSeed; seed < *firstSeed+*problems; seed++ {
		checkLaws(t, seed)
	}
}

func FuzzLaws(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkLaws(t, seed) })
}

func checkLaws(t *testing.T, seed uint64) {
	t.Helper()
	r, q, l := lawProblem(t, seed)
	before := mustDecide(t, q, l)
	for name, change := range map[string]func([]policy.Statement) []policy.Statement{
		"permuting statements": func(s []policy.Statement) []policy.Statement {
			r.Shuffle(len(s), func(i, k int) { s[i], s[k] = s[k], s[i] })
			return s
		},
		"splitting lists":      splitLists,
		"splitting principals": splitPrincipals,
		"case of actions":      recase,
		"order of lists":       reverseLists,
		"repeating statements": func(s []policy.Statement) []policy.Statement { return append(s, s...) },
	} {
		if after := mustDecide(t, q, rewrite(l, change)); summary(after) != summary(before) {
			t.Fatalf("seed %d, %s: %s\nbefore %s\nafter %s", seed, name, describeCase(t, q, l), asJSON(t, before), asJSON(t, after))
		}
	}
	checkMonotone(t, seed, r, q, l, before)
}

// summary is what must not change: the verdict, what it depends on, and how
// long the witness is.
func summary(a policy.Answer) string {
	length := 0
	if a.Witness != nil {
		length = len(a.Witness.Resource)
	}
	text, err := json.Marshal([]any{a.Kind, a.DependsOn, length})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// checkMonotone adds one thing: an Allow must not lessen what is allowed, all
// else must not widen it.
func checkMonotone(t *testing.T, seed uint64, r *rand.Rand, q policy.Question, l policy.Layers, before policy.Answer) {
	t.Helper()
	type addition struct {
		layers policy.Layers
		widens bool
	}
	added := map[string]addition{}
	for _, d := range documentsOf(&l) {
		if kind := (*d).Kind; kind != policy.RCP {
			s := drawDocument(t, r, kind, 1).Statements[0]
			wider := copyLayers(l)
			for i, at := range documentsOf(&l) {
				if *at == *d {
					*documentsOf(&wider)[i] = appended(*d, s)
				}
			}
			added[s.Effect+" in a "+kind.String()+" policy"] = addition{wider, s.Effect == policy.Allow}
		}
	}
	add := func(name string, change func(*policy.Layers)) {
		narrower := copyLayers(l)
		change(&narrower)
		added[name] = addition{narrower, false}
	}
	add("an RCP level", func(l *policy.Layers) { l.RCPs = append(l.RCPs, drawLevels(t, r, policy.RCP)...) })
	if l.Endpoint == nil {
		add("an endpoint policy", func(l *policy.Layers) { l.Endpoint = drawDocument(t, r, policy.Endpoint, 2) })
	}
	if l.Identity != nil {
		add("an SCP level", func(l *policy.Layers) { l.SCPs = append(l.SCPs, drawLevels(t, r, policy.SCP)...) })
		if l.Boundary == nil {
			add("a boundary", func(l *policy.Layers) { l.Boundary = drawDocument(t, r, policy.Identity, 2) })
		}
		if l.Session == nil {
			add("a session policy", func(l *policy.Layers) { l.Session = drawDocument(t, r, policy.Identity, 2) })
		}
	}
	for name, a := range added {
		after := mustDecide(t, q, a.layers)
		from, to := rank(before.Kind), rank(after.Kind)
		if from < 0 || to < 0 {
			continue
		}
		if a.widens && to < from || !a.widens && to > from {
			t.Fatalf("seed %d, adding %s to %s\nbefore %s\nwith %s\nafter %s", seed, name, describeCase(t, q, l), asJSON(t, before), asJSON(t, a.layers), asJSON(t, after))
		}
	}
}

func appended(d *policy.Document, s policy.Statement) *policy.Document {
	changed := *d
	changed.Statements = append(slices.Clone(d.Statements), s)
	return changed.Compile()
}
