package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxDocument is the longest text, in bytes, that Parse reads. AWS's own limits
// are lower: 20 KB for a bucket policy ("Amazon S3 User Guide", bucket policies).
const MaxDocument = 256 << 10

// reader takes JSON (RFC 8259) apart in one pass. Unlike encoding/json it
// notices a name given twice and text that is not Unicode, and it goes no deeper
// than the caller asks for, so nesting needs no bound of its own.
type reader struct {
	text string
	at   int
}

func newReader(text string) (*reader, error) {
	if len(text) > MaxDocument {
		return nil, fmt.Errorf("the text is longer than %d bytes", MaxDocument)
	}
	if !utf8.ValidString(text) {
		return nil, errors.New("the text is not valid UTF-8")
	}
	return &reader{text: text}, nil
}

// peek returns the first byte of what comes next, white space left out, or 0 at
// the end.
func (r *reader) peek() byte {
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

// take reads the byte c.
func (r *reader) take(c byte) error {
	if got := r.peek(); got != c {
		return fmt.Errorf("%s where %q is expected", r.describe(), string(c))
	}
	r.at++
	return nil
}

// end makes sure that nothing follows.
func (r *reader) end() error {
	if r.peek() != 0 || r.at < len(r.text) {
		return errors.New("more text follows the document")
	}
	return nil
}

// object reads an object. Member is called for each name, to read the value.
func (r *reader) object(member func(name string) error) error {
	if r.peek() != '{' {
		return fmt.Errorf("%s where an object is expected", r.describe())
	}
	var seen []string
	return r.sequence('}', func() error {
		name, err := r.string()
		if err != nil {
			return err
		}
		if slices.Contains(seen, name) {
			return fmt.Errorf("%q is given twice", name)
		}
		if len(seen) == maxMembers {
			return fmt.Errorf("an object has more than %d members", maxMembers)
		}
		seen = append(seen, name)
		if err := r.take(':'); err != nil {
			return err
		}
		return member(name)
	})
}

// maxMembers bounds the names that are compared with each other.
const maxMembers = 1000

// sequence reads items, parted by commas, from the opening bracket to closing.
func (r *reader) sequence(closing byte, item func() error) error {
	r.at++
	if r.peek() == closing {
		r.at++
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if r.peek() != ',' {
			return r.take(closing)
		}
		r.at++
	}
}

// list reads one value or an array of values with read.
func (r *reader) list(read func() (string, error)) ([]string, error) {
	if r.peek() != '[' {
		value, err := read()
		return []string{value}, err
	}
	values := []string{}
	err := r.sequence(']', func() error {
		value, err := read()
		values = append(values, value)
		return err
	})
	return values, err
}

// string reads a string.
func (r *reader) string() (string, error) {
	if r.peek() != '"' {
		return "", fmt.Errorf("%s where a string is expected", r.describe())
	}
	start := r.at
	for at := start + 1; at < len(r.text); at++ {
		switch c := r.text[at]; {
		case c == '"':
			r.at = at + 1
			return r.text[start+1 : at], nil
		case c == '\\':
			return r.escaped(start, at)
		case c < ' ':
			return "", errors.New("a string holds a control character")
		}
	}
	return "", errors.New("the text ends within a string")
}

// escaped reads a string that starts at start and has its first escape at at.
// What encoding/json would repair, such as half a surrogate pair, is an error.
func (r *reader) escaped(start, at int) (string, error) {
	for ; at < len(r.text) && r.text[at] != '"'; at++ {
		if r.text[at] == '\\' {
			at++
		}
	}
	if at >= len(r.text) {
		return "", errors.New("the text ends within a string")
	}
	quoted := r.text[start : at+1]
	var out string
	if err := json.Unmarshal([]byte(quoted), &out); err != nil {
		return "", fmt.Errorf("a string is malformed: %w", err)
	}
	if strings.ContainsRune(out, utf8.RuneError) && !strings.ContainsRune(quoted, utf8.RuneError) {
		return "", errors.New("a string is not valid Unicode")
	}
	r.at = at + 1
	return out, nil
}

// scalar reads a string, number or boolean. Numbers stay as they are written.
func (r *reader) scalar() (string, error) {
	c := r.peek()
	if c == '"' {
		return r.string()
	}
	end := r.at
	for end < len(r.text) && strings.IndexByte(" \t\r\n,:[]{}\"", r.text[end]) < 0 {
		end++
	}
	word := r.text[r.at:end]
	valid := word == "true" || word == "false"
	if c == '-' || c >= '0' && c <= '9' {
		valid = json.Valid([]byte(word))
	}
	if !valid {
		return "", fmt.Errorf("%s where a string, number or boolean is expected", r.describe())
	}
	r.at = end
	return word, nil
}

// describe names what comes next.
func (r *reader) describe() string {
	switch c := r.peek(); {
	case c == 0:
		return "the end of the text"
	case c == '{':
		return "an object"
	case c == '[':
		return "a list"
	case c == '"':
		return "a string"
	case c == 't' || c == 'f':
		return "a boolean"
	case c == 'n':
		return "null"
	case c == '-' || c >= '0' && c <= '9':
		return "a number"
	default:
		return "malformed JSON"
	}
}
