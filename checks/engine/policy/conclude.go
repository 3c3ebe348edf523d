package policy

import "slices"

func (d *decision) blockedAnswer() Answer {
	return d.refused(&outcome{
		caller:  &caller{principal: d.asker.principal, arn: d.asker.arn},
		by:      d.public.by,
		path:    d.target.span.Prefix + d.anyKey(),
		lacking: requirement{layer: idPublicAccess},
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
	by := &DecidedBy{Layer: o.lacking.layer.name(), Effect: Implicit}
	if o.lacking.layer.hasLevels() {
		level := int(o.lacking.level)
		by.Level = &level
	}
	return by
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

// granted names the statements that grant the last caller judged with the open
// keys left open: of each layer one that plainly does so alone, or else all that
// allow some of it.
func (d *decision) granted() Answer {
	if d.tried {
		d.judge(&d.callers[0])
	}
	var room [usualRequirements]*rule
	granting := room[:0]
	for i := range d.requirements {
		granting = d.addGranting(granting, &d.requirements[i])
	}
	answer := Answer{Kind: Granted, DependsOn: []string{}}
	if len(granting) == 0 {
		return answer
	}
	numbers := make([]numbered, len(granting))
	answer.GrantedBy = make([]DecidedBy, len(granting))
	for i, r := range granting {
		answer.GrantedBy[i] = r.decidedIn(&numbers[i])
	}
	answer.DecidedBy = &answer.GrantedBy[0]
	return answer
}

// addGranting adds those rules that allow what the requirement demands.
func (d *decision) addGranting(granting []*rule, demand *requirement) []*rule {
	if r := demand.plainly; r != nil {
		if slices.Contains(granting, r) {
			return granting
		}
		return append(granting, r)
	}
	for i := range d.rules {
		r := &d.rules[i]
		if !r.statement.deny && both(r.status, demand.counts(r)) != no && d.locate(r) && !slices.Contains(granting, r) {
			granting = append(granting, r)
		}
	}
	return granting
}

func (d *decision) undecided(why causes) Answer {
	answer := Answer{Kind: Undecided, DependsOn: why.keys.names(d.env.slots), Reason: why.reason}
	if answer.Reason == "" {
		answer.Reason = "the policies cannot be evaluated for this request"
	}
	if why.by != nil {
		answer.DecidedBy = why.by.decidedBy()
	}
	return answer
}
