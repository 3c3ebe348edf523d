package strictjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// String reads a string.
func (r *Reader) String() (string, error) {
	if r.Peek() != '"' {
		return "", r.Mistaken("a string")
	}
	start := r.at + 1
	for at := start; at < len(r.text); at++ {
		switch c := r.text[at]; {
		case c == '"':
			r.at = at + 1
			return r.text[start:at], nil
		case c == '\\':
			return r.escaped()
		case c < ' ':
			return "", errors.New("a string holds a control character")
		}
	}
	return "", errOpenString
}

var errOpenString = errors.New("the text ends within a string")

// escaped reads a string that holds escapes. What encoding/json would replace,
// half a surrogate pair, is an error.
func (r *Reader) escaped() (string, error) {
	end := r.closing(r.at)
	if end < 0 {
		return "", errOpenString
	}
	quoted := r.text[r.at:end]
	var out string
	if err := json.Unmarshal([]byte(quoted), &out); err != nil {
		return "", fmt.Errorf("a string is malformed: %w", err)
	}
	if strings.ContainsRune(out, utf8.RuneError) && !strings.ContainsRune(quoted, utf8.RuneError) {
		return "", errors.New("a string is not valid Unicode")
	}
	r.at = end
	return out, nil
}

// closing returns where the string that starts at at is over, or -1.
func (r *Reader) closing(at int) int {
	for at++; ; {
		quote := strings.IndexByte(r.text[min(at, len(r.text)):], '"')
		if quote < 0 {
			return -1
		}
		escape := strings.IndexByte(r.text[at:at+quote], '\\')
		if escape < 0 {
			return at + quote + 1
		}
		at += escape + 2
	}
}

// Scalar reads a string, a number or a boolean. Numbers stay as they are
// written.
func (r *Reader) Scalar() (string, error) {
	c := r.Peek()
	if c == '"' {
		return r.String()
	}
	end := r.wordEnd()
	word := r.text[r.at:end]
	valid := word == "true" || word == "false"
	if c == '-' || c >= '0' && c <= '9' {
		valid = json.Valid([]byte(word))
	}
	if !valid {
		return "", r.Mistaken("a string, number or boolean")
	}
	r.at = end
	return word, nil
}

// wordEnd returns where the word or number that comes next is over.
func (r *Reader) wordEnd() int {
	end := r.at
	for end < len(r.text) && strings.IndexByte(delimiters, r.text[end]) < 0 {
		end++
	}
	return end
}

// Raw reads any value and returns its text. It finds the value's end and does
// not look whether it is well-formed up to there: whoever reads the text will.
func (r *Reader) Raw() (string, error) {
	c := r.Peek()
	var end int
	start := r.at
	switch c {
	case '"':
		end = r.closing(start)
	case '{', '[':
		end = r.balanced(start)
	default:
		if end = r.wordEnd(); end == start {
			return "", r.Mistaken("a value")
		}
	}
	if end < 0 {
		return "", errors.New("the text ends within a value")
	}
	r.at = end
	return r.text[start:end], nil
}

// balanced returns where as many brackets are closed as are open from at on,
// or -1.
func (r *Reader) balanced(at int) int {
	for depth := 0; at < len(r.text); at++ {
		switch r.text[at] {
		case '"':
			end := r.closing(at)
			if end < 0 {
				return -1
			}
			at = end - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
	return -1
}
