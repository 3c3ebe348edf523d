package repair

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// delta is what differs between two drafts. A request that is allowed only now
// is granted by an Allow that is new or changed, or was denied by a Deny that
// was changed and does not deny it any more: all else says what it did.
type delta struct {
	allows   *policy.Document // now; nil if none
	was, now *policy.Document // the Denies, all else being allowed; nil if none was changed
	layers   []policy.Layers  // with all that was changed
}

func newDelta(before, after *draft) *delta {
	d := &delta{}
	gone, was := before.unlike(after)
	allows, now := after.unlike(before)
	if len(allows) > 0 {
		d.allows = after.document.Arrange(nil, allows...)
	}
	if len(was) > 0 {
		d.was, d.now = denying(before.document, was...), denying(after.document, now...)
	}
	d.layers = []policy.Layers{
		{Bucket: before.document.Arrange(nil, slices.Concat(gone, was)...)},
		{Bucket: after.document.Arrange(nil, slices.Concat(allows, now)...)},
	}
	return d
}

// unlike lists the statements that do not stand in the other draft.
func (d *draft) unlike(other *draft) (allows, denies []int) {
	for i, v := range d.statements {
		switch {
		case slices.Contains(other.statements, v):
		case d.statement(i).Effect == policy.Allow:
			allows = append(allows, i)
		default:
			denies = append(denies, i)
		}
	}
	return allows, denies
}

// likeness tells actions apart that the changed statements tell apart.
func (d *delta) likeness(action string) [2]string {
	return [2]string{d.layers[0].Likeness(action), d.layers[1].Likeness(action)}
}

// names reports whether some changed statement names the action, before or
// after the change.
func (d *delta) names(action string) bool {
	return slices.ContainsFunc(d.layers, func(l policy.Layers) bool {
		return slices.ContainsFunc(l.Bucket.Statements, func(s policy.Statement) bool { return namesAction(&s, action) })
	})
}

// concerns reports false only if the change makes no difference to the request
// by which it could have become allowed.
func (d *delta) concerns(p probe) bool {
	allowed := func(document *policy.Document) bool {
		return policy.EvaluateSingle(p.SingleRequest, policy.SinglePolicies{Bucket: document}).Answer == policy.SingleAllowed
	}
	return d.allows != nil && allowed(d.allows) || d.was != nil && !allowed(d.was) && allowed(d.now)
}
