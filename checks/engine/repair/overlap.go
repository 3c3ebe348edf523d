package repair

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// world is the set of resources that a document is about: those of one bucket,
// or, for a caller's own policies, of all. It does the work with patterns,
// within one budget; what cannot be told counts as the worse.
type world struct {
	partition string
	bucket    string       // "" for all
	spans     []globs.Span // of the bucket and of its objects, once they are asked for
	version   string       // of the document
	budget    globs.Budget
	read      map[string]globs.Pattern // by text
}

// glob compiles the text, once.
func (w *world) glob(text string) globs.Pattern {
	p, known := w.read[text]
	if !known {
		p = globs.Glob(text)
		w.read[text] = p
	}
	return p
}

// group is a set of strings: those matched by a pattern, or by none.
type group struct {
	patterns []globs.Pattern
	not      bool
}

// The price of a look at plain patterns, and, for each element of the others,
// of a search made ready.
const glance, machine = 64, 8

// common reports false only if it is proved that no string of the span is in all
// groups.
func (w *world) common(span globs.Span, groups ...group) bool {
	var some [][]globs.Pattern
	var none []globs.Pattern
	for _, g := range groups {
		if g.not {
			none = append(none, g.patterns...)
			continue
		}
		if len(g.patterns) == 0 {
			return false
		}
		some = append(some, g.patterns)
	}
	if len(some) == 0 {
		covered, _, err := globs.Covered(span, none)
		return !covered || err != nil
	}
	if found, ok := globs.Plainly(span, some, none); ok && w.budget.Spend(glance) {
		return found
	}
	for i := range none {
		w.budget.Spend(machine * none[i].Size())
	}
	for _, p := range slices.Concat(some...) {
		w.budget.Spend(machine * p.Size())
	}
	if w.budget < 0 {
		return true
	}
	found, _, err := globs.Find(span, some, none, &w.budget)
	return found || err != nil
}

// actionsNamed is the set of actions, in lower case, that a statement names.
func (w *world) actionsNamed(s *policy.Statement) group {
	all, not := s.Actions, false
	if s.NotActions != nil {
		all, not = s.NotActions, true
	}
	return group{w.actionPatterns(all), not}
}

func (w *world) actionPatterns(all []string) []globs.Pattern {
	out := make([]globs.Pattern, len(all))
	for i, text := range all {
		out[i] = w.glob(strings.ToLower(text))
	}
	return out
}

// knownActions are those of AWS's table.
var knownActions = policy.Actions()

// anyAction spans all names of actions.
var anyAction = globs.Span{NonEmpty: true, Max: globs.Unbounded}

// matchesAction reports whether one of the patterns of actions matches.
func matchesAction(patterns []string, action string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		prefix, rest, wild := strings.Cut(pattern, "*")
		if !strings.Contains(pattern, "?") && rest == "" {
			return !wild && strings.EqualFold(pattern, action) || wild && len(action) >= len(prefix) && strings.EqualFold(action[:len(prefix)], prefix)
		}
		return globs.Glob(strings.ToLower(pattern)).Match(strings.ToLower(action))
	})
}

// namesAction reports whether the statement names the action.
func namesAction(s *policy.Statement, action string) bool {
	if s.NotActions != nil {
		return !matchesAction(s.NotActions, action)
	}
	return matchesAction(s.Actions, action)
}

// level returns what spans the resources of the level, both levels if 0, and
// groups that they are in.
func (w *world) level(l policy.Level) ([]globs.Span, []group) {
	if w.bucket == "" {
		all := []globs.Span{{NonEmpty: true, Max: globs.Unbounded}}
		if l == 0 {
			return all, nil
		}
		return all, []group{{[]globs.Pattern{w.glob("*/*")}, l == policy.BucketLevel}}
	}
	if w.spans == nil {
		w.spans = []globs.Span{globs.Exactly(w.bucket), {Prefix: w.bucket + "/", NonEmpty: true, Max: policy.MaxKey}}
	}
	switch l {
	case policy.BucketLevel:
		return w.spans[:1], nil
	case policy.ObjectLevel:
		return w.spans[1:], nil
	default:
		return w.spans, nil
	}
}

// concerns reports whether actions of the level, 0 for those on neither buckets
// nor objects, can be named to some effect.
func (w *world) concerns(l policy.Level) bool { return l != 0 || w.bucket == "" }

// resourcesMeet reports false only if it is proved that no resource of the level
// is in all groups.
func (w *world) resourcesMeet(l policy.Level, groups ...group) bool {
	spans, within := w.level(l)
	return slices.ContainsFunc(spans, func(s globs.Span) bool { return w.common(s, slices.Concat(within, groups)...) })
}

// resourcesNamed is a set of resources that holds all those that the statement
// names; with least, only such as it surely names. They go by what follows the
// head of an ARN of S3.
func (w *world) resourcesNamed(s *policy.Statement, least bool) group {
	all, not := s.Resources, false
	if s.NotResources != nil {
		all, not = s.NotResources, true
	}
	g := group{not: not}
	for _, text := range all {
		p, sure := w.resource(text)
		if sure || least == not {
			g.patterns = append(g.patterns, p)
		}
	}
	return g
}

// resource reads one entry of Resource. What is not plainly an ARN of S3 is
// unsure, and the pattern then matches all that it may.
func (w *world) resource(text string) (p globs.Pattern, sure bool) {
	if text == "*" {
		return w.glob("*"), true
	}
	path, ok := strings.CutPrefix(text, "arn:"+w.partition+":s3:::")
	if !ok || w.version == policy.Version2012 && strings.Contains(path, "${") {
		return w.glob("*"), false
	}
	return w.glob(path), true
}

// patternsOf are the resources of the claims.
func patternsOf(claims []*claim) []globs.Pattern {
	var out []globs.Pattern
	for _, c := range claims {
		out = append(out, c.pattern)
	}
	return out
}
