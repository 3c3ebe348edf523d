package policy

// statement holds every element of a statement against the request.
func (e *explaining) statement(source *singleSource, i int) StatementOutcome {
	d, s := source.document, &source.document.Statements[i]
	out := StatementOutcome{Policy: source.policy, Statement: i, Sid: s.Sid, Effect: s.Effect}
	if d.namesPrincipals() {
		out.Elements = append(out.Elements, e.principal(source, i))
	}
	action := ElementOutcome{Element: "action", Wanted: s.Actions, Given: []string{e.request.Action}}
	if s.NotActions != nil {
		action.Element, action.Wanted = "not_action", s.NotActions
	}
	action.Matches = e.run.matchAction(s).String()
	out.Elements = append(out.Elements, action, e.resource(d, s))
	for _, c := range s.Conditions {
		out.Elements = append(out.Elements, e.condition(c, d.Version))
	}
	return out
}

func (e *explaining) principal(source *singleSource, i int) ElementOutcome {
	s := &source.document.Statements[i]
	names := e.run.reaches(source, i, e.caller)
	out := ElementOutcome{Element: "principal", Given: []string{e.request.Principal}, Matches: names.any().String()}
	listed := s.Principals
	if s.NotPrincipals != nil {
		out.Element, listed = "not_principal", s.NotPrincipals
	}
	for _, p := range listed {
		out.Wanted = append(out.Wanted, p.spelling())
	}
	if s.Effect == Allow && names.any() == names.account && names.account != singleNo && e.caller.account == e.run.owner {
		out.Note = "naming the account grants nothing within it"
	}
	return out
}

// spelling tells ARNs and accounts from principals of other kinds.
func (p Principal) spelling() string {
	if p.Kind == "AWS" || p.Kind == "*" {
		return p.Value
	}
	return p.Kind + ":" + p.Value
}

func (e *explaining) resource(d *Document, s *Statement) ElementOutcome {
	matches, odd := e.run.matchResource(d, s)
	out := ElementOutcome{Element: "resource", Wanted: s.Resources, Given: []string{e.request.Resource}, Matches: matches.String()}
	if s.NotResources != nil {
		out.Element, out.Wanted = "not_resource", s.NotResources
	}
	if odd {
		out.Note = "unusual ARN: it has fewer than six parts"
	}
	return out
}

func (e *explaining) condition(c Condition, version string) ElementOutcome {
	given := e.run.context.values(c.Key)
	if given == nil {
		given = []string{}
	}
	return ElementOutcome{
		Element: "condition", Operator: c.Operator, Key: c.Key, Wanted: c.Values, Given: given,
		Matches: e.run.context.holds(c, version).String(),
	}
}

// nearest is the Allow about the action that fails in the fewest elements, nil
// if no Allow is about it.
func (e *explaining) nearest(place singlePlace) (best *StatementOutcome) {
	fewest := 0
	for k := range e.run.sources {
		source := &e.run.sources[k]
		if !place.holds(source) {
			continue
		}
		for i := range source.document.Statements {
			s := &source.document.Statements[i]
			if s.Effect == Deny || e.run.matchAction(s) == singleNo {
				continue
			}
			one := e.statement(source, i)
			if failed := one.failed(); best == nil || failed < fewest {
				best, fewest = &one, failed
			}
		}
	}
	return best
}

func (s *StatementOutcome) failed() (count int) {
	for _, element := range s.Elements {
		if element.Matches == singleNo.String() {
			count++
		}
	}
	return count
}
