package policy

import (
	"maps"
	"strings"
)

// disagreement is the reason where the two evaluators differ. It is a defect
// of one of them, and nobody should have to trust the other.
const disagreement = "two evaluations of the same request disagree, which is a defect of the auditor: please report it with the policies"

// confirm replays the witness of a refusal by the single evaluator, which
// shares no code with the decision, and takes back what it does not confirm.
func (q *Question) confirm(answer Answer, layers *Layers) Answer {
	if answer.Kind != Refused || q.replay(answer.Witness, layers) == SingleDenied {
		return answer
	}
	return Answer{Kind: Undecided, DependsOn: []string{}, Reason: disagreement}
}

func (q *Question) replay(w *Witness, layers *Layers) SingleAnswer {
	context := maps.Clone(q.Context)
	if context == nil {
		context = map[string][]string{}
	}
	if q.UnknownByDefault && w.Principal != "*" {
		q.supply(context, "aws:PrincipalArn", roleOf(w.Principal))
		q.supply(context, "aws:PrincipalAccount", strings.SplitN(w.Principal, ":", 6)[4])
	}
	maps.Copy(context, w.Context)
	return EvaluateSingle(SingleRequest{
		Principal: w.Principal, Action: q.Action, Resource: w.Resource, ResourceAccount: q.BucketAccount, Context: context,
	}, SinglePolicies{
		Identity: layers.Identity, AskIdentity: layers.Identity != nil, Boundary: layers.Boundary, Session: layers.Session,
		SCPs: layers.SCPs, RCPs: layers.RCPs, Endpoint: layers.Endpoint, Bucket: layers.Bucket,
		RestrictPublicBuckets: layers.RestrictPublicBuckets, Public: layers.Public,
	}).Answer
}

// supply adds a derived key unless the question has it, in whatever spelling.
func (q *Question) supply(context map[string][]string, key, value string) {
	if _, given := q.contextValue(key, normalKey(key)); !given {
		context[key] = []string{value}
	}
}

// roleOf is the value of aws:PrincipalArn for a principal: of a session, the
// ARN of its role, path left out ("AWS global condition context keys").
func roleOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || !strings.HasPrefix(parts[5], "assumed-role/") {
		return arn
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(parts[5], "assumed-role/"), "/")
	return "arn:" + parts[1] + ":iam::" + parts[4] + ":role/" + name
}
