package globs

import (
	"slices"
	"strings"
)

// stem is a literal, or, if open, all texts that begin with it.
type stem struct {
	text string
	open bool
}

// mostStems bounds what is listed.
const mostStems = 64

// Plainly decides what [Find] does, without a witness, where every pattern is a
// literal, or one and a * behind it. It is not ok where that does not hold, or
// does not suffice to tell.
func Plainly(span Span, some [][]Pattern, none []Pattern) (found, ok bool) {
	if span.Suffix != "" || !allStems(none) {
		return false, false
	}
	stems := []stem{{span.Prefix, span.Max > 0}}
	for _, list := range some {
		if !allStems(list) || len(stems)*len(list) > mostStems {
			return false, false
		}
		var next []stem
		for _, s := range stems {
			for i := range list {
				if both, meet := s.with(stem{list[i].prefix, list[i].shape == tail}); meet && !slices.Contains(next, both) {
					next = append(next, both)
				}
			}
		}
		stems = next
	}
	ok = true
	for _, s := range stems {
		has, certain := s.left(span, none)
		if has {
			return true, true
		}
		ok = ok && certain
	}
	return false, ok
}

func allStems(patterns []Pattern) bool {
	return !slices.ContainsFunc(patterns, func(p Pattern) bool { return p.shape == general || p.fold })
}

// with is what is in both sets.
func (s stem) with(o stem) (stem, bool) {
	if len(s.text) < len(o.text) || len(s.text) == len(o.text) && s.open {
		s, o = o, s
	}
	return s, s.text == o.text || o.open && strings.HasPrefix(s.text, o.text)
}

// left reports whether a text of the stem and the span is in none of the
// patterns. It is certain where that shows at a glance.
func (s stem) left(span Span, none []Pattern) (has, certain bool) {
	free := func(text string) bool {
		return span.Contains(text) && !slices.ContainsFunc(none, func(p Pattern) bool { return p.Match(text) })
	}
	if free(s.text) {
		return true, true
	}
	if !s.open || slices.ContainsFunc(none, func(p Pattern) bool { return p.shape == tail && strings.HasPrefix(s.text, p.prefix) }) {
		return false, true
	}
	for c := byte('a'); c <= 'z'; c++ {
		if free(s.text + string(c)) {
			return true, true
		}
	}
	return false, false
}
