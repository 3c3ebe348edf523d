package policy

import (
	"maps"
	"strings"
)

// Explain explains an answer that [Decide] gave to the question: by its witness,
// which the single evaluator judges, or a grant by what grants it. The witness of
// a conditional answer is judged with the values it shows of the unknown keys. An
// undecided answer has no layers to show, but its reason.
func Explain(q Question, layers Layers, a Answer) Explanation {
	p := layers.single()
	switch {
	case a.Witness != nil:
		return ExplainSingle(q.single(a.Witness), p)
	case a.Kind == Granted:
		return explainGrant(p, a.GrantedBy)
	default:
		return Explanation{Verdict: SingleUndetermined.String(), Reason: a.Reason, Layers: []LayerOutcome{}}
	}
}

// explainGrant shows in each place the statements that grant.
func explainGrant(p SinglePolicies, by []DecidedBy) Explanation {
	e := Explanation{Verdict: SingleAllowed.String(), Layers: []LayerOutcome{}}
	for _, place := range p.places() {
		out := place.outcome()
		for _, statement := range by {
			if place.layer == statement.Layer && place.level == statement.level() && statement.Statement != nil {
				out.Statements = append(out.Statements, statement.outcome())
			}
		}
		switch {
		case out.Says != "":
		case len(out.Statements) > 0:
			out.Says = SaysAllow
		case place.layer == LayerRCP:
			out.Says = SaysNoLimit
		default:
			out.Says = SaysNotNeeded
		}
		e.Layers = append(e.Layers, out)
	}
	e.Layers = append(e.Layers, LayerOutcome{Layer: LayerPublicAccess, Says: SaysNoLimit})
	return e
}

func (d DecidedBy) level() int {
	if d.Level == nil {
		return -1
	}
	return *d.Level
}

func (d DecidedBy) outcome() StatementOutcome {
	out := StatementOutcome{Statement: *d.Statement, Sid: d.Sid, Effect: d.Effect}
	if d.Policy != nil {
		out.Policy = *d.Policy
	}
	return out
}

// single hands the layers to the single evaluator.
func (l *Layers) single() SinglePolicies {
	return SinglePolicies{
		Identity: l.Identity, AskIdentity: l.Identity != nil, Boundary: l.Boundary, Session: l.Session,
		SCPs: l.SCPs, RCPs: l.RCPs, Endpoint: l.Endpoint, Bucket: l.Bucket,
		RestrictPublicBuckets: l.RestrictPublicBuckets, Public: l.Public,
	}
}

// single is the witness as one request, with what the question has settled.
func (q *Question) single(w *Witness) SingleRequest {
	context := maps.Clone(q.Context)
	if context == nil {
		context = map[string][]string{}
	}
	if w.Principal != "*" && (q.derives(keyPrincipalArn) || q.derives(keyPrincipalAccount)) {
		q.supply(context, principalArn, roleOf(w.Principal))
		q.supply(context, principalAccount, strings.SplitN(w.Principal, ":", 6)[4])
	}
	maps.Copy(context, w.Context)
	return SingleRequest{
		Principal: w.Principal, Action: q.Action, Resource: w.Resource, ResourceAccount: q.BucketAccount, Context: context,
	}
}
