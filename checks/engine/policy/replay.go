package policy

import "strings"

// disagreement is the reason where the two evaluators differ. It is a defect
// of one of them, and nobody should have to trust the other.
const disagreement = "two evaluations of the same request disagree, which is a defect of the auditor: please report it with the policies"

// confirm replays the witness by the single evaluator, which shares no code with
// the decision, and takes back what it does not confirm.
func (q *Question) confirm(answer Answer, layers *Layers) Answer {
	if answer.Witness == nil || q.replay(answer.Witness, layers) == SingleDenied {
		return answer
	}
	return Answer{Kind: Undecided, DependsOn: []string{}, Reason: disagreement}
}

func (q *Question) replay(w *Witness, layers *Layers) SingleAnswer {
	return EvaluateSingle(q.single(w), layers.single()).Answer
}

// shortened asks once more, for the witness's caller and just what its request
// carries: something shorter may be refused to that, where an Allow counts for
// others only, or a Deny for requests without a key that was left open.
func (d *Decider) shortened(answer Answer, layers *Layers) Answer {
	q, w := d.decision.asked, answer.Witness
	if target := &d.decision.target; target.one || len(w.Resource) <= len(target.head)+target.least() {
		return answer
	}
	one := Question{
		Principal: w.Principal, PrincipalAccount: q.PrincipalAccount, Action: q.Action, Context: q.single(w).Context,
		Bucket: q.Bucket, BucketAccount: q.BucketAccount, Partition: q.Partition, Keys: q.Keys,
	}
	again, err := d.decideOnce(&one, layers)
	if err != nil || again.Kind != Refused || len(again.Witness.Resource) >= len(w.Resource) {
		return answer
	}
	again.Witness.Context = w.Context
	if q.replay(again.Witness, layers) != SingleDenied {
		return answer
	}
	answer.Witness, answer.DecidedBy = again.Witness, again.DecidedBy
	return answer
}

// supply adds a key that follows from the principal, if the question leaves it
// to follow and does not state it, in whatever spelling.
func (q *Question) supply(context map[string][]string, key, value string) {
	if _, given := q.contextValue(key, normalKey(key)); !given && q.derives(normalKey(key)) {
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
