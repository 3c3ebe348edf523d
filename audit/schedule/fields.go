package schedule

import (
	"fmt"
	"regexp"
	"strings"
)

// field is one of the five parts of a spec.
type field struct {
	name   string
	values string // what stands in it, for people
}

// The places of fields that are spoken of by themselves.
const (
	hourField = iota + 1
	dayField
	monthField
)

var fields = [5]field{
	{"minute", "0-59"},
	{"hour", "0-23"},
	{"day of month", "1-31"},
	{"month", "1-12 or jan-dec"},
	{"day of week", "0-6 (0 is Sunday) or sun-sat"},
}

// item is one part of a field's list. The parser lets through more: it reads
// "*-5" as "*", and "," as nothing at all.
var item = regexp.MustCompile(`^([*?]|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?$`)

// check tells whether the text of the field at place is sound by itself, so
// that the error can name the field.
func (f field) check(place int, text string) error {
	words := []string{"*", "*", "*", "*", "*"}
	words[place] = text
	sound := true
	for part := range strings.SplitSeq(text, ",") {
		sound = sound && item.MatchString(part)
	}
	if sound {
		_, err := parseFields(words)
		sound = err == nil
	}
	if !sound {
		return fmt.Errorf("%s field %q is not valid: use %s, *, a range (a-b), a step (*/n) or a list of those with commas and no spaces", f.name, text, f.values)
	}
	return nil
}
