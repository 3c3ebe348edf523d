package config

import (
	"encoding"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// kind is what YAML can hold at a place.
type kind int

const (
	text   kind = iota
	list        // of elem
	record      // a mapping with the keys of fields
	table       // a mapping with any keys, each to an elem
	opaque      // anything, not read
)

// shape is what may stand at a place of the file. It is read off the types,
// so that a key is declared once.
type shape struct {
	kind   kind
	fields map[string]*shape
	elem   *shape
	short  string // a record may be given as one text, the value of this key
	what   string // what messages call a text that is of some form
}

func configShape() *shape { return shapeOf(reflect.TypeFor[Config]()) }

func shapeOf(t reflect.Type) *shape {
	switch t {
	case reflect.TypeFor[Period]():
		return &shape{kind: text, what: periodExample}
	case reflect.TypeFor[Window]():
		return &shape{kind: text, what: windowExample}
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return &shape{kind: text}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return shapeOf(t.Elem())
	case reflect.String:
		return &shape{kind: text}
	case reflect.Slice:
		return &shape{kind: list, elem: shapeOf(t.Elem())}
	case reflect.Map:
		return &shape{kind: table, elem: shapeOf(t.Elem())}
	case reflect.Struct:
		return recordOf(t)
	default:
		return &shape{kind: opaque}
	}
}

func recordOf(t reflect.Type) *shape {
	s := &shape{kind: record, fields: map[string]*shape{}}
	for field := range t.Fields() {
		if !field.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		s.fields[name] = shapeOf(field.Type)
	}
	if t == reflect.TypeFor[Bucket]() {
		s.short = "name"
	}
	return s
}

// keys lists the keys of a record, sorted.
func (s *shape) keys() []string { return slices.Sorted(maps.Keys(s.fields)) }

// noun names the shape in the words of YAML.
func (s *shape) noun() string {
	switch {
	case s.what != "":
		return s.what
	case s.kind == text:
		return "a string"
	case s.kind == list:
		return "a list of " + s.elem.plural()
	case s.short != "":
		return "a string or a mapping"
	default:
		return "a mapping"
	}
}

func (s *shape) plural() string {
	switch {
	case s.kind == text:
		return "strings"
	case s.short != "":
		return "strings or mappings"
	default:
		return "mappings"
	}
}

// settings lists the paths of the given kind that lie in records only: what
// the environment and the flags can name.
func (s *shape) settings(k kind) []place {
	var found []place
	for _, name := range s.keys() {
		field := s.fields[name]
		switch field.kind {
		case k:
			found = append(found, place("").key(name))
		case record:
			for _, below := range field.settings(k) {
				found = append(found, place("").key(name)+"."+below)
			}
		}
	}
	return found
}
