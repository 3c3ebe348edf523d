package policy_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// drawSearch leaves open up to three of the keys that the policy asks for, and
// draws who does not count.
func drawSearch(t testing.TB, r *rand.Rand) (policy.Search, policy.Layers) {
	t.Helper()
	s, l := policy.Search{Question: drawQuestion(r, true)}, policy.Layers{Bucket: drawDocument(t, r, policy.Resource, 5)}
	asked := map[string]bool{}
	for _, statement := range l.Bucket.Statements {
		for _, c := range statement.Conditions {
			if worldKeys[c.Key] != nil {
				asked[c.Key] = true
			}
		}
	}
	s.Any, s.Unknown = nil, slices.Sorted(maps.Keys(asked))
	s.Unknown = s.Unknown[:min(3, len(s.Unknown))]
	for _, key := range s.Unknown {
		delete(s.Context, key)
	}
	for _, key := range sortedKeys() {
		if s.UnknownByDefault && s.Context[key] == nil && !slices.Contains(s.Unknown, key) {
			s.Absent = append(s.Absent, key)
		}
	}
	if r.IntN(3) == 0 {
		s.Except = []string{pick(r, roleARN, userARN)}
	}
	return s, l
}

// askers are the principals that drawn policies tell apart within the
// search's, each as one caller.
func askers(s policy.Search) []caller {
	var arns []string
	const unnamed = "arn:aws:sts::111122223333:assumed-role/Indexer/zz"
	switch s.Principal {
	case control:
		for _, c := range membersOf(s.Question) {
			if c.arn != roleARN {
				arns = append(arns, c.arn)
			}
		}
		arns = append(arns, sessionARN, unnamed)
	case roleARN:
		arns = []string{sessionARN, unnamed}
	default:
		return slices.DeleteFunc(membersOf(s.Question), func(c caller) bool {
			return c.arn == ownerRoot && s.Action == "s3:PutBucketPolicy" // which is no grant
		})
	}
	var out []caller
	for _, arn := range arns {
		isRole := strings.Contains(arn, "/Indexer")
		if s.Principal == control && slices.ContainsFunc(s.Except, func(e string) bool { return e == arn || e == roleARN && isRole }) {
			continue
		}
		c := caller{arn: arn, context: map[string][]string{}}
		if s.UnknownByDefault {
			c.context["aws:PrincipalArn"] = []string{arn}
			if isRole {
				c.context["aws:PrincipalArn"] = []string{roleARN}
			}
			c.context["aws:PrincipalAccount"] = []string{strings.Split(arn, ":")[4]}
		}
		out = append(out, c)
	}
	return out
}

// best is the most that the single evaluator says of all samples.
func best(s policy.Search, l policy.Layers, resources []string) policy.SingleAnswer {
	out := policy.SingleDenied
	for _, c := range askers(s) {
		for _, context := range contexts(s.Context, s.Unknown) {
			full := maps.Clone(context)
			maps.Copy(full, c.context)
			for _, resource := range resources {
				out = min(out, replay(s.Question, l, c.arn, resource, full))
			}
		}
	}
	return out
}

// checkSearch holds a search against the single evaluator over samples. It
// reports whether the outcome is as definite as it could be.
func checkSearch(t *testing.T, s policy.Search, l policy.Layers) (kind policy.Existence, tight bool) {
	t.Helper()
	found := mustSearch(t, s, l)
	if strings.Contains(found.Reason, "disagree") {
		t.Fatalf("%s\nfound %s", describeCase(t, s.Question, l), asJSON(t, found))
	}
	if found.Kind == policy.Exists {
		checkGranted(t, s, l, found)
		return found.Kind, true
	}
	most := best(s, l, sampleResources(s.Question))
	if found.Kind == policy.NoneExists && most != policy.SingleDenied {
		t.Fatalf("%s\nexcept %v, found %s, but a sample is %s", describeCase(t, s.Question, l), s.Except, asJSON(t, found), most)
	}
	return found.Kind, found.Kind == policy.NoneExists || most == policy.SingleUndetermined
}

// checkGranted replays the witness and makes sure that the search is about it.
func checkGranted(t *testing.T, s policy.Search, l policy.Layers, found policy.Found) {
	t.Helper()
	w := found.Witness
	full := maps.Clone(s.Context)
	principal, carried := w.Principal, w.Principal
	if principal == roleARN || principal == sessionARN {
		carried = roleARN
	}
	if principal == roleARN {
		principal = "arn:aws:sts::111122223333:assumed-role/Indexer/zz"
	}
	if s.UnknownByDefault && principal != "*" {
		full["aws:PrincipalArn"] = []string{carried}
		full["aws:PrincipalAccount"] = []string{strings.Split(principal, ":")[4]}
	}
	maps.Copy(full, w.Context)
	if got := replay(s.Question, l, principal, w.Resource, full); got != policy.SingleAllowed {
		t.Fatalf("%s\nfound %s\nwitness is %s", describeCase(t, s.Question, l), asJSON(t, found), got)
	}
	for key := range w.Context {
		if !slices.Contains(s.Unknown, key) && key != "aws:PrincipalArn" {
			t.Fatalf("%s\nfound %s, which sets %s", describeCase(t, s.Question, l), asJSON(t, found), key)
		}
	}
	if slices.Contains(s.Except, carried) && s.Principal == control {
		t.Fatalf("%s\nfound %s, which does not count", describeCase(t, s.Question, l), asJSON(t, found))
	}
	if by := l.Bucket.Statements[*found.GrantedBy.Statement]; by.Effect != policy.Allow {
		t.Fatalf("%s\nfound %s, granted by no Allow", describeCase(t, s.Question, l), asJSON(t, found))
	}
}

func drawAndSearch(t *testing.T, seed uint64) (policy.Existence, bool) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 11))
	s, l := drawSearch(t, r)
	return checkSearch(t, s, l)
}

func TestSomeAgainstSingleEvaluator(t *testing.T) {
	t.Parallel()
	const cases = 400
	kinds, loose := map[policy.Existence]int{}, 0
	for seed := range uint64(cases) {
		kind, tight := drawAndSearch(t, seed)
		kinds[kind]++
		if !tight {
			loose++
		}
	}
	t.Logf("%v, %d looser than the samples demand", kinds, loose)
	for _, kind := range []policy.Existence{policy.Exists, policy.NoneExists, policy.Untold} {
		if kinds[kind] == 0 {
			t.Errorf("no drawn case is %s", kind)
		}
	}
	if loose > cases/40 {
		t.Errorf("%d of %d outcomes are looser than the samples demand", loose, cases)
	}
}

func FuzzSomeAgainstSingleEvaluator(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { drawAndSearch(t, seed) })
}
