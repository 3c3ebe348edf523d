package document

import (
	"fmt"
	"time"
)

// Text is words in a line.
type Text []Span

// Span is a part of a text, of one kind.
type Span struct {
	Kind Kind
	Text string
	To   string // the ID that a Link leads to
}

// Kind says what a span is, and so whether it can be trusted.
type Kind int

// The kinds of span. Plain, Strong, Time and Link are words of our own; Prose and
// Code come from outside, and a format must let none of it be more than text.
const (
	Plain Kind = iota
	Strong
	Link
	Time  // an instant, not to be broken
	Prose // a sentence
	Code  // a name, such as an ARN or an action
)

// MaxText is how many characters of a span from outside are shown.
const MaxText = 1000

// Say is a text in words of our own.
func Say(format string, arguments ...any) Text {
	return Text{{Kind: Plain, Text: fmt.Sprintf(format, arguments...)}}
}

// Emphasize is a text in words of our own that stand out.
func Emphasize(format string, arguments ...any) Text {
	return Text{{Kind: Strong, Text: fmt.Sprintf(format, arguments...)}}
}

// Instant is a time to the minute, without its zone, which a document says once;
// "–" is none.
func Instant(t time.Time) Text {
	if t.IsZero() {
		return Say("–")
	}
	return Text{{Kind: Time, Text: t.UTC().Format("2006-01-02 15:04")}}
}

// Refer is words of our own that lead to another place of the document.
func Refer(words, id string) Text { return Text{{Kind: Link, Text: words, To: id}} }

// Quote is a sentence from outside.
func Quote(sentence string) Text { return Text{{Kind: Prose, Text: Cut(sentence, MaxText)}} }

// Whole is a sentence that is not to be cut, such as the documentation of a
// check.
func Whole(sentence string) Text { return Text{{Kind: Prose, Text: sentence}} }

// Name is a name from outside, "–" if it is empty.
func Name(name string) Text {
	if name == "" {
		return Say("–")
	}
	return Text{{Kind: Code, Text: Cut(name, MaxText)}}
}

// Join is the texts one after the other.
func Join(texts ...Text) Text {
	var all Text
	for _, t := range texts {
		all = append(all, t...)
	}
	return all
}

// Cut is the beginning of a text that has more than so many characters, and
// says how many are missing.
func Cut(s string, most int) string {
	end, runes := len(s), 0
	for i := range s {
		if runes == most {
			end = i
		}
		runes++
	}
	if runes <= most {
		return s
	}
	return s[:end] + fmt.Sprintf(" … (%d more characters)", runes-most)
}
