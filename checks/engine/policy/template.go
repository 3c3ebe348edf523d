package policy

import (
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// template is text with policy variables ("IAM policy elements: Variables and
// tags"), to be filled from the keys of a request.
type template []piece

// piece is a stretch of text or one variable.
type piece struct {
	part     globs.Part
	variable string // normalised key; "" for text
	fallback *string
	odd      bool // starts like a variable and is none
}

// hasVariables reports whether the text holds anything that AWS reads as a
// variable or as an escape.
func hasVariables(text string) bool { return strings.Contains(text, "${") }

// parseTemplate cuts text, whose plain stretches are of the kind, at its
// variables. The escapes ${*}, ${?} and ${$} are the characters themselves.
func parseTemplate(text string, kind globs.Kind) template {
	var out template
	for {
		before, rest, found := strings.Cut(text, "${")
		if before != "" {
			out = append(out, piece{part: globs.Part{Text: before, Kind: kind}})
		}
		if !found {
			return out
		}
		body, after, closed := strings.Cut(rest, "}")
		if !closed {
			return append(out, piece{odd: true})
		}
		out = append(out, parseVariable(body))
		text = after
	}
}

func parseVariable(body string) piece {
	switch body {
	case "*", "?", "$":
		return piece{part: globs.Part{Text: body, Kind: globs.Verbatim}}
	}
	name, fallback, ok := strings.Cut(body, ",")
	if !strings.Contains(name, ":") || strings.ContainsAny(name, "*?${'") || strings.TrimSpace(name) != name {
		return piece{odd: true}
	}
	out := piece{variable: normalKey(name)}
	if !ok {
		return out
	}
	fallback = strings.TrimSpace(fallback)
	text, opened := strings.CutPrefix(fallback, "'")
	text, closed := strings.CutSuffix(text, "'")
	if !opened || !closed || strings.Contains(text, "'") {
		return piece{odd: true}
	}
	out.fallback = &text
	return out
}

// filled is a template as far as the request fills it.
type filled struct {
	parts   []globs.Part
	guessed bool // a variable has a value that is not known
	absent  bool // a variable's key is known to be absent and there is no fallback
}

func (f *filled) complete() bool { return !f.guessed && !f.absent }

func (f *filled) pattern(fold bool) globs.Pattern {
	pattern := globs.Compile(f.parts...)
	if fold {
		return pattern.Folded()
	}
	return pattern
}

// fill replaces variables by the values of single-valued known keys. What
// cannot be replaced becomes a *, a superset of any value.
func (t template) fill(values *env) filled {
	var out filled
	for _, p := range t {
		part, state := p.fill(values)
		out.parts = append(out.parts, part)
		out.guessed = out.guessed || state == unknown
		out.absent = out.absent || state == absent
	}
	return out
}

func (p piece) fill(values *env) (globs.Part, keyState) {
	guess := globs.Part{Text: "*", Kind: globs.Wild}
	if p.odd {
		return guess, unknown
	}
	if p.variable == "" {
		return p.part, known
	}
	value := values.value(p.variable)
	switch {
	case value.state == known && len(value.values) == 1 && !value.guessed && !multiValued(p.variable):
		return globs.Part{Text: value.values[0], Kind: globs.Verbatim}, known
	case value.state == absent && !value.guessed && p.fallback != nil:
		return globs.Part{Text: *p.fallback, Kind: globs.Verbatim}, known
	case value.state == absent && !value.guessed:
		return guess, absent
	default:
		return guess, unknown
	}
}

// plain returns the pattern of a template that has only escapes.
func (t template) plain() (globs.Pattern, bool) {
	parts := make([]globs.Part, 0, len(t))
	for _, p := range t {
		if p.odd || p.variable != "" {
			return globs.Pattern{}, false
		}
		parts = append(parts, p.part)
	}
	return globs.Compile(parts...), true
}

// keys names the keys of the variables.
func (t template) keys() []string {
	var out []string
	for _, p := range t {
		if p.variable != "" {
			out = append(out, p.variable)
		}
	}
	return out
}

// text writes out the template with its variables filled in. Like says that it
// has wildcards; those of its characters that are none are then escaped. It is
// false if a variable has no known value.
func (t template) text(values *env) (text string, like, ok bool) {
	f := t.fill(values)
	for _, part := range f.parts {
		like = like || part.Kind != globs.Verbatim && strings.ContainsAny(part.Text, "*?")
	}
	var out strings.Builder
	for _, part := range f.parts {
		if like && part.Kind == globs.Verbatim {
			out.WriteString(escapeWildcards(part.Text))
			continue
		}
		out.WriteString(part.Text)
	}
	return out.String(), like, f.complete()
}

func escapeWildcards(text string) string {
	return strings.NewReplacer("*", "${*}", "?", "${?}").Replace(text)
}
