package globs_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

func patterns(texts ...string) []globs.Pattern {
	out := make([]globs.Pattern, len(texts))
	for i, text := range texts {
		out[i] = globs.Glob(text)
	}
	return out
}

func every(prefix string) globs.Span { return globs.Span{Prefix: prefix, Max: globs.Unbounded} }

func TestCoveredWitness(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		span    globs.Span
		cover   []globs.Pattern
		witness string // "" for covered
	}{
		{every("foo/"), patterns("foo/*"), ""},
		{every("foo/"), patterns("*"), ""},
		{every("foo/"), nil, "foo/"},
		{globs.Span{Prefix: "foo/", NonEmpty: true, Max: 1024}, patterns("foo"), "foo/z"},
		{globs.Span{Prefix: "zoo/", NonEmpty: true, Max: 1024}, patterns("zoo"), "zoo/x"},
		{globs.Span{Prefix: "foo/", NonEmpty: true, Max: 1024}, patterns("foo/z*", "foo/x"), "foo/q"},
		{globs.Span{Prefix: "k", NonEmpty: true, Max: 1024}, patterns("k*?"), ""},
		{globs.Span{Prefix: "k", NonEmpty: true, Max: 1024}, patterns("k??*", "k"), "kz"},
		{every(""), patterns("?*", ""), ""},
		{every(""), patterns("?*"), "-"},
		{globs.Exactly("abc"), patterns("a?c"), ""},
		{globs.Exactly("abc"), patterns("a?"), "abc"},
		{globs.Span{Prefix: "k", Max: 3}, patterns("k", "k?", "k??", "k???"), ""},
		{globs.Span{Prefix: "k", Max: 4}, patterns("k", "k?", "k??", "k???"), "kzzzz"},
		{globs.Span{Prefix: "k", NonEmpty: true, Max: 0}, nil, ""},
		{every("é"), patterns("é*"), ""},
		{every(""), patterns("é*", "?*", ""), ""},
	} {
		ok, witness, err := globs.Covered(c.span, c.cover)
		if c.witness == "-" {
			c.witness = ""
			if ok {
				t.Errorf("%+v: the empty string is not covered", c.span)
			}
		} else if ok != (c.witness == "") {
			t.Errorf("%+v: covered is %v", c.span, ok)
		}
		if err != nil || witness != c.witness {
			t.Errorf("%+v: witness %q, %v, want %q", c.span, witness, err, c.witness)
		}
	}
}

// TestUnitOfQuestionMark holds that answers which depend on whether ? is a byte
// or a code point are not given, and others are.
func TestUnitOfQuestionMark(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		span globs.Span
		text string
		want error
	}{
		{"prefix of two bytes, one wanted", every("é"), "?*", nil},
		{"prefix of two bytes, exactly one", globs.Exactly("é"), "?", globs.ErrUnit},
		{"prefix of two bytes, exactly two", globs.Exactly("é"), "??", globs.ErrUnit},
		{"prefix of two bytes, exactly three", globs.Exactly("é"), "???", nil},
		{"literal of two bytes", every("é/"), "é/?*", nil},
		{"ASCII", globs.Exactly("e"), "?", nil},
		{"literal elsewhere", every("e"), "e?é*", nil},
	} {
		_, _, err := globs.Covered(c.span, patterns(c.text))
		if !errors.Is(err, c.want) {
			t.Errorf("%s: Covered: %v, want %v", c.name, err, c.want)
		}
	}
	if _, err := globs.Glob("?").MatchExact("é"); !errors.Is(err, globs.ErrUnit) {
		t.Errorf("MatchExact: %v", err)
	}
	if _, _, err := globs.Meets(globs.Exactly("é"), globs.Glob("?")); !errors.Is(err, globs.ErrUnit) {
		t.Errorf("Meets: %v", err)
	}
	if _, _, err := globs.Find(every(""), [][]globs.Pattern{patterns("é?")}, nil, plenty()); !errors.Is(err, globs.ErrUnit) {
		t.Errorf("Find: %v", err)
	}
	if _, err := globs.Classes(patterns("é", "?"), plenty()); !errors.Is(err, globs.ErrUnit) {
		t.Errorf("Classes: %v", err)
	}
}

// TestAllOfASCIIUsed holds that a fresh character is found outside ASCII, and
// that ? is then not relied on.
func TestAllOfASCIIUsed(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for c := range rune(128) {
		if c != '*' && c != '?' {
			all.WriteRune(c)
		}
	}
	used := []globs.Pattern{globs.Literal(all.String()), globs.Literal("*?Ā")}
	ok, witness, err := globs.Covered(globs.Span{NonEmpty: true, Max: globs.Unbounded}, used)
	if ok || err != nil || witness != "ā" {
		t.Errorf("got %v %q %v", ok, witness, err)
	}
	// All characters of one byte are named, so that none stands for all of these.
	short := globs.Span{NonEmpty: true, Max: 1}
	if ok, witness, err = globs.Covered(short, used); ok || !errors.Is(err, globs.ErrFresh) {
		t.Errorf("of one byte: got %v %q %v", ok, witness, err)
	}
	if ok, witness, err = globs.Find(short, nil, used, plenty()); ok || !errors.Is(err, globs.ErrFresh) {
		t.Errorf("found, of one byte: got %v %q %v", ok, witness, err)
	}
	begun := globs.Span{Prefix: all.String(), NonEmpty: true, Max: 1}
	if ok, witness, err = globs.Meets(begun, globs.Glob(all.String()+"*")); !ok || witness != all.String()+"z" || err != nil {
		t.Errorf("met, of one byte: got %v %q %v", ok, witness, err)
	}
	if _, _, err = globs.Covered(globs.Span{NonEmpty: true, Max: globs.Unbounded}, append(used, globs.Glob("?"))); !errors.Is(err, globs.ErrUnit) {
		t.Errorf("with ?: %v", err)
	}
}

func TestFindRunsOutOfBudget(t *testing.T) {
	t.Parallel()
	some := [][]globs.Pattern{patterns("*a*b*a*b*"), patterns("*b*b*a*a*"), patterns("*a*a*a*b*")}
	var none []globs.Pattern
	for i := range 40 {
		none = append(none, globs.Glob("*a"+strings.Repeat("?", i)))
	}
	budget := globs.Budget(100_000)
	found, witness, err := globs.Find(every(""), some, none, &budget)
	if found || witness != "" || !errors.Is(err, globs.ErrBudget) {
		t.Errorf("got %v %q %v", found, witness, err)
	}
	if budget > 0 {
		t.Errorf("%d of the budget is left", budget)
	}
}

func TestWideCharactersCountInBytes(t *testing.T) {
	t.Parallel()
	span := globs.Span{Max: 3}
	if ok, witness, err := globs.Meets(span, globs.Glob("é*é")); ok || err != nil {
		t.Errorf("Meets: %q %v", witness, err)
	}
	span.Max = 4
	if ok, witness, err := globs.Meets(span, globs.Glob("é*é")); !ok || witness != "éé" || err != nil {
		t.Errorf("Meets: %v %q %v", ok, witness, err)
	}
	some := [][]globs.Pattern{append(patterns("*é*"), patterns("*ab*")...)}
	if found, witness, err := globs.Find(every(""), some, patterns("é"), plenty()); !found || witness != "ab" || err != nil {
		t.Errorf("Find: %v %q %v", found, witness, err)
	}
}

func TestSegmentsStopAtColons(t *testing.T) {
	t.Parallel()
	arn := globs.Compile(globs.Part{Text: "arn:*:sns:*:", Kind: globs.Segment}, globs.Part{Text: "t*", Kind: globs.Wild})
	for text, want := range map[string]bool{
		"arn:aws:sns:r:t": true, "arn::sns::t:u": true, "arn:a:b:sns:r:t": false, "arn:aws:sns:r:1:t": false,
	} {
		if got := arn.Match(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	ok, witness, err := globs.Covered(every("arn:"), []globs.Pattern{globs.Compile(globs.Part{Text: "*", Kind: globs.Segment})})
	if ok || err != nil || witness != "arn:" {
		t.Errorf("Covered: %v %q %v", ok, witness, err)
	}
}
