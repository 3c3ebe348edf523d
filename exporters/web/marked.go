package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// segment is a part of the text of a policy or of selectors, marked or not.
type segment struct {
	Text string
	Mark string // why it is marked, "" if it is not
	ID   string // of the mark, to link to
	// Number is which statement or selector it is, from 0, if it is marked.
	Number int
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

// kind is what a text lists: what one of these is called, and under which
// names of the text they stand.
type kind struct {
	noun    string
	members []string
}

// The kinds of texts: policies, and answers of cloudtrail:GetEventSelectors, in
// which one of two lists is empty.
var (
	statements = kind{"Statement", []string{"Statement"}}
	selectors  = kind{"Selector", []string{"EventSelectors", "AdvancedEventSelectors"}}
)

// in is where they stand in the text, in order; none if it is no such text.
func (k kind) in(text string) []span {
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
		if name, ok := name.(string); !ok || !slices.Contains(k.members, name) || string(value) == "null" {
			continue
		}
		to := int(dec.InputOffset())
		if list := elements(value, to-len(value)); len(list) > 0 {
			return list
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

// marked cuts the text up so that those in marks stand apart. IDs begin with
// the prefix.
func (k kind) marked(text string, marks map[int][]string, prefix string) []segment {
	spans := k.in(text)
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
