package batch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// line is the text of one, or what keeps it from being a question.
type line struct {
	text string
	err  error
}

// linesAtOnce bounds the lines that are handed over together.
const linesAtOnce = 16

// lines takes input apart at line breaks.
type lines struct{ in *bufio.Reader }

// some waits for one line and returns it with those that are there already.
// With an error, it returns the lines before it.
func (s lines) some() ([]line, error) {
	var out []line
	for {
		next, err := s.next()
		if err != nil {
			return out, err
		}
		out = append(out, next)
		if len(out) == linesAtOnce || !s.ready() {
			return out, nil
		}
	}
}

// ready reports whether a whole line is there already.
func (s lines) ready() bool {
	there, err := s.in.Peek(s.in.Buffered())
	return err == nil && bytes.IndexByte(there, '\n') >= 0
}

// next reads one line. Of one that is too long it keeps nothing. The last line
// needs no break.
func (s lines) next() (line, error) {
	var text []byte
	for size := 0; ; {
		part, err := s.in.ReadSlice('\n')
		if size += len(part); size <= MaxLine {
			text = append(text, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil && (size == 0 || !errors.Is(err, io.EOF)):
			return line{}, err
		case size > MaxLine:
			return line{err: fmt.Errorf("the line is longer than %d bytes", MaxLine)}, nil
		default:
			return line{text: string(text)}, nil
		}
	}
}
