package policy

import "slices"

func (d *decision) blockedAnswer() Answer {
	return d.refused(&outcome{
		caller:  &caller{principal: d.asker.principal, arn: d.asker.arn},
		path:    d.target.span.Prefix + d.anyKey(),
		layer:   LayerPublicAccess,
		context: map[string][]string{},
	})
}

// anyKey completes the target's prefix to some member.
func (d *decision) anyKey() string {
	if d.target.span.NonEmpty {
		return "z"
	}
	return d.target.span.Suffix
}

func (d *decision) refused(out *outcome) Answer {
	return Answer{Kind: Refused, Witness: d.witness(out), DecidedBy: out.decidedBy(), DependsOn: []string{}}
}

func (o *outcome) decidedBy() *DecidedBy {
	if o.by != nil {
		return o.by.decidedBy()
	}
	return &DecidedBy{Layer: o.layer, Effect: Implicit}
}

// witness writes out the refused request. An unnamed principal of an account
// goes by the ARN that the request is taken to carry, or by the account's root.
func (d *decision) witness(out *outcome) *Witness {
	w := &Witness{
		Principal: out.caller.arn,
		Action:    d.question.Action,
		Resource:  d.target.head + out.path,
		Context:   out.context,
	}
	if d.asker.form != formAccount || !out.caller.unnamed {
		return w
	}
	for i := range d.env.slots {
		s := &d.env.slots[i]
		if values := out.context[s.name]; s.key == keyPrincipalArn && s.present && len(values) == 1 {
			w.Principal = values[0]
		}
	}
	return w
}

// granted names the statements that grant: of each layer one that plainly does
// so alone, or else all that allow some of it.
func (d *decision) granted() Answer {
	answer := Answer{Kind: Granted, DependsOn: []string{}}
	d.refresh(&d.callers[0])
	for _, r := range d.requirements {
		for _, by := range d.granting(r) {
			named := by.decidedBy()
			if !slices.ContainsFunc(answer.GrantedBy, named.same) {
				answer.GrantedBy = append(answer.GrantedBy, *named)
			}
		}
	}
	if len(answer.GrantedBy) > 0 {
		answer.DecidedBy = &answer.GrantedBy[0]
	}
	return answer
}

// same reports whether both name one statement.
func (b *DecidedBy) same(other DecidedBy) bool {
	return b.Layer == other.Layer && *b.Policy == *other.Policy && *b.Statement == *other.Statement
}

func (d *decision) granting(demand requirement) []*rule {
	if r := d.allowsPlainly(demand); r != nil {
		return []*rule{r}
	}
	var out []*rule
	for i := range d.rules {
		r := &d.rules[i]
		if !r.statement.deny && both(r.status, demand.counts(r)) != no && d.locate(r) {
			out = append(out, r)
		}
	}
	return out
}

func (d *decision) undecided(why causes) Answer {
	answer := Answer{Kind: Undecided, DependsOn: why.keys, Reason: why.reason}
	if answer.DependsOn == nil {
		answer.DependsOn = []string{}
	}
	slices.Sort(answer.DependsOn)
	if answer.Reason == "" {
		answer.Reason = "the policies cannot be evaluated for this request"
	}
	if why.by != nil {
		answer.DecidedBy = why.by.decidedBy()
	}
	return answer
}
