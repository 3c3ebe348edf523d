package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// segment is a part of a policy's text, marked or not.
type segment struct {
	Text string
	Mark string // why it is marked, "" if it is not
	ID   string // of the mark, to link to
	// Statement is which one it is, from 0, if it is marked.
	Statement int
}

// span is where something stands in a text.
type span struct{ from, to int }

// readable is the text of a policy as it is or, if it is all on one line, laid
// out; nothing but white space differs.
func readable(text string) (shown string, laid bool) {
	if strings.Contains(strings.TrimSpace(text), "\n") {
		return text, false
	}
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text, false
	}
	return b.String(), true
}

// statements are where the statements of a policy stand in its text, in order;
// none if it is no policy.
func statements(text string) []span {
	dec := json.NewDecoder(strings.NewReader(text))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil
		}
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			return nil
		}
		if name == "Statement" {
			to := int(dec.InputOffset())
			return elements(value, to-len(value))
		}
	}
	return nil
}

// elements are where the elements of a list stand, or what is no list itself.
func elements(value json.RawMessage, at int) (list []span) {
	if !bytes.HasPrefix(value, []byte("[")) {
		return []span{{at, at + len(value)}}
	}
	dec := json.NewDecoder(bytes.NewReader(value))
	_, _ = dec.Token() // the bracket
	for dec.More() {
		var element json.RawMessage
		if dec.Decode(&element) != nil {
			return nil
		}
		to := at + int(dec.InputOffset())
		list = append(list, span{to - len(element), to})
	}
	return list
}

// marked cuts the text up so that the statements in marks stand apart. IDs
// begin with the prefix.
func marked(text string, marks map[int][]string, prefix string) []segment {
	spans := statements(text)
	var list []segment
	done := 0
	for i, s := range spans {
		why, ok := marks[i]
		if !ok {
			continue
		}
		s.from -= indentation(text[done:s.from])
		list = append(list, segment{Text: text[done:s.from]}, segment{text[s.from:s.to], strings.Join(slices.Compact(why), "; "), fmt.Sprintf("%s-statement-%d", prefix, i), i})
		done = s.to
	}
	return append(list, segment{Text: text[done:]})
}

// indentation is how much white space stands at the end of the text, if
// nothing else does since its last line feed.
func indentation(text string) int {
	n := len(text) - len(strings.TrimRight(text, " \t"))
	if !strings.HasSuffix(text[:len(text)-n], "\n") {
		return 0
	}
	return n
}
