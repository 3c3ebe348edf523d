package globs_test

import (
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// Fuzz targets read their problems from text: characters outside the alphabet
// are mapped into it, so that every input is a problem small enough for the
// brute force.

func inAlphabet(text, alphabet string, most int) string {
	if len(text) > most {
		text = text[:most]
	}
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(alphabet, c) {
			return c
		}
		return rune(alphabet[int(c)%len(alphabet)])
	}, strings.ToValidUTF8(text, "a"))
}

func fuzzSpecs(text string, count int) []spec {
	var out []spec
	for _, field := range strings.SplitN(text, "\n", count) {
		out = append(out, spec{text: inAlphabet(field, "ab?*", 5)})
	}
	return out
}

func fuzzSpan(prefix, suffix string, nonEmpty bool, limit uint8) globs.Span {
	span := globs.Span{
		Prefix: inAlphabet(prefix, "ab", 3), Suffix: inAlphabet(suffix, "ab", 2), NonEmpty: nonEmpty, Max: globs.Unbounded,
	}
	if limit < reach {
		span.Max = int(limit)
	}
	return span
}

func FuzzCovered(f *testing.F) {
	f.Add("a", "", true, uint8(9), "a?\n??*")
	f.Add("", "ab", false, uint8(9), "*b\nab\n?b")
	f.Add("aa", "b", false, uint8(3), "a*a?b*\n***\n")
	f.Fuzz(func(t *testing.T, prefix, suffix string, nonEmpty bool, limit uint8, patterns string) {
		checkCovered(t, fuzzSpan(prefix, suffix, nonEmpty, limit), fuzzSpecs(patterns, 5), "abz")
	})
}

func FuzzMeets(f *testing.F) {
	f.Add("a", "ba", true, uint8(9), "a*b?")
	f.Add("ab", "b", false, uint8(0), "a?b")
	f.Fuzz(func(t *testing.T, prefix, suffix string, nonEmpty bool, limit uint8, pattern string) {
		checkMeets(t, fuzzSpan(prefix, suffix, nonEmpty, limit), spec{text: inAlphabet(pattern, "ab?*", 5)}, "abz")
	})
}

func FuzzFind(f *testing.F) {
	f.Add("a", "", false, uint8(9), "*a*\nb*", "*aa\n?b")
	f.Add("", "", true, uint8(2), "*", "a*\nb*")
	f.Fuzz(func(t *testing.T, prefix, suffix string, nonEmpty bool, limit uint8, some, none string) {
		checkFind(t, fuzzSpan(prefix, suffix, nonEmpty, limit), [][]spec{fuzzSpecs(some, 2)}, fuzzSpecs(none, 3), "abz")
	})
}
