package globs

import "unicode/utf8"

// Class is a set of strings that no pattern tells apart.
type Class struct {
	Match    []bool // for each pattern, whether it matches the members
	Shortest string // a shortest member that is not empty, or else ""
}

// Classes returns every class of strings that the patterns distinguish, in the
// order of their shortest members' lengths. The empty string comes last and
// only if no other string matches exactly what it matches. The error is
// [ErrBudget] or [ErrUnit].
func Classes(patterns []Pattern, budget *Budget) ([]Class, error) {
	if plain(patterns) && fresh(patterns) < utf8.RuneSelf {
		return plainClasses(patterns, budget)
	}
	if err := unitSafe(Span{}, patterns); err != nil {
		return nil, err
	}
	f := newFinder(Span{}, patterns, budget)
	f.machine = newMachine(patterns, alphabet(patterns, anySegments(patterns), f.fresh), "")
	f.avoid = len(patterns)
	f.add(f.machine.begin(patterns, ""), -1, 0, 0)
	found := classifier{known: map[string]bool{}}
	for length := 0; length < len(f.levels); length++ {
		for i := 0; i < len(f.levels[length]); i++ {
			at := f.levels[length][i]
			if match := f.vector(at); length > 0 && found.isNew(match) {
				found.add(match, f.spell(at))
			}
			if !f.expand(at) {
				return nil, ErrBudget
			}
		}
	}
	if found.isNew(f.vector(0)) {
		found.add(f.vector(0), "")
	}
	return found.classes, nil
}

func (f *finder) vector(at int) []bool {
	match := make([]bool, len(f.machine.tracks))
	for i := range match {
		match[i] = f.machine.matches(f.nodes[at].state, i)
	}
	return match
}

// classifier collects classes by their vector of matches.
type classifier struct {
	known   map[string]bool
	classes []Class
}

func (c *classifier) isNew(match []bool) bool { return !c.known[vectorKey(match)] }

func (c *classifier) add(match []bool, shortest string) {
	c.known[vectorKey(match)] = true
	c.classes = append(c.classes, Class{Match: match, Shortest: shortest})
}

func vectorKey(match []bool) string {
	out := make([]byte, len(match))
	for i, m := range match {
		if m {
			out[i] = 1
		}
	}
	return string(out)
}
