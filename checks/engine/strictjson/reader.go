// Package strictjson reads JSON (RFC 8259) more strictly than encoding/json: a
// name given twice, a string that is not Unicode and text after the end are
// errors, names have one case, and nothing is repaired. It reads a text once,
// makes no tree, and goes no deeper than it is asked, so that nesting needs no
// bound.
package strictjson

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxMembers bounds the names of one object, which are compared with each other.
const MaxMembers = 1000

// Reader reads the values of a text one after another.
type Reader struct {
	text string
	at   int
}

// New returns a reader of the text. The error is that it is not UTF-8.
func New(text string) (*Reader, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("the text is not valid UTF-8")
	}
	return &Reader{text: text}, nil
}

// Peek returns the first byte of the value or sign that comes next, white space
// left out, or 0 at the end.
func (r *Reader) Peek() byte {
	for r.at < len(r.text) {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return c
		}
	}
	return 0
}

// End makes sure that nothing follows.
func (r *Reader) End() error {
	if r.Peek() != 0 || r.at < len(r.text) {
		return errors.New("more text follows the end")
	}
	return nil
}

// Object reads an object. It calls member for each name, which must read the
// value.
func (r *Reader) Object(member func(name string) error) error {
	if r.Peek() != '{' {
		return r.Mistaken("an object")
	}
	seen := make([]string, 0, usualMembers)
	return r.sequence('}', func() error {
		name, err := r.String()
		if err != nil {
			return err
		}
		if slices.Contains(seen, name) {
			return fmt.Errorf("%q is given twice", name)
		}
		if len(seen) == MaxMembers {
			return fmt.Errorf("an object has more than %d members", MaxMembers)
		}
		seen = append(seen, name)
		if err := r.take(':'); err != nil {
			return err
		}
		return member(name)
	})
}

// usualMembers is what most objects have at most, so that the list of names
// need not grow.
const usualMembers = 8

// Array reads an array. It calls element for each value, which must read it.
func (r *Reader) Array(element func() error) error {
	if r.Peek() != '[' {
		return r.Mistaken("a list")
	}
	return r.sequence(']', element)
}

// sequence reads items, parted by commas, from the opening bracket to closing.
func (r *Reader) sequence(closing byte, item func() error) error {
	r.at++
	if r.Peek() == closing {
		r.at++
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if r.Peek() != ',' {
			return r.take(closing)
		}
		r.at++
	}
}

func (r *Reader) take(c byte) error {
	if r.Peek() != c {
		return r.Mistaken(fmt.Sprintf("%q", string(c)))
	}
	r.at++
	return nil
}

// Bool reads true or false.
func (r *Reader) Bool() (bool, error) {
	switch {
	case r.Peek() == 't' && r.word("true"):
		return true, nil
	case r.Peek() == 'f' && r.word("false"):
		return false, nil
	default:
		return false, r.Mistaken("true or false")
	}
}

// Null reads null and reports whether it was there.
func (r *Reader) Null() bool { return r.Peek() == 'n' && r.word("null") }

// word reads the word if it comes next, whole.
func (r *Reader) word(word string) bool {
	end := r.at + len(word)
	if !strings.HasPrefix(r.text[r.at:], word) || end < len(r.text) && strings.IndexByte(delimiters, r.text[end]) < 0 {
		return false
	}
	r.at = end
	return true
}

// delimiters end a word or a number.
const delimiters = " \t\r\n,:[]{}\""

// Mistaken is the error that something else comes next than what is expected.
func (r *Reader) Mistaken(expected string) error {
	return fmt.Errorf("%s where %s is expected", r.describe(), expected)
}

func (r *Reader) describe() string {
	c := r.Peek()
	rest := r.text[r.at:]
	begins := func(word string) bool { return strings.HasPrefix(rest, word) }
	switch {
	case rest == "":
		return "the end of the text"
	case c == '{':
		return "an object"
	case c == '[':
		return "a list"
	case c == '"':
		return "a string"
	case begins("true") || begins("false"):
		return "a boolean"
	case begins("null"):
		return "null"
	case c == '-' || c >= '0' && c <= '9':
		return "a number"
	default:
		return "malformed JSON"
	}
}
