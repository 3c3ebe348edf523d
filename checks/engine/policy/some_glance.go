package policy

import "slices"

// AllowsOnly reports whether every Allow of the document names nothing but
// principals and actions for which within returns true, as far as that shows at
// a glance: in an Action and a Principal element, by name. It is a shortcut
// around [Some] for the usual policy.
func (d *Document) AllowsOnly(within func(principal Principal, actions []string) bool) bool {
	for i := range d.Statements {
		s := &d.Statements[i]
		if s.Effect != Allow {
			continue
		}
		if s.NotActions != nil || s.NotPrincipals != nil || slices.ContainsFunc(s.Principals, func(p Principal) bool { return !within(p, s.Actions) }) {
			return false
		}
	}
	return true
}

// Kinds lists the S3 actions on buckets and objects that some Allow of the
// document may name, in any case: each list holds those, sorted by name, that no
// statement tells apart (see [Layers.Likeness]), and on which apart agrees.
func (d *Document) Kinds(apart func(action string) bool) [][]Action {
	statements := d.statements()
	places := map[string]int{}
	var out [][]Action
	var likeness []byte
	for row := range actions {
		if !slices.ContainsFunc(statements, func(s statement) bool { return !s.deny && s.may.has(row) }) {
			continue
		}
		likeness = append(likeness[:0], byte(actions[row].level))
		if apart(decidable[row].Name) {
			likeness[0] |= 1 << 7
		}
		likeness = d.likeness(likeness, row)
		at, known := places[string(likeness)]
		if !known {
			at = len(out)
			places[string(likeness)] = at
			out = append(out, nil)
		}
		out[at] = append(out[at], decidable[row])
	}
	return out
}

// decidable are the actions beside actionTable's.
var decidable = func() []Action {
	out := make([]Action, len(actions))
	for row := range actions {
		out[row], _ = FindAction(actions[row].name)
	}
	return out
}()
