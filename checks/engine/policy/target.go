package policy

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// target is the set of resources that a question is about: those whose ARN is
// head followed by a member of the span.
type target struct {
	head string
	span globs.Span
	one  bool // the span has one member
}

const (
	usualPartition = "aws"
	usualHead      = "arn:aws:s3:::"
)

func (q *Question) target(level Level) target {
	t := target{head: usualHead}
	if p := q.partition(); p != usualPartition {
		t.head = "arn:" + p + ":s3:::"
	}
	switch {
	case level == BucketLevel:
		t.span, t.one = globs.Exactly(q.Bucket), true
	case q.Keys.Exact != "":
		t.span, t.one = globs.Exactly(q.Bucket+"/"+q.Keys.Exact), true
	default:
		t.span = globs.Span{
			Prefix:   q.Bucket + "/" + q.Keys.Prefix,
			Suffix:   q.Keys.Suffix,
			NonEmpty: q.Keys.Prefix == "" && q.Keys.Suffix == "",
			Max:      MaxKey - len(q.Keys.Prefix) - len(q.Keys.Suffix),
		}
	}
	return t
}

// least is the length of the shortest members.
func (t *target) least() int {
	n := len(t.span.Prefix) + len(t.span.Suffix)
	if t.span.NonEmpty {
		n++
	}
	return n
}

// within reports whether the pattern matches the whole target, as far as that
// shows at a glance.
func (t *target) within(p *globs.Pattern) bool {
	if !t.one {
		return t.span.Within(p)
	}
	matched, err := p.MatchExact(t.span.Prefix)
	return matched && err == nil
}

// finding is the result of looking for a member of a target.
type finding struct {
	found   bool
	witness string // the member, without the head
	err     error  // the search was not conclusive
}

// outside looks for a member that no pattern matches.
func (t *target) outside(patterns []globs.Pattern, budget *globs.Budget) finding {
	if t.one {
		in := t.inside(patterns, budget)
		return finding{found: !in.found && in.err == nil, witness: t.span.Prefix, err: in.err}
	}
	if !spend(patterns, budget) {
		return finding{err: globs.ErrBudget}
	}
	covered, witness, err := globs.Covered(t.span, patterns)
	return finding{found: !covered && err == nil, witness: witness, err: err}
}

// inside looks for a member that some pattern matches.
func (t *target) inside(patterns []globs.Pattern, budget *globs.Budget) finding {
	if !spend(patterns, budget) {
		return finding{err: globs.ErrBudget}
	}
	var best finding
	for i := range patterns {
		next := t.match(patterns[i])
		if next.err != nil && best.err == nil {
			best.err = next.err
		}
		if next.found && (!best.found || len(next.witness) < len(best.witness)) {
			best.found, best.witness = true, next.witness
		}
	}
	if best.found {
		best.err = nil
	}
	return best
}

func (t *target) match(p globs.Pattern) finding {
	if t.one {
		matched, err := p.MatchExact(t.span.Prefix)
		return finding{found: matched, witness: t.span.Prefix, err: err}
	}
	meets, witness, err := globs.Meets(t.span, p)
	return finding{found: meets, witness: witness, err: err}
}

func spend(patterns []globs.Pattern, budget *globs.Budget) bool {
	work := 0
	for i := range patterns {
		work += patterns[i].Size()
	}
	return budget.Spend(work)
}

// outsideAll looks for a member that no pattern of plain matches and that every
// list of inverted matches with some pattern: one that statements with these
// Resource and NotResource elements leave out.
func (t *target) outsideAll(plain []globs.Pattern, inverted [][]globs.Pattern, budget *globs.Budget) finding {
	if len(inverted) == 0 {
		return t.outside(plain, budget)
	}
	least := ""
	for _, list := range inverted {
		in := t.inside(list, budget)
		if !in.found {
			return finding{err: in.err}
		}
		if len(in.witness) > len(least) {
			least = in.witness
		}
	}
	out := t.outside(plain, budget)
	if !out.found || t.one {
		return out
	}
	// A member that meets one demand and is as short as that allows is a shortest
	// one overall if it happens to meet the others.
	for _, candidate := range []string{out.witness, least} {
		if leftOut(candidate, plain, inverted) {
			return finding{found: true, witness: candidate}
		}
	}
	if *budget < 0 {
		return finding{err: globs.ErrBudget}
	}
	found, witness, err := globs.Find(t.span, inverted, plain, budget)
	return finding{found: found && err == nil, witness: witness, err: err}
}

// leftOut reports whether text surely meets all demands of outsideAll.
func leftOut(text string, plain []globs.Pattern, inverted [][]globs.Pattern) bool {
	for i := range plain {
		if matched, err := plain[i].MatchExact(text); matched || err != nil {
			return false
		}
	}
	for _, list := range inverted {
		if !slices.ContainsFunc(list, func(p globs.Pattern) bool {
			matched, err := p.MatchExact(text)
			return matched && err == nil
		}) {
			return false
		}
	}
	return true
}
