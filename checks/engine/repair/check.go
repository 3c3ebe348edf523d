package repair

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// check makes sure that every requirement is granted and that nobody gets more.
func (j *job) check(before, after *draft) error {
	delta := newDelta(before, after)
	open := j.touched(delta)
	for i, answer := range j.answers(open, j.having(after.document)) {
		if answer.Kind != policy.Granted {
			return j.unsettled(open[i], answer, after)
		}
	}
	if size := after.size(); size > j.goal.limit() {
		return &SizeError{Size: size, Limit: j.goal.limit()}
	}
	if morePublic(before, after) || !j.prove(before, after) || j.goal.Layer == policy.LayerBucketPolicy && !j.probes(before, after, delta) {
		return impossible("the change that would grant %s could not be proved to grant nobody else more", people(j.wanting))
	}
	return nil
}

// touched are the claims on which the change may bear: to decide the others
// anew would be to ask the same statements the same again.
func (j *job) touched(delta *delta) []*claim {
	return slices.DeleteFunc(slices.Clone(j.claims), func(c *claim) bool {
		byPublic := c.layers.RestrictPublicBuckets && c.layers.Public == policy.PublicUnstated
		return c.answer.Kind == policy.Granted && !byPublic && !delta.names(c.action)
	})
}

// morePublic reports whether a statement is public now that was not before.
func morePublic(before, after *draft) bool {
	was, maybe := before.document.Public()
	now, _ := after.document.Public()
	return slices.ContainsFunc(now, func(i int) bool {
		return !slices.Contains(was, after.origins[i]) && !slices.Contains(maybe, after.origins[i])
	})
}
