package policy_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// The decision procedure is held against brute force: the single evaluator asked
// about every short key, every caller and every value of the small world.

func sortedKeys() []string { return slices.Sorted(maps.Keys(worldKeys)) }

// sampleKeys are object keys long enough to tell drawn patterns apart.
func sampleKeys(keys policy.Keys) []string {
	if keys.Exact != "" {
		return []string{keys.Exact}
	}
	var out []string
	for _, text := range []string{"${aws:username}", "${aws:username, 'b'}", "a${*}", "a*", "*", "${*}"} { // which are text in policies of the old version
		out = append(out, keys.Prefix+text+keys.Suffix)
	}
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

// contexts lists base with every combination of the listed keys that a request
// can carry.
func contexts(base map[string][]string, keys []string) []map[string][]string {
	out := []map[string][]string{base}
	for _, key := range keys {
		var next []map[string][]string
		for _, c := range out {
			if !policy.AlwaysCarried(key) || worldKeys[key] == nil {
				next = append(next, c)
			}
			for _, value := range worldKeys[key] {
				if excluded(c, key) {
					break
				}
				with := maps.Clone(c)
				with[key] = []string{value}
				next = append(next, with)
			}
		}
		out = next
	}
	return out
}

// excluded reports whether no request carries the key beside what the context has.
func excluded(context map[string][]string, key string) bool {
	for other, values := range context {
		if len(values) > 0 && policy.Excludes(key, other) {
			return true
		}
	}
	return false
}

func replay(q policy.Question, l policy.Layers, principal, resource string, context map[string][]string) policy.SingleAnswer {
	return policy.EvaluateSingle(policy.SingleRequest{
		Principal: principal, Action: q.Action, Resource: resource, ResourceAccount: q.BucketAccount, Context: context,
	}, policy.SinglePolicies{
		Identity: l.Identity, AskIdentity: l.Identity != nil, Boundary: l.Boundary, Session: l.Session,
		SCPs: l.SCPs, RCPs: l.RCPs, Endpoint: l.Endpoint, Bucket: l.Bucket,
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
		arns = []string{"arn:aws:iam::111122223333:role/zz", "arn:aws:iam::111122223333:user/az", "arn:aws:iam::111122223333:user/zz", roleARN, userARN, federatedARN, linked, "arn:aws:iam::111122223333:root"}
	case data:
		arns = []string{"arn:aws:iam::444455556666:role/zz", "arn:aws:iam::444455556666:user/az", "arn:aws:iam::444455556666:user/zz", localARN, ownerRoot}
	}
	var out []caller
	for _, arn := range arns {
		out = append(out, caller{arn: arn, context: carriedBy(q, arn)})
	}
	return out
}

// carriedBy is what a principal's requests carry of it, if the question leaves
// that open.
func carriedBy(q policy.Question, arn string) map[string][]string {
	out := map[string][]string{}
	if arn == "*" {
		return out
	}
	role := strings.NewReplacer(sessionARN, roleARN, linkedRun, linked).Replace(arn)
	for key, value := range map[string]string{"aws:PrincipalArn": role, "aws:PrincipalAccount": strings.Split(arn, ":")[4]} {
		if q.UnknownByDefault || slices.Contains(q.Unknown, key) || slices.Contains(q.Any, key) {
			out[key] = []string{value}
		}
	}
	return out
}

// asked leaves out the keys that no policy mentions.
func asked(t testing.TB, l policy.Layers, keys []string) []string {
	t.Helper()
	text := strings.ToLower(asJSON(t, l))
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return !strings.Contains(text, strings.ToLower(key)) })
}

// verdict is what the single evaluator says of all samples with the unknown
// keys fixed: denied if it denies one, allowed if it allows all.
func verdict(q policy.Question, l policy.Layers, context map[string][]string, resources []string) policy.SingleAnswer {
	worst := policy.SingleAllowed
	for _, full := range contexts(context, q.Any) {
		for _, c := range membersOf(q) {
			with := maps.Clone(full)
			maps.Copy(with, c.context)
			for _, resource := range resources {
				worst = max(worst, replay(q, l, c.arn, resource, with))
				if worst == policy.SingleDenied {
					return worst
				}
			}
		}
	}
	return worst
}

// brute is what was found out about one problem.
type brute struct {
	answer policy.Answer
	// loose answers are right, but less definite than the samples allow.
	loose bool
	// tabled answers are conditional with a complete table.
	tabled bool
	// failure says what is wrong with the answer.
	failure string
}

// bruteForce holds the answer to a problem against all samples.
func bruteForce(t testing.TB, q policy.Question, l policy.Layers) brute {
	t.Helper()
	answer, err := policy.Decide(q, l)
	if err != nil {
		return brute{failure: err.Error()}
	}
	b := brute{answer: answer, tabled: len(answer.When) > 0}
	if strings.Contains(answer.Reason, "disagree") {
		b.failure = "the evaluators disagree on the witness"
		return b
	}
	if b.failure = checkWitness(q, l, answer.Witness); b.failure != "" {
		return b
	}
	q.Unknown, q.Any = asked(t, l, q.Unknown), asked(t, l, q.Any)
	b.compare(t, q, l)
	return b
}

// compare tries all values of the unknown keys.
func (b *brute) compare(t testing.TB, q policy.Question, l policy.Layers) {
	t.Helper()
	resources := sampleResources(q)
	if b.answer.Witness != nil {
		resources = append([]string{b.answer.Witness.Resource}, resources...)
	}
	count, byDependence := map[policy.SingleAnswer]int{}, map[string]policy.SingleAnswer{}
	for _, context := range contexts(q.Context, q.Unknown) {
		is := verdict(q, l, context, resources)
		count[is]++
		if b.failure = checkRow(t, q, b.answer, context, is); b.failure != "" {
			return
		}
		if b.answer.Kind != policy.Conditional || is == policy.SingleUndetermined {
			continue
		}
		values := ""
		for _, key := range b.answer.DependsOn {
			values += fmt.Sprintf("%s=%q ", key, context[key])
		}
		if was, seen := byDependence[values]; seen && was != is {
			b.failure = "the answer depends on more keys than it names: " + values + "gives both"
			return
		}
		byDependence[values] = is
	}
	allowed, denied, vague := count[policy.SingleAllowed], count[policy.SingleDenied], count[policy.SingleUndetermined]
	found := fmt.Sprintf(", but %d values of the unknown keys are allowed, %d denied, %d undetermined", allowed, denied, vague)
	switch b.answer.Kind {
	case policy.Granted:
		if denied+vague > 0 {
			b.failure = "granted" + found
		}
	case policy.Refused:
		if allowed+vague > 0 {
			b.failure = "refused" + found
		}
	case policy.Conditional:
		b.loose = allowed == 0 || denied == 0
	case policy.Undecided:
		b.loose = vague == 0
	}
}

// checkWitness replays a witness. No shorter key may be refused to its caller.
func checkWitness(q policy.Question, l policy.Layers, w *policy.Witness) string {
	if w == nil {
		return ""
	}
	full := maps.Clone(q.Context)
	maps.Copy(full, carriedBy(q, w.Principal))
	maps.Copy(full, w.Context)
	if got := replay(q, l, w.Principal, w.Resource, full); got != policy.SingleDenied {
		return fmt.Sprintf("the witness is %s", got)
	}
	for _, resource := range sampleResources(q) {
		if len(resource) < len(w.Resource) && replay(q, l, w.Principal, resource, full) == policy.SingleDenied {
			return fmt.Sprintf("%s is refused and shorter than the witness", resource)
		}
	}
	return ""
}

// drawProblem draws a question and the policies that it meets.
func drawProblem(t testing.TB, seed uint64) (policy.Question, policy.Layers) {
	t.Helper()
	r := randomBy(seed, 7)
	q, l := drawQuestion(r, true), drawLayers(t, r)
	if q.Principal == "*" {
		l.Identity, l.Boundary, l.Session, l.SCPs = nil, nil, nil, nil
	}
	leaveOpen(r, &q, l)
	return q, l
}
