package globs_test

import (
	"math/rand/v2"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// spec is a pattern in a form that the plain matcher below reads itself.
type spec struct {
	text    string
	segment bool // wildcards refuse colons
	fold    bool
}

func (s spec) compile() globs.Pattern {
	kind := globs.Wild
	if s.segment {
		kind = globs.Segment
	}
	p := globs.Compile(globs.Part{Text: s.text, Kind: kind})
	if s.fold {
		p = p.Folded()
	}
	return p
}

func compileAll(specs []spec) []globs.Pattern {
	out := make([]globs.Pattern, len(specs))
	for i, s := range specs {
		out[i] = s.compile()
	}
	return out
}

// plainMatch is the textbook recursion, written apart from the package.
func plainMatch(s spec, pattern, text string) bool {
	if pattern == "" {
		return text == ""
	}
	switch pattern[0] {
	case '*':
		if plainMatch(s, pattern[1:], text) {
			return true
		}
		return text != "" && (!s.segment || text[0] != ':') && plainMatch(s, pattern, text[1:])
	case '?':
		return text != "" && (!s.segment || text[0] != ':') && plainMatch(s, pattern[1:], text[1:])
	}
	if text == "" {
		return false
	}
	same := pattern[0] == text[0]
	if s.fold {
		same = strings.EqualFold(pattern[:1], text[:1])
	}
	return same && plainMatch(s, pattern[1:], text[1:])
}

func (s spec) matches(text string) bool { return plainMatch(s, s.text, text) }

func anyMatches(specs []spec, text string) bool {
	for _, s := range specs {
		if s.matches(text) {
			return true
		}
	}
	return false
}

// strings over the alphabet with lengths from lo to hi, in order of length.
func words(alphabet string, lo, hi int, yield func(string) bool) {
	level := []string{""}
	for n := 0; n <= hi; n++ {
		next := make([]string, 0, len(level)*len(alphabet))
		for _, w := range level {
			if n >= lo && !yield(w) {
				return
			}
			for i := range len(alphabet) {
				next = append(next, w+alphabet[i:i+1])
			}
		}
		level = next
	}
}

func drawText(r *rand.Rand, alphabet string, most int) string {
	out := make([]byte, r.IntN(most+1))
	for i := range out {
		out[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(out)
}

func drawSpan(r *rand.Rand, alphabet string) globs.Span {
	span := globs.Span{
		Prefix:   drawText(r, alphabet, 3),
		Suffix:   drawText(r, alphabet, 2),
		NonEmpty: r.IntN(3) == 0,
		Max:      globs.Unbounded,
	}
	if r.IntN(4) == 0 {
		span.Suffix = ""
	}
	if r.IntN(6) == 0 {
		span.Max = r.IntN(4)
	}
	return span
}

func drawSpecs(r *rand.Rand, alphabet string, count, length int) []spec {
	specs := make([]spec, r.IntN(count+1))
	for i := range specs {
		specs[i] = spec{text: drawText(r, alphabet, length)}
	}
	return specs
}
