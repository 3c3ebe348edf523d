package policy

import (
	"slices"
	"strings"
)

// singleResolution says how the variables of a text came out.
type singleResolution uint8

const (
	singleResolved   singleResolution = iota
	singleUnresolved                  // a key is not in the request and there is no default
	singleUnsettled                   // a form whose meaning is not documented
)

// singleText is a text of a policy after its variables were replaced.
type singleText struct {
	singlePattern
	resolution singleResolution
	colon      bool  // a value that was put in holds a colon
	guesses    []int // where a * stands for what is not settled
}

// exactly is the text without wildcards other than guesses.
func (t singleText) exactly() singlePattern {
	fixed := slices.Repeat([]bool{true}, len(t.text))
	for _, at := range t.guesses {
		fixed[at] = false
	}
	return singlePattern{text: t.text, fixed: fixed}
}

// singleHasVariables: variables exist only in documents of version 2012-10-17.
func singleHasVariables(text, version string) bool {
	return version == Version2012 && strings.IndexByte(text, '$') >= 0 && strings.Contains(text, "${")
}

// expand replaces the policy variables of text by literal characters, as "IAM
// policy elements: Variables and tags" (IAM User Guide) says. What is not settled
// becomes a wildcard.
func (c singleContext) expand(text, version string) singleText {
	if !singleHasVariables(text, version) {
		return singleText{singlePattern: singlePattern{text: text}}
	}
	bytes := make([]byte, 0, len(text))
	out := singleText{singlePattern: singlePattern{fixed: make([]bool, 0, len(text))}}
	put := func(text string, fixed bool) {
		bytes = append(bytes, text...)
		for range len(text) {
			out.fixed = append(out.fixed, fixed)
		}
	}
	for {
		before, rest, found := strings.Cut(text, "${")
		put(before, false)
		if !found {
			break
		}
		body, after, closed := strings.Cut(rest, "}")
		value, resolution := "", singleUnsettled
		if closed {
			value, resolution = c.variable(body)
		}
		if resolution == singleUnsettled {
			out.guesses = append(out.guesses, len(bytes))
			put("*", false)
		}
		put(value, true)
		out.resolution = max(out.resolution, resolution)
		out.colon = out.colon || strings.Contains(value, ":")
		text = after
	}
	out.text = string(bytes)
	return out
}

// variable returns the text that stands for ${body}.
func (c singleContext) variable(body string) (string, singleResolution) {
	if body == "*" || body == "?" || body == "$" {
		return body, singleResolved
	}
	key, fallback, hasFallback := strings.Cut(body, ",")
	if !strings.Contains(key, ":") || strings.ContainsAny(key, "${'*?") || strings.TrimSpace(key) != key {
		return "", singleUnsettled
	}
	fallback = strings.TrimSpace(fallback)
	if hasFallback && !singleQuoted(fallback) {
		return "", singleUnsettled
	}
	values := c.values(key)
	switch {
	case len(values) == 1 && !singleTakesLists(key):
		return values[0], singleResolved
	case len(values) > 0:
		return "", singleUnsettled // variables are documented for keys of one value only
	case hasFallback:
		return fallback[1 : len(fallback)-1], singleResolved
	default:
		return "", singleUnresolved
	}
}

// singleQuoted says whether text is one string in single quotes.
func singleQuoted(text string) bool {
	return len(text) >= 2 && text[0] == '\'' && strings.IndexByte(text[1:], '\'') == len(text)-2
}
