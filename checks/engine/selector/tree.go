package selector

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// An object is a JSON object with its members in the order they stood in,
// repeated names included: encoding/json's maps would lose both.
type object []member

type member struct {
	name  string
	value any // object, []any, string, json.Number, bool or nil
}

var errNotJSON = errors.New("not one JSON value in UTF-8")

// readTree reads a whole JSON text. The depth of the result is bounded, since
// encoding/json refuses texts nested deeper than 10,000.
func readTree(raw []byte) (any, error) {
	if !utf8.Valid(raw) || !json.Valid(raw) {
		return nil, errNotJSON
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return readValue(d)
}

func readValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return readObject(d)
	case json.Delim('['):
		return readArray(d)
	}
	return token, nil
}

func readObject(d *json.Decoder) (any, error) {
	o := object{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		value, err := readValue(d)
		if err != nil {
			return nil, err
		}
		o = append(o, member{fmt.Sprint(name), value})
	}
	_, err := d.Token()
	return o, err
}

func readArray(d *json.Decoder) (any, error) {
	a := []any{}
	for d.More() {
		value, err := readValue(d)
		if err != nil {
			return nil, err
		}
		a = append(a, value)
	}
	_, err := d.Token()
	return a, err
}

// get returns the value of the first member of that name, nil if there is none.
func (o object) get(name string) any {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// set replaces the value of the named member or appends one.
func (o object) set(name string, value any) object {
	o = slices.Clone(o)
	for i := range o {
		if o[i].name == name {
			o[i].value = value
			return o
		}
	}
	return append(o, member{name, value})
}

// read splits the members into those known by name and what is wrong with the
// rest. A null counts as absent. A name that stands twice is not known: which
// of the two counts is anyone's guess. at begins what is said of a problem.
func (o object) read(at string, names ...string) (known map[string]any, problems []string) {
	known = make(map[string]any, len(o))
	seen := make(map[string]bool, len(o))
	for _, m := range o {
		switch {
		case seen[m.name]:
			problems = append(problems, fmt.Sprintf("%smember %.80q stands more than once", at, m.name))
			delete(known, m.name)
		case !slices.Contains(names, m.name):
			problems = append(problems, fmt.Sprintf("%smember %.80q is not known", at, m.name))
		case m.value != nil:
			known[m.name] = m.value
		}
		seen[m.name] = true
	}
	return known, problems
}

// texts reads a list of one or more non-empty strings.
func texts(v any) ([]string, bool) {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return nil, false
	}
	out := make([]string, len(list))
	for i, item := range list {
		s, ok := item.(string)
		if !ok || s == "" {
			return nil, false
		}
		out[i] = s
	}
	return out, true
}
