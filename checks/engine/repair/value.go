package repair

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// value is a JSON value of which every scalar and every name is kept as it is
// written, escapes and number forms included.
type value struct {
	form    form
	raw     string // of a scalar
	members []member
	items   []*value
}

// form is what kind of JSON value a value is.
type form uint8

const (
	scalar form = iota
	object
	list
)

// member is one member of an object. Its name is quoted.
type member struct {
	name  string
	value *value
}

// readValue takes text apart that [policy.Parse] has accepted: it is valid, and
// no deeper than a policy.
func readValue(text string) *value {
	r := &reader{text: text}
	return r.value()
}

type reader struct {
	text string
	at   int
}

// next is the first byte of what comes next, white space left out.
func (r *reader) next() byte {
	for strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
	return r.text[r.at]
}

func (r *reader) value() *value {
	switch r.next() {
	case '{':
		v := &value{form: object}
		r.sequence('}', func() {
			name := r.scalar()
			r.next() // the colon
			r.at++
			v.members = append(v.members, member{name, r.value()})
		})
		return v
	case '[':
		v := &value{form: list}
		r.sequence(']', func() { v.items = append(v.items, r.value()) })
		return v
	default:
		return &value{raw: r.scalar()}
	}
}

func (r *reader) sequence(closing byte, item func()) {
	r.at++
	for r.next() != closing {
		if r.text[r.at] == ',' {
			r.at++
			continue
		}
		item()
	}
	r.at++
}

// scalar reads a string, number, boolean or null.
func (r *reader) scalar() string {
	quoted := r.next() == '"'
	start := r.at
	if !quoted {
		for r.at < len(r.text) && strings.IndexByte(" \t\r\n,:[]{}", r.text[r.at]) < 0 {
			r.at++
		}
		return r.text[start:r.at]
	}
	for r.at++; r.text[r.at] != '"'; r.at++ {
		if r.text[r.at] == '\\' {
			r.at++
		}
	}
	r.at++
	return r.text[start:r.at]
}

// text is a string value as it stands in JSON; <, > and & are not escaped.
func text(s string) *value {
	if !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' || c == '"' || c == '\\' }) {
		return &value{raw: `"` + s + `"`}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		panic(err) // strings always marshal
	}
	return &value{raw: strings.TrimSuffix(b.String(), "\n")}
}

// texts is one string, or a list of them.
func texts(all []string) *value {
	if len(all) == 1 {
		return text(all[0])
	}
	v := &value{form: list}
	for _, s := range all {
		v.items = append(v.items, text(s))
	}
	return v
}

// plain is the text of a scalar: of a string without its quotes and escapes.
func plain(raw string) string {
	if raw[0] == '"' && strings.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	var s string
	if err := json.Unmarshal([]byte(raw), &s); err != nil {
		return raw
	}
	return s
}

// get returns the member of that name, nil if there is none.
func (v *value) get(name string) *value {
	for _, m := range v.members {
		if plain(m.name) == name {
			return m.value
		}
	}
	return nil
}

// set replaces the member called old, or adds one, under the name.
func (v *value) set(old, name string, to *value) {
	for i := range v.members {
		if plain(v.members[i].name) == old {
			v.members[i] = member{text(name).raw, to}
			return
		}
	}
	v.members = append(v.members, member{text(name).raw, to})
}

// add puts strings behind a scalar, which becomes a list, or behind a list.
func (v *value) add(all ...string) {
	if v.form == scalar && len(all) > 0 {
		*v = value{form: list, items: []*value{{raw: v.raw}}}
	}
	for _, s := range all {
		v.items = append(v.items, text(s))
	}
}

func (v *value) clone() *value {
	out := *v
	out.members, out.items = slices.Clone(v.members), slices.Clone(v.items)
	for i := range out.members {
		out.members[i].value = out.members[i].value.clone()
	}
	for i := range out.items {
		out.items[i] = out.items[i].clone()
	}
	return &out
}

// size is the length of the value without white space.
func (v *value) size() int {
	n := len(v.raw)
	if v.form != scalar {
		n = 2 + max(0, len(v.members)+len(v.items)-1) // brackets and commas
	}
	for _, m := range v.members {
		n += len(m.name) + 1 + m.value.size()
	}
	for _, item := range v.items {
		n += item.size()
	}
	return n
}

// compact is the value without white space.
func (v *value) compact() string {
	var b strings.Builder
	b.Grow(v.size())
	v.write(&b, "")
	return b.String()
}

// indented is the value indented by two spaces.
func (v *value) indented() string {
	var b strings.Builder
	b.Grow(2 * v.size())
	v.write(&b, "\n")
	return b.String()
}

// write appends the value. What it spreads over lines it begins with the line
// break, which holds the indentation; without one there is no white space.
func (v *value) write(b *strings.Builder, line string) {
	opening, closing := byte('{'), byte('}')
	switch v.form {
	case scalar:
		b.WriteString(v.raw)
		return
	case list:
		opening, closing = '[', ']'
	}
	inner, space := line, ""
	if line != "" {
		inner, space = line+"  ", " "
	}
	b.WriteByte(opening)
	for i, m := range v.members {
		separate(b, i, inner)
		b.WriteString(m.name)
		b.WriteString(":" + space)
		m.value.write(b, inner)
	}
	for i, item := range v.items {
		separate(b, i, inner)
		item.write(b, inner)
	}
	if len(v.members)+len(v.items) > 0 {
		b.WriteString(line)
	}
	b.WriteByte(closing)
}

func separate(b *strings.Builder, i int, line string) {
	if i > 0 {
		b.WriteByte(',')
	}
	b.WriteString(line)
}
