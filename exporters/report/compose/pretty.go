package compose

import (
	"bytes"
	"encoding/json"
	"strings"
)

// maxLine is how many bytes of JSON stand in one line.
const maxLine = 88

// pretty is JSON as people read it: what is short stands in one line, what is
// longer is indented, and members keep their order; "" of what is no JSON.
func pretty(raw json.RawMessage) string {
	var flat bytes.Buffer
	if len(raw) == 0 || json.Compact(&flat, raw) != nil {
		return ""
	}
	var b strings.Builder
	folded(&b, flat.Bytes(), "")
	return b.String()
}

// folded writes one value of compact JSON.
func folded(b *strings.Builder, value []byte, indent string) {
	if len(indent)+len(value) <= maxLine || value[0] != '{' && value[0] != '[' {
		b.Write(value)
		return
	}
	if value[0] == '[' && !bytes.ContainsAny(value[1:], "[{") {
		filled(b, items(value), indent)
		return
	}
	b.WriteByte(value[0])
	deeper := indent + "  "
	for i, item := range items(value) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + deeper)
		key := 0
		if value[0] == '{' {
			key = len(first(item)) + 1
			b.Write(item[:key])
			b.WriteByte(' ')
		}
		folded(b, item[key:], deeper)
	}
	b.WriteString("\n" + indent)
	b.WriteByte(value[len(value)-1])
}

// filled writes an array of plain values, as many in a line as there is room
// for.
func filled(b *strings.Builder, list [][]byte, indent string) {
	b.WriteString("[\n" + indent + "  ")
	column := len(indent) + 2
	for i, item := range list {
		switch {
		case i == 0:
		case column+len(item) > maxLine:
			b.WriteString(",\n" + indent + "  ")
			column = len(indent) + 2
		default:
			b.WriteString(", ")
		}
		b.Write(item)
		column += len(item) + 2
	}
	b.WriteString("\n" + indent + "]")
}

// items are the members of an object, key and all, or of an array.
func items(value []byte) [][]byte {
	var list [][]byte
	for rest := value[1 : len(value)-1]; len(rest) > 0; {
		end := len(first(rest))
		if value[0] == '{' {
			end += 1 + len(first(rest[end+1:]))
		}
		list = append(list, rest[:end])
		rest = bytes.TrimPrefix(rest[end:], []byte{','})
	}
	return list
}

// first is the value that compact JSON begins with.
func first(b []byte) []byte {
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch ch := b[i]; {
		case quoted && ch == '\\':
			i++
		case ch == '"':
			quoted = !quoted
		case quoted:
		case ch == '{' || ch == '[':
			depth++
		case ch == '}' || ch == ']':
			depth--
		}
		if depth == 0 && !quoted && (i+1 == len(b) || strings.IndexByte(",:]}", b[i+1]) >= 0) {
			return b[:i+1]
		}
	}
	return b
}
