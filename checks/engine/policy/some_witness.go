package policy

import "maps"

// granted makes a witness of the resource and the keys as they are, and has
// the single evaluator replay it. Without its consent it is none.
func (h *hunt) granted(c *caller, path string) Found {
	h.env.adopt(c)
	w := h.request(c, path)
	h.env.restore()
	answer := h.allowedSingly(c, w)
	if answer == SingleAllowed {
		return Found{Kind: Exists, Witness: w, GrantedBy: h.allow.decidedBy(), Unnamed: c.unnamed && c.form == formAccount}
	}
	if answer == SingleDenied {
		h.maybe = h.allow
		h.why.addReason(h.allow, disagreement)
	}
	return Found{}
}

// request writes a request of the caller out. One that nothing names goes by
// the ARN that it is taken to carry, or else by a name that no policy has.
func (h *hunt) request(c *caller, path string) *Witness {
	w := &Witness{Principal: c.arn, Action: h.question.Action, Resource: h.target.head + path, Context: h.env.assigned()}
	if !c.unnamed || c.form != formAccount {
		return w
	}
	w.Principal = FreshRole(c.partition, c.account, h.layers.Bucket)
	for i := range h.env.slots {
		if s := &h.env.slots[i]; s.key == keyPrincipalArn && s.present && s.current.state == known {
			w.Principal = s.current.values[0]
		}
	}
	return w
}

// allowedSingly replays the witness.
func (h *hunt) allowedSingly(c *caller, w *Witness) SingleAnswer {
	context := maps.Clone(h.question.Context)
	if context == nil {
		context = map[string][]string{}
	}
	principal := w.Principal
	if w.Principal != "*" {
		h.question.supply(context, principalArn, roleOf(principal))
		h.question.supply(context, principalAccount, c.account)
	}
	if c.form == formRole {
		// A session that nobody named: the single evaluator would try all of them.
		principal = "arn:" + c.partition + ":sts::" + c.account + ":assumed-role/" + c.roleName() + "/" + singleFreshName(h.layers.Bucket)
	}
	maps.Copy(context, w.Context)
	return EvaluateSingle(SingleRequest{
		Principal: principal, Action: h.question.Action, Resource: w.Resource, ResourceAccount: h.question.BucketAccount, Context: context,
	}, SinglePolicies{
		RCPs: h.layers.RCPs, Bucket: h.layers.Bucket, RestrictPublicBuckets: h.layers.RestrictPublicBuckets, Public: h.layers.Public,
	}).Answer
}
