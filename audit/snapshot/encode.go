package snapshot

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// Encode writes the snapshot as one line of JSON. The same snapshot always
// gives the same bytes, those of encoding/json without HTML escapes. It takes
// little memory, however large the snapshot is.
func Encode(w io.Writer, s *Snapshot) error {
	e := &encoder{out: bufio.NewWriterSize(w, 64<<10)}
	e.json = json.NewEncoder(&e.text)
	e.json.SetEscapeHTML(false)
	err := e.value(reflect.ValueOf(s.Contents))
	if err == nil {
		_, _ = e.out.WriteString("\n") // Flush has the error
		err = e.out.Flush()
	}
	if err != nil {
		return fmt.Errorf("writing the snapshot: %w", err)
	}
	return nil
}

// encoder writes element by element what encoding/json would hold as a whole:
// the lists of Contents and Scope.
type encoder struct {
	out  *bufio.Writer
	text bytes.Buffer
	json *json.Encoder // into text
}

func (e *encoder) value(v reflect.Value) error {
	switch {
	case v.Type() == reflect.TypeFor[Contents](), v.Type() == reflect.TypeFor[Scope]():
		return e.object(v)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct && !v.IsNil():
		return e.list(v)
	}
	e.text.Reset()
	if err := e.json.Encode(v.Interface()); err != nil {
		return err
	}
	_, err := e.out.Write(bytes.TrimSuffix(e.text.Bytes(), []byte("\n")))
	return err
}

func (e *encoder) list(v reflect.Value) error {
	between := "["
	for i := range v.Len() {
		_, _ = e.out.WriteString(between)
		if err := e.value(v.Index(i)); err != nil {
			return err
		}
		between = ","
	}
	if v.Len() == 0 {
		_, _ = e.out.WriteString("[")
	}
	_, err := e.out.WriteString("]")
	return err
}

func (e *encoder) object(v reflect.Value) error {
	between := "{"
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if strings.Contains(options, "omitempty") && empty(v.Field(i)) {
			continue
		}
		_, _ = fmt.Fprintf(e.out, "%s%q:", between, name)
		if err := e.value(v.Field(i)); err != nil {
			return err
		}
		between = ","
	}
	_, err := e.out.WriteString("}")
	return err
}

// empty is what omitempty leaves out: of the types that are here, texts, lists
// and maps without anything in them.
func empty(v reflect.Value) bool { return v.Len() == 0 }
