package selector

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// writeTree writes a tree for people: two spaces a level, no escapes that only
// HTML needs.
func writeTree(v any) []byte { return appendTree(nil, v, "\n") }

// appendTree appends a value. What it spreads over lines it begins with the line
// break, which holds the indentation.
func appendTree(out []byte, v any, line string) []byte {
	inner := line + "  "
	switch v := v.(type) {
	case object:
		return appendList(out, '{', '}', len(v), line, func(out []byte, i int) []byte {
			return appendTree(append(appendText(out, v[i].name), ": "...), v[i].value, inner)
		})
	case []any:
		return appendList(out, '[', ']', len(v), line, func(out []byte, i int) []byte { return appendTree(out, v[i], inner) })
	case string:
		return appendText(out, v)
	case json.Number:
		return append(out, v...)
	case bool:
		return strconv.AppendBool(out, v)
	default:
		return append(out, "null"...)
	}
}

func appendList(out []byte, opening, closing byte, n int, line string, item func(out []byte, i int) []byte) []byte {
	out = append(out, opening)
	for i := range n {
		if i > 0 {
			out = append(out, ',')
		}
		out = item(append(append(out, line...), "  "...), i)
	}
	if n > 0 {
		out = append(out, line...)
	}
	return append(out, closing)
}

// appendText appends a string as JSON has it. Most need no escape.
func appendText(out []byte, text string) []byte {
	if !strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' || c == '"' || c == '\\' }) {
		return append(append(append(out, '"'), text...), '"')
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		panic(err) // strings always marshal
	}
	return append(out, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}
