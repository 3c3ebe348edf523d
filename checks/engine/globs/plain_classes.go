package globs

import (
	"cmp"
	"slices"
)

// plain reports whether each pattern is a literal or a literal and one *, in
// one case.
func plain(patterns []Pattern) bool {
	for i := range patterns {
		if !patterns[i].Plain() {
			return false
		}
	}
	return true
}

// plainClasses is Classes for plain patterns, without a search. What such
// patterns make of a text depends on which literal it is, if any, and on the
// longest of those with a * that it begins with. So a shortest member of each
// class is one of the literals, or one of these followed by a fresh character,
// or that character.
func plainClasses(patterns []Pattern, budget *Budget) ([]Class, error) {
	found := classifier{known: map[string]bool{}}
	match := make([]bool, len(patterns))
	for _, text := range plainMembers(patterns) {
		if !budget.Spend(1 + len(patterns)/matchesAtOnce) {
			return nil, ErrBudget
		}
		for i := range patterns {
			match[i] = patterns[i].Match(text)
		}
		if !found.isNew(match) {
			continue
		}
		if !budget.Spend(stateCost) {
			return nil, ErrBudget
		}
		found.add(slices.Clone(match), text)
	}
	return found.classes, nil
}

// matchesAtOnce is how many plain patterns take as much work as moving a word.
const matchesAtOnce = 4

// plainMembers lists texts of all classes, the shortest first and the empty one
// last.
func plainMembers(patterns []Pattern) []string {
	unnamed := string(fresh(patterns))
	texts := []string{unnamed}
	empty := false
	for i := range patterns {
		text := patterns[i].prefix
		if patterns[i].shape == tail {
			texts = append(texts, text+unnamed)
		}
		if text == "" {
			empty = true
			continue
		}
		texts = append(texts, text)
	}
	slices.SortStableFunc(texts, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	if empty {
		texts = append(texts, "")
	}
	return texts
}
