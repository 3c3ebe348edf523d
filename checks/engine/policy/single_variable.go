package policy

import "strings"

// singleResolution says how the variables of a text came out.
type singleResolution uint8

const (
	singleResolved   singleResolution = iota
	singleUnresolved                  // a key is not in the request and there is no default
	singleUnsettled                   // a form whose meaning is not documented
)

// singleText is a text of a policy after its variables were replaced.
type singleText struct {
	symbols    []rune
	resolution singleResolution
	colon      bool // a value that was put in holds a colon
}

// expand replaces the policy variables of text as "IAM policy elements:
// Variables and tags" (IAM User Guide) says: only in documents of version
// 2012-10-17, and by literal characters. Outside variables * and ? are
// wildcards if wild is set.
func (c singleContext) expand(text, version string, wild bool) singleText {
	spell := singleLiteral
	if wild {
		spell = singlePattern
	}
	if version != Version2012 {
		return singleText{symbols: spell(text)}
	}
	var out singleText
	for {
		before, rest, found := strings.Cut(text, "${")
		out.symbols = append(out.symbols, spell(before)...)
		if !found {
			return out
		}
		body, after, closed := strings.Cut(rest, "}")
		if !closed {
			out.resolution = singleUnsettled
			return out
		}
		value, resolution := c.variable(body)
		out.symbols = append(out.symbols, singleLiteral(value)...)
		out.resolution = max(out.resolution, resolution)
		out.colon = out.colon || strings.Contains(value, ":")
		text = after
	}
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
	case len(values) == 1:
		return values[0], singleResolved
	case len(values) > 1:
		return "", singleUnsettled
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
