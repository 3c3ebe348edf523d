package policy_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

func sortedKeys() []string { return slices.Sorted(maps.Keys(worldKeys)) }

// sampleKeys are object keys long enough to tell drawn patterns apart.
func sampleKeys(keys policy.Keys) []string {
	if keys.Exact != "" {
		return []string{keys.Exact}
	}
	var out []string
	level := []string{""}
	for range 4 {
		var next []string
		for _, x := range level {
			if key := keys.Prefix + x + keys.Suffix; key != "" {
				out = append(out, key)
			}
			for _, c := range []string{"a", "b", "z"} {
				next = append(next, x+c)
			}
		}
		level = next
	}
	return out
}

func sampleResources(q policy.Question) []string {
	if level, _ := policy.ActionLevel(q.Action); level == policy.BucketLevel {
		return []string{"arn:aws:s3:::" + q.Bucket}
	}
	var out []string
	for _, key := range sampleKeys(q.Keys) {
		out = append(out, "arn:aws:s3:::"+q.Bucket+"/"+key)
	}
	return out
}

// contexts lists base with every combination of the listed keys.
func contexts(base map[string][]string, keys []string) []map[string][]string {
	out := []map[string][]string{base}
	for _, key := range keys {
		var next []map[string][]string
		for _, c := range out {
			next = append(next, c)
			for _, value := range worldKeys[key] {
				with := maps.Clone(c)
				with[key] = []string{value}
				next = append(next, with)
			}
		}
		out = next
	}
	return out
}

func replay(q policy.Question, l policy.Layers, principal, resource string, context map[string][]string) policy.SingleAnswer {
	return policy.EvaluateSingle(policy.SingleRequest{
		Principal: principal, Action: q.Action, Resource: resource, ResourceAccount: q.BucketAccount, Context: context,
	}, policy.SinglePolicies{
		Identity: l.Identity, AskIdentity: l.Identity != nil, Boundary: l.Boundary, Bucket: l.Bucket,
		RestrictPublicBuckets: l.RestrictPublicBuckets, Public: l.Public,
	}).Answer
}

// caller is a principal and what its requests carry.
type caller struct {
	arn     string
	context map[string][]string
}

// membersOf lists the principals that drawn policies tell apart within the
// question's.
func membersOf(q policy.Question) []caller {
	arns := []string{q.Principal}
	switch q.Principal {
	case control:
		arns = []string{"arn:aws:iam::111122223333:role/zz", "arn:aws:iam::111122223333:user/az", "arn:aws:iam::111122223333:user/zz", roleARN, userARN}
	case data:
		arns = []string{"arn:aws:iam::444455556666:role/zz", "arn:aws:iam::444455556666:user/az", "arn:aws:iam::444455556666:user/zz", localARN}
	}
	var out []caller
	for _, arn := range arns {
		c := caller{arn: arn, context: map[string][]string{}}
		if q.UnknownByDefault && arn != "*" {
			c.context["aws:PrincipalArn"] = []string{strings.Replace(arn, sessionARN, roleARN, 1)}
			c.context["aws:PrincipalAccount"] = []string{strings.Split(arn, ":")[4]}
		}
		out = append(out, c)
	}
	return out
}

// verdict is what the single evaluator says of all samples with the unknown
// keys fixed: denied if it denies one, allowed if it allows all.
func verdict(q policy.Question, l policy.Layers, context map[string][]string, resources []string) policy.SingleAnswer {
	worst := policy.SingleAllowed
	for _, full := range contexts(maps.Clone(context), q.Any) {
		for _, resource := range resources {
			for _, c := range membersOf(q) {
				maps.Copy(full, c.context)
				worst = max(worst, replay(q, l, c.arn, resource, full))
			}
			if worst == policy.SingleDenied {
				return worst
			}
		}
	}
	return worst
}

// checkAgainstSingle holds an answer against the single evaluator. It reports
// whether the answer is as exact as it could be.
func checkAgainstSingle(t *testing.T, q policy.Question, l policy.Layers) bool {
	t.Helper()
	answer := mustDecide(t, q, l)
	if strings.Contains(answer.Reason, "disagree") {
		t.Fatalf("%s\nanswer %s", describeCase(t, q, l), asJSON(t, answer))
	}
	count := map[policy.SingleAnswer]int{}
	resources := sampleResources(q)
	if answer.Witness != nil {
		resources = append(resources, answer.Witness.Resource)
	}
	for _, context := range contexts(q.Context, q.Unknown) {
		count[verdict(q, l, context, resources)]++
	}
	allowed, denied, vague := count[policy.SingleAllowed], count[policy.SingleDenied], count[policy.SingleUndetermined]
	if w := answer.Witness; w != nil {
		full := maps.Clone(q.Context)
		if q.UnknownByDefault && q.Principal != "*" {
			full["aws:PrincipalArn"] = []string{strings.Replace(w.Principal, sessionARN, roleARN, 1)}
			full["aws:PrincipalAccount"] = []string{strings.Split(w.Principal, ":")[4]}
		}
		maps.Copy(full, w.Context)
		if got := replay(q, l, w.Principal, w.Resource, full); got != policy.SingleDenied {
			t.Fatalf("%s\nanswer %s\nwitness is %s", describeCase(t, q, l), asJSON(t, answer), got)
		}
	}
	switch answer.Kind {
	case policy.Granted:
		if denied+vague > 0 {
			t.Fatalf("%s\nanswer %s, but %d denied, %d undetermined", describeCase(t, q, l), asJSON(t, answer), denied, vague)
		}
	case policy.Refused:
		if answer.Witness == nil || allowed > 0 {
			t.Fatalf("%s\nanswer %s, but %d allowed", describeCase(t, q, l), asJSON(t, answer), allowed)
		}
	case policy.Conditional:
		return allowed > 0 && denied > 0
	case policy.Undecided:
		return vague > 0
	}
	return true
}

func drawAndCheck(t *testing.T, seed uint64) (kind policy.AnswerKind, tight bool) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	q, l := drawQuestion(r, true), drawLayers(t, r)
	if q.Principal == "*" {
		l.Identity, l.Boundary = nil, nil
	}
	leaveOpen(r, &q, l)
	tight = checkAgainstSingle(t, q, l)
	return mustDecide(t, q, l).Kind, tight
}

func TestDecideAgainstSingleEvaluator(t *testing.T) {
	t.Parallel()
	const cases = 200
	kinds, loose := map[policy.AnswerKind]int{}, 0
	for seed := range uint64(cases) {
		kind, tight := drawAndCheck(t, seed)
		kinds[kind]++
		if !tight {
			loose++
		}
	}
	t.Logf("%v, %d looser than the samples demand", kinds, loose)
	for _, kind := range []policy.AnswerKind{policy.Granted, policy.Refused, policy.Conditional} {
		if kinds[kind] == 0 {
			t.Errorf("no drawn case is %s", kind)
		}
	}
	if loose > cases/40 {
		t.Errorf("%d of %d answers are looser than the samples demand", loose, cases)
	}
}

func FuzzDecideAgainstSingleEvaluator(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { drawAndCheck(t, seed) })
}
