package selector

// A situation is an event without its key.
type situation struct {
	event Event
	// whole: the event is of the bucket, not of a key.
	whole bool
	// assumed: it is not known that S3 sends such events, only that nothing rules
	// them out. Missing one is a doubt, not a gap.
	assumed bool
}

// situations lists, the plainest first, the events of one class that the rules can
// tell apart by fields other than resources.ARN. ok is false if they are too many.
func situations(read bool, rules []scopedRule, partition string, work *int) (list []situation, ok bool) {
	list, ok = situationNames(read, filters(rules, fieldName), work)
	if !ok {
		return nil, false
	}
	if len(filters(rules, fieldEventType)) > 0 {
		list = vary(list, len(eventTypes), func(s *situation, i int) { s.event.Type = eventTypes[i] })
	}
	if len(filters(rules, fieldConsole)) > 0 {
		list = vary(list, 2, func(s *situation, i int) { s.event.FromConsole = i == 1 })
	}
	callers, ok := situationCallers(partition, filters(rules, fieldPrincipal), work)
	if *work -= len(list) * len(callers) * len(rules); !ok || *work < 0 {
		return nil, false
	}
	return vary(list, len(callers), callers.apply), true
}

// vary makes n situations of each, keeping those made with the first choice first.
func vary(list []situation, n int, apply func(*situation, int)) []situation {
	out := make([]situation, 0, n*len(list))
	for i := range n {
		for _, s := range list {
			apply(&s, i)
			out = append(out, s)
		}
	}
	return out
}

func filters(rules []scopedRule, f field) []*condition {
	var out []*condition
	for _, r := range rules {
		if c := r.filters[f]; c != nil {
			out = append(out, c)
		}
	}
	return out
}

// situationNames are the known event names of the class and one member of each
// class of other names. Where no rule filters by name, one name stands for all.
func situationNames(read bool, conditions []*condition, work *int) (list []situation, ok bool) {
	for _, n := range eventNames {
		if n.read != read {
			continue
		}
		list = append(list, situation{whole: n.whole, event: Event{Name: n.name, ReadOnly: read, Type: eventTypes[0]}})
		if len(conditions) == 0 {
			return list, true
		}
	}
	others, ok := representatives("", false, conditions, work)
	for _, name := range others {
		if !known(name) {
			list = append(list, situation{assumed: true, event: Event{Name: name, ReadOnly: read, Type: eventTypes[0]}})
		}
	}
	return list, ok
}

type callers []string

// situationCallers are the userIdentity.arn values that the rules can tell apart:
// a plain one, then a member of each class of IAM and STS ARNs. The last, empty,
// stands for a record without the field.
func situationCallers(partition string, conditions []*condition, work *int) (list callers, ok bool) {
	if len(conditions) == 0 {
		return callers{""}, true
	}
	list = callers{"arn:" + partition + ":sts::000000000000:assumed-role/other/session"}
	for _, stem := range []string{"arn:" + partition + ":iam::", "arn:" + partition + ":sts::"} {
		rests, ok := representatives(stem, false, conditions, work)
		if !ok {
			return nil, false
		}
		for _, rest := range rests {
			list = append(list, stem+rest)
		}
	}
	return append(list, ""), true
}

func (c callers) apply(s *situation, i int) {
	s.event.Principal = c[i]
	s.event.Unnamed = len(c) > 1 && c[i] == ""
}
