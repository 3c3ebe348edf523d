package policy

import "strings"

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
func matchingActions(text string) (matching actionSet, odd bool) {
	if text == "*" {
		matching.addRange(0, len(actions))
		return matching, false
	}
	if row, ok := rows[text]; ok {
		matching.add(row)
		return matching, false
	}
	name := lowerASCII(text)
	service, _, ok := strings.Cut(name, ":")
	odd = !ok || strings.ContainsAny(service, "*?")
	if !odd && service != "s3" {
		return matching, false
	}
	wild := strings.IndexAny(name, "*?")
	if wild < 0 {
		if row, ok := actions.find(name); ok {
			matching.add(row)
		}
		return matching, odd
	}
	whole := name[wild:] == "*"
	for row, _ := actions.find(name[:wild]); row < len(actions) && strings.HasPrefix(actions[row].name, name[:wild]); row++ {
		if whole || matchesName(name[wild:], actions[row].name[wild:]) {
			matching.add(row)
		}
	}
	return matching, odd
}

// matchesName reports whether a glob matches a name in ASCII. It goes back to
// the last star only, so that it takes no more steps than the product of both
// lengths; compiling the glob first would take longer.
func matchesName(glob, name string) bool {
	g, n, star, resume := 0, 0, -1, 0
	for n < len(name) {
		switch {
		case g < len(glob) && glob[g] == '*':
			star, resume = g, n
			g++
		case g < len(glob) && (glob[g] == '?' || glob[g] == name[n]):
			g++
			n++
		case star >= 0:
			resume++
			g, n = star+1, resume
		default:
			return false
		}
	}
	return strings.TrimLeft(glob[g:], "*") == ""
}
