package selector

// An order is how AWS's reference orders the members of an object, and those of the
// objects in its lists.
type order []ordered

type ordered struct {
	name string
	in   order // of the objects in the list that the member holds
}

// documentOrder follows the CloudTrail API Reference: GetEventSelectors,
// EventSelector, DataResource, AdvancedEventSelector, AdvancedFieldSelector.
func documentOrder() order {
	fields := order{{name: "Field"}}
	for _, operator := range operators {
		fields = append(fields, ordered{name: operator})
	}
	return order{
		{name: memberTrail},
		{name: memberBasic, in: order{
			{name: "ReadWriteType"},
			{name: "IncludeManagementEvents"},
			{name: "DataResources", in: order{{name: "Type"}, {name: "Values"}}},
			{name: "ExcludeManagementEventSources"},
		}},
		{name: memberAdvanced, in: order{
			{name: "Name"},
			{name: "FieldSelectors", in: fields},
		}},
	}
}

func inOrder(top object) object { return documentOrder().apply(top) }

// apply puts the known members first, in order and without nulls, then the others
// as they stood.
func (o order) apply(from object) object {
	to := make(object, 0, len(from))
	known := make(map[string]bool, len(o))
	for _, want := range o {
		known[want.name] = true
		for _, m := range from {
			if m.name == want.name && m.value != nil {
				to = append(to, member{m.name, want.in.applyToList(m.value)})
			}
		}
	}
	for _, m := range from {
		if !known[m.name] {
			to = append(to, m)
		}
	}
	return to
}

func (o order) applyToList(v any) any {
	list, ok := v.([]any)
	if !ok || o == nil {
		return v
	}
	out := make([]any, len(list))
	for i, item := range list {
		out[i] = item
		if entry, ok := item.(object); ok {
			out[i] = o.apply(entry)
		}
	}
	return out
}
