package globs

import "unicode/utf8"

// Covered decides whether every string of the span is matched by at least one
// of the patterns. If not, witness is a shortest string that none matches.
//
// The error is [ErrUnit] or [ErrFresh], or [ErrBudget] for patterns with wildcards
// that refuse colons, which are searched instead.
func Covered(span Span, cover []Pattern) (ok bool, witness string, err error) {
	if span.Empty() {
		return true, "", nil
	}
	segments := false
	for i := range cover {
		p := &cover[i]
		if span.Within(p) {
			return true, "", nil
		}
		segments = segments || p.segments
	}
	if segments {
		budget := DefaultBudget
		found, text, err := Find(span, nil, cover, &budget)
		return err == nil && !found, text, err
	}
	return coveredBothWays(span, cover)
}

// coveredBothWays asks under both readings of ? where they could differ. With
// an ASCII span and an ASCII fresh character they cannot: every string tried
// is ASCII, and an ASCII string has the same units under both.
func coveredBothWays(span Span, cover []Pattern) (bool, string, error) {
	c := fresh(cover, span.Prefix, span.Suffix)
	n, missed := firstGap(codePoint, span, cover, c)
	ascii := span.ascii() && c < 0x80
	if !ascii && anyOnes(cover) {
		if c >= 0x80 {
			return false, "", ErrUnit
		}
		if m, other := firstGap(byteUnit, span, cover, c); other != missed || other && m != n {
			return false, "", ErrUnit
		}
	}
	switch {
	case !missed:
		return true, "", nil
	case n*utf8.RuneLen(c) > span.Max:
		return false, "", ErrFresh
	default:
		return false, span.fill(c, n), nil
	}
}

// runner is a pattern on its way through the open part of a span.
type runner struct {
	pattern   Pattern
	set, next []int
	finish    []bool // positions from which the suffix leads to the end; nil for no suffix
}

func (r *runner) accepts() bool {
	if r.finish == nil {
		return r.pattern.accepting(r.set)
	}
	return meet(r.set, r.finish)
}

// advance reads c and reports whether that changed the set.
func (r *runner) advance(c rune) bool {
	r.next = r.pattern.step(r.set, c, r.next[:0])
	changed := len(r.next) != len(r.set)
	for i := 0; !changed && i < len(r.next); i++ {
		changed = r.next[i] != r.set[i]
	}
	r.set, r.next = r.next, r.set
	return changed
}

// firstGap returns the least number of fresh characters c between prefix and
// suffix that no pattern matches.
func firstGap(u unit, span Span, cover []Pattern, c rune) (n int, found bool) {
	runners := start(u, span, cover)
	for n = 0; n <= span.Max; n++ {
		if n >= span.least() && !anyAccepts(runners) {
			return n, true
		}
		changed := false
		for i := range runners {
			changed = runners[i].advance(c) || changed
		}
		if !changed && n >= span.least() {
			return 0, false
		}
	}
	return 0, false
}

func anyAccepts(runners []runner) bool {
	for i := range runners {
		if runners[i].accepts() {
			return true
		}
	}
	return false
}

// start runs each pattern over the prefix and drops those that die there.
func start(u unit, span Span, cover []Pattern) []runner {
	prefix, suffix := u.split(span.Prefix), u.split(span.Suffix)
	runners := make([]runner, 0, len(cover))
	for i := range cover {
		if !span.MayMeet(&cover[i]) {
			continue
		}
		p := u.in(cover[i])
		set := p.after(prefix)
		if len(set) == 0 {
			continue
		}
		r := runner{pattern: p, set: set}
		if len(suffix) > 0 {
			r.finish = p.before(suffix)
		}
		runners = append(runners, r)
	}
	return runners
}
