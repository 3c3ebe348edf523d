package repair

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// check decides every requirement anew and makes sure that nobody gets more.
func (j *job) check(before, after *draft) error {
	for i, answer := range j.answers(j.claims, j.having(after.document)) {
		if answer.Kind != policy.Granted {
			return j.unsettled(j.claims[i], answer, after)
		}
	}
	if size := after.size(); size > j.goal.limit() {
		return &SizeError{Size: size, Limit: j.goal.limit()}
	}
	if morePublic(before, after) || !j.prove(before, after) || j.goal.Layer == policy.LayerBucketPolicy && !j.probes(before, after) {
		return impossible("the change that would grant %s could not be proved to grant nobody else more", people(j.wanting))
	}
	return nil
}

// morePublic reports whether a statement is public now that was not before.
func morePublic(before, after *draft) bool {
	was, maybe := before.document.Public()
	now, _ := after.document.Public()
	return slices.ContainsFunc(now, func(i int) bool {
		return !slices.Contains(was, after.origins[i]) && !slices.Contains(maybe, after.origins[i])
	})
}
