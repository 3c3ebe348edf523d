package policy

import (
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// actionWords is enough for every row of the action table.
const actionWords = 2

// actionSet is a set of rows of the action table.
type actionSet [actionWords]uint64

func (s *actionSet) add(row int)      { s[row/64] |= 1 << (row % 64) }
func (s *actionSet) has(row int) bool { return s[row/64]&(1<<(row%64)) != 0 }

func (s *actionSet) addRange(from, to int) {
	for row := from; row < to; row++ {
		s.add(row)
	}
}

func (s *actionSet) addAll(other actionSet) {
	for i := range s {
		s[i] |= other[i]
	}
}

func (s actionSet) complement() actionSet {
	for i := range s {
		s[i] = ^s[i]
	}
	return s
}

// compileActions returns the actions that a statement surely names and those
// that it may name. Action names are case-insensitive; "*" alone names all;
// the service part takes no wildcard ("IAM JSON policy elements: Action"), so
// what a pattern with one names is open.
func compileActions(s *Statement) (sure, may actionSet) {
	listed, not := s.Actions, false
	if s.NotActions != nil {
		listed, not = s.NotActions, true
	}
	for _, text := range listed {
		rows, odd := matchingActions(text)
		may.addAll(rows)
		if !odd {
			sure.addAll(rows)
		}
	}
	if not {
		return may.complement(), sure.complement()
	}
	return sure, may
}

// matchingActions returns the actions that the text matches as a glob, and
// whether the text is something other than "*" or service:name.
func matchingActions(text string) (rows actionSet, odd bool) {
	if text == "*" {
		rows.addRange(0, len(actions))
		return rows, false
	}
	name := strings.ToLower(text)
	service, rest, ok := strings.Cut(name, ":")
	odd = !ok || strings.ContainsAny(service, "*?")
	wild := strings.IndexAny(name, "*?")
	switch {
	case !odd && service != "s3":
	case wild < 0:
		if row, ok := actions.find(name); ok {
			rows.add(row)
		}
	case rest == "*" && service == "s3":
		rows.addRange(0, len(actions))
	case wild == len(name)-1 && name[wild] == '*':
		from, _ := actions.find(name[:wild])
		to := from
		for to < len(actions) && strings.HasPrefix(actions[to].name, name[:wild]) {
			to++
		}
		rows.addRange(from, to)
	default:
		pattern := globs.Glob(name)
		for row := range actions {
			if pattern.Match(actions[row].name) {
				rows.add(row)
			}
		}
	}
	return rows, odd
}
