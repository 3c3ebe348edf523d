package repair

import (
	"maps"
	"reflect"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// classify numbers the claims so that those of a number differ in the action
// alone.
func (j *job) classify() {
	var firsts []*claim
	for i, c := range j.claims {
		c.class = i
		if i > 0 && c.differsInAction(j.claims[i-1]) {
			c.class = j.claims[i-1].class
			continue
		}
		if at := slices.IndexFunc(firsts, c.differsInAction); at >= 0 {
			c.class = firsts[at].class
			continue
		}
		firsts = append(firsts, c)
	}
}

// differsInAction reports whether both claims are of questions that differ in
// the action at most.
func (c *claim) differsInAction(o *claim) bool {
	a, b := c.question, o.question
	return a.Principal == b.Principal && a.PrincipalAccount == b.PrincipalAccount && a.Bucket == b.Bucket && a.BucketAccount == b.BucketAccount &&
		a.Partition == b.Partition && a.Keys == b.Keys && a.UnknownByDefault == b.UnknownByDefault && sameContext(a.Context, b.Context) &&
		slices.Equal(a.Unknown, b.Unknown) && slices.Equal(a.Any, b.Any) && slices.Equal(a.Absent, b.Absent) && sameLayers(c.layers, o.layers)
}

func sameContext(a, b map[string][]string) bool {
	return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer() || maps.EqualFunc(a, b, slices.Equal[[]string])
}

// sameLayers reports whether the layers are the same but for the documents at
// which identity policies and bucket policy point.
func sameLayers(a, b *policy.Layers) bool {
	levels := func(a, b [][]*policy.Document) bool { return slices.EqualFunc(a, b, slices.Equal[[]*policy.Document]) }
	return (a.Identity == nil) == (b.Identity == nil) && slices.Equal(a.Identity, b.Identity) && a.Boundary == b.Boundary && a.Session == b.Session &&
		levels(a.SCPs, b.SCPs) && levels(a.RCPs, b.RCPs) && a.Endpoint == b.Endpoint && a.Bucket == b.Bucket &&
		a.RestrictPublicBuckets == b.RestrictPublicBuckets && a.Public == b.Public
}

// answers decides the claims, each with what its layers become. Claims that
// nothing in these tells apart are decided once.
func (j *job) answers(claims []*claim, become func(policy.Layers) policy.Layers) []policy.Answer {
	if len(claims) == 1 {
		return []policy.Answer{j.ask(claims[0], become(*claims[0].layers))}
	}
	type kin struct {
		class    int
		likeness string
	}
	out := make([]policy.Answer, len(claims))
	known := make(map[kin]int, 8) // where the answer is
	var layers policy.Layers
	class := -1
	for i, c := range claims {
		if c.class != class {
			layers, class = become(*c.layers), c.class
		}
		k := kin{class, layers.Likeness(c.action)}
		if at, ok := known[k]; ok {
			out[i] = out[at]
			continue
		}
		out[i], known[k] = j.ask(c, layers), i
	}
	return out
}

// allGranted reports whether all of the answers are.
func allGranted(answers []policy.Answer) bool {
	return !slices.ContainsFunc(answers, func(a policy.Answer) bool { return a.Kind != policy.Granted })
}

// askCost is the least price of a decision.
const askCost = 100

// ask decides the claim, within the budget. What cannot be asked is undecided.
func (j *job) ask(c *claim, layers policy.Layers) policy.Answer {
	j.world.budget.Spend(askCost)
	answer, err := j.engine.Decide(*c.question, layers)
	if err != nil {
		return policy.Answer{Kind: policy.Undecided, Reason: err.Error()}
	}
	return answer
}

// having are layers with the document in its place.
func (j *job) having(document *policy.Document) func(policy.Layers) policy.Layers {
	return func(layers policy.Layers) policy.Layers { return j.goal.put(layers, document) }
}

// onlyDenying are layers in which only the Denies of the document decide.
func (j *job) onlyDenying(document *policy.Document) func(policy.Layers) policy.Layers {
	return func(layers policy.Layers) policy.Layers { return j.goal.alone(layers, document) }
}
