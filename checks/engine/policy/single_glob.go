package policy

import (
	"slices"
	"unicode/utf8"
)

// Patterns and texts are compared as lists of symbols: code points, and the
// two wildcards.
const (
	singleStar rune = -1 // any number of characters
	singleAny  rune = -2 // exactly one character
)

// singleLiteral returns the symbols of text in which nothing is a wildcard.
func singleLiteral(text string) []rune { return []rune(text) }

// singlePattern returns the symbols of text in which * and ? are wildcards.
func singlePattern(text string) []rune {
	symbols := []rune(text)
	for i, symbol := range symbols {
		switch symbol {
		case '*':
			symbols[i] = singleStar
		case '?':
			symbols[i] = singleAny
		}
	}
	return symbols
}

// singleBytes spells every code point as its bytes in UTF-8, one symbol each.
func singleBytes(symbols []rune) []rune {
	bytes := make([]rune, 0, len(symbols))
	for _, symbol := range symbols {
		if symbol < utf8.RuneSelf {
			bytes = append(bytes, symbol)
			continue
		}
		for _, b := range []byte(string(symbol)) {
			bytes = append(bytes, rune(b))
		}
	}
	return bytes
}

// singleMatch says whether the whole text matches. AWS does not say whether ?
// stands for a byte or for a code point: both are tried where they differ.
func singleMatch(pattern, text []rune) singleTri {
	points := singleGlob(pattern, text)
	if singleIsASCII(pattern) && singleIsASCII(text) {
		return singleIf(points)
	}
	bytes := singleGlob(singleBytes(pattern), singleBytes(text))
	return singleBoth(singleIf(points), singleIf(bytes))
}

func singleIsASCII(symbols []rune) bool {
	return !slices.ContainsFunc(symbols, func(symbol rune) bool { return symbol >= utf8.RuneSelf })
}

// singleGlob matches by returning to the last star whenever the text departs
// from the pattern. An earlier star need not be tried again: the last one can
// take whatever it would. Steps are at most len(pattern) times len(text).
func singleGlob(pattern, text []rune) bool {
	p, t := 0, 0
	afterStar, retry := -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == singleStar:
			p++
			afterStar, retry = p, t
		case p < len(pattern) && (pattern[p] == singleAny || pattern[p] == text[t]):
			p++
			t++
		case afterStar >= 0:
			retry++
			p, t = afterStar, retry
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == singleStar {
		p++
	}
	return p == len(pattern)
}
