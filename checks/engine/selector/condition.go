package selector

import (
	"slices"
	"strings"
)

// A condition is what one field selector asks of one field of an event. The
// selecting operators are alternatives of one another; of the deselecting ones
// none may hit; both groups must agree (CloudTrail User Guide, "How CloudTrail
// evaluates multiple conditions for a field"). A group without values asks
// nothing. Values are compared byte by byte; no character is a wildcard.
type condition struct {
	equals, startsWith, endsWith          []string
	notEquals, notStartsWith, notEndsWith []string
}

// operators are the members of a field selector that hold values, in the order
// of the API reference.
var operators = []string{"Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith"}

// list is where the values of the named operator go.
func (c *condition) list(operator string) *[]string {
	switch operator {
	case "Equals":
		return &c.equals
	case "StartsWith":
		return &c.startsWith
	case "EndsWith":
		return &c.endsWith
	case "NotEquals":
		return &c.notEquals
	case "NotStartsWith":
		return &c.notStartsWith
	}
	return &c.notEndsWith
}

// match tells whether the value passes. A nil condition passes everything.
func (c *condition) match(value string) bool {
	if c == nil {
		return true
	}
	return (!c.selects() || hits(value, c.equals, c.startsWith, c.endsWith)) &&
		!hits(value, c.notEquals, c.notStartsWith, c.notEndsWith)
}

func (c *condition) selects() bool {
	return len(c.equals)+len(c.startsWith)+len(c.endsWith) > 0
}

func (c *condition) deselects() bool {
	return len(c.notEquals)+len(c.notStartsWith)+len(c.notEndsWith) > 0
}

// size is the number of values, the unit of work of a match.
func (c *condition) size() int {
	return len(c.equals) + len(c.startsWith) + len(c.endsWith) +
		len(c.notEquals) + len(c.notStartsWith) + len(c.notEndsWith)
}

func hits(value string, equal, prefix, suffix []string) bool {
	return slices.Contains(equal, value) ||
		slices.ContainsFunc(prefix, func(p string) bool { return strings.HasPrefix(value, p) }) ||
		slices.ContainsFunc(suffix, func(s string) bool { return strings.HasSuffix(value, s) })
}

// under narrows the condition to values that begin with stem, keeping only the
// comparisons whose outcome the rest of the value still decides. possible is
// false if no such value passes; a nil rest means that all of them do.
func (c *condition) under(stem string) (rest *condition, possible bool) {
	if c == nil {
		return nil, true
	}
	always, selecting := narrow(stem, c.equals, c.startsWith)
	never, deselecting := narrow(stem, c.notEquals, c.notStartsWith)
	if never {
		return nil, false
	}
	rest = &condition{notEquals: deselecting.equals, notStartsWith: deselecting.startsWith, notEndsWith: c.notEndsWith}
	if !always && c.selects() {
		rest.equals, rest.startsWith, rest.endsWith = selecting.equals, selecting.startsWith, c.endsWith
		if !rest.selects() {
			return nil, false
		}
	}
	if !rest.selects() && !rest.deselects() {
		return nil, true
	}
	return rest, true
}

// narrow keeps the values that extend stem. all reports a prefix that every
// value under stem has.
func narrow(stem string, equal, prefix []string) (all bool, kept condition) {
	for _, p := range prefix {
		if strings.HasPrefix(stem, p) {
			return true, condition{}
		}
		if strings.HasPrefix(p, stem) {
			kept.startsWith = append(kept.startsWith, p)
		}
	}
	for _, e := range equal {
		if strings.HasPrefix(e, stem) {
			kept.equals = append(kept.equals, e)
		}
	}
	return false, kept
}
