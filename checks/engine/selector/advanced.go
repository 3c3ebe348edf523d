package selector

import (
	"fmt"
	"slices"
)

// An advancedReading is a [reading] under way.
type advancedReading struct {
	filters  [fieldCount]*condition
	seen     [fieldCount]bool
	problems []string
	claim    claim
}

// readAdvanced reads an advanced event selector (CloudTrail API Reference,
// AdvancedEventSelector). It becomes one rule, or none if it cannot record S3
// object events.
func readAdvanced(position int, v any) reading {
	r := reading{selector: position}
	sel, ok := v.(object)
	if !ok {
		return r.doubted(rule{}, "the selector is not an object")
	}
	members, problems := sel.read("", "Name", "FieldSelectors")
	if name, found := members["Name"]; found {
		if r.name, ok = name.(string); !ok {
			problems = append(problems, "Name is not a string")
		}
	}
	fields, problems := list(members, "FieldSelectors", problems)
	if len(problems) > 0 {
		return r.doubted(rule{}, problems...)
	}
	a := advancedReading{claim: claim{selector: position, name: r.name}}
	for i, f := range fields {
		a.readField(element(element(memberAdvanced, position)+".FieldSelectors", i), f)
	}
	return a.finish(r)
}

func (a *advancedReading) finish(r reading) reading {
	if !a.filters[fieldCategory].match(dataEvents) {
		return r
	}
	r.claims = append(r.claims, a.claim)
	if !a.filters[fieldResourceType].match(objectType) {
		return r
	}
	for _, required := range []field{fieldCategory, fieldResourceType} {
		if !a.seen[required] {
			a.problem("no field selector for %s", fieldNames[required])
		}
	}
	r.rules = append(r.rules, rule{selector: r.selector, name: r.name, problems: a.problems, filters: a.filters})
	r.problems = a.problems
	return r
}

func (a *advancedReading) problem(format string, args ...any) {
	a.problems = append(a.problems, fmt.Sprintf(format, args...))
}

// readField reads one field selector. What cannot be understood filters nothing
// in the rule, which errs towards recording, and leaves a problem, which takes
// the certainty.
func (a *advancedReading) readField(path string, v any) {
	sel, ok := v.(object)
	if !ok {
		a.problem("%s is not an object", path)
		return
	}
	members, problems := sel.read(path+": ", append([]string{"Field"}, operators...)...)
	name, _ := members["Field"].(string)
	f := field(slices.Index(fieldNames[:], name))
	if f < 0 {
		a.problem("%s filters on %.80q, not a field that is known for data events", path, name)
		return
	}
	c := &condition{}
	for _, operator := range operators {
		v, found := members[operator]
		if !found {
			continue
		}
		values, ok := texts(v)
		if !ok {
			problems = append(problems, fmt.Sprintf("%s.%s is not a list of strings", path, operator))
		}
		*c.list(operator) = values
	}
	if len(problems) == 0 && !c.selects() && !c.deselects() {
		problems = append(problems, fmt.Sprintf("%s has no operator", path))
	}
	a.keep(f, path, c, problems)
}

func (a *advancedReading) keep(f field, path string, c *condition, problems []string) {
	a.problems = append(a.problems, problems...)
	first := !a.seen[f]
	a.seen[f] = true
	if !first {
		a.problem("%s filters on %s a second time", path, fieldNames[f])
		a.filters[f] = nil
		return
	}
	if len(problems) > 0 {
		return
	}
	a.note(f, path, c)
	if text := unfit(f, c); text != "" {
		a.problem("%s: %s", path, text)
		// Only a list that is too long is still sure to bound what is recorded.
		if f != fieldCategory && f != fieldResourceType || c.size() != len(c.equals) {
			return
		}
	}
	a.filters[f] = c
}

// unfit tells what CloudTrail does not document about a condition on that field,
// if anything (CloudTrail API Reference, AdvancedFieldSelector, Field).
func unfit(f field, c *condition) string {
	switch f {
	case fieldCategory, fieldResourceType:
		if c.size() != 1 || len(c.equals) != 1 {
			return fmt.Sprintf("%s takes Equals with one value", fieldNames[f])
		}
	case fieldReadOnly:
		if c.size() != len(c.equals) || !only(c.equals, "true", "false") {
			return "readOnly takes Equals with true or false"
		}
	case fieldConsole:
		if c.size() != len(c.equals)+len(c.notEquals) || !only(c.equals, "true") || !only(c.notEquals, "true") {
			return "sessionCredentialFromConsole takes Equals or NotEquals with true"
		}
	}
	return ""
}

func only(values []string, allowed ...string) bool {
	for _, v := range values {
		if !slices.Contains(allowed, v) {
			return false
		}
	}
	return true
}

// note remembers what the selector names, for [Suspicious].
func (a *advancedReading) note(f field, path string, c *condition) {
	switch f {
	case fieldResourceType:
		a.claim.typePath = path + ".Equals[0]"
		if len(c.equals) > 0 {
			a.claim.resourceType = c.equals[0]
		}
	case fieldARN:
		for _, operator := range operators[:3] {
			if values := *c.list(operator); len(values) > 0 {
				a.claim.lists = append(a.claim.lists, valueList{path + "." + operator, operator, values})
			}
		}
	}
}
