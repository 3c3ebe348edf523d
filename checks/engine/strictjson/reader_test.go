package strictjson_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/strictjson"
)

// read reads any value whole, and returns it as encoding/json would.
func read(r *strictjson.Reader) (any, error) {
	switch c := r.Peek(); {
	case c == '{':
		out := map[string]any{}
		err := r.Object(func(name string) error {
			value, err := read(r)
			out[name] = value
			return err
		})
		return out, err
	case c == '[':
		out := []any{}
		err := r.Array(func() error {
			value, err := read(r)
			out = append(out, value)
			return err
		})
		return out, err
	case c == '"':
		return r.String()
	case c == 'n' && r.Null():
		return nil, nil
	case c == '-' || c >= '0' && c <= '9':
		word, err := r.Raw()
		if err != nil {
			return nil, err
		}
		var number float64
		err = json.Unmarshal([]byte(word), &number)
		return number, err
	default:
		return r.Bool()
	}
}

func whole(text string) error {
	r, err := strictjson.New(text)
	if err != nil {
		return err
	}
	if _, err := read(r); err != nil {
		return err
	}
	return r.End()
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{``, "the end of the text where"},
		{`{`, "the end of the text where a string is expected"},
		{`{"a":1,}`, "malformed JSON where a string is expected"},
		{`{"a":1,"b":2,"a":3}`, `"a" is given twice`},
		{`{"a":1,"\u0061":2}`, `"a" is given twice`},
		{`{"a" 1}`, `a number where ":" is expected`},
		{`{"a":1]`, `malformed JSON where "}" is expected`},
		{`[1 2]`, `a number where "]" is expected`},
		{`[tru]`, "malformed JSON where true or false is expected"},
		{`[truex]`, "a boolean where true or false is expected"},
		{`[nul]`, "malformed JSON where true or false is expected"},
		{`{} {}`, "more text follows the end"},
		{`[]` + "\x00", "more text follows the end"},
		{`"a`, "the text ends within a string"},
		{`"a\`, "the text ends within a string"},
		{`"\x"`, "a string is malformed"},
		{"\"a\nb\"", "control character"},
		{`"\ud800"`, "not valid Unicode"},
		{`"\ud800\u0041"`, "not valid Unicode"},
		{"\"\xff\"", "not valid UTF-8"},
		{"\ufeff{}", "malformed JSON where"},
	} {
		if err := whole(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want %q", c.text, err, c.want)
		}
	}
}

func TestMembersAreBounded(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range strictjson.MaxMembers + 1 {
		b.WriteString(strings.Repeat("x", i) + `":1,"`)
	}
	if err := whole(`{"` + b.String() + `":1}`); err == nil || !strings.Contains(err.Error(), "more than 1000 members") {
		t.Errorf("error %v", err)
	}
}

func TestRaw(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{` {"a": [1, "]}\""]} ,`, `{"a": [1, "]}\""]}`},
		{`"a\\" ,`, `"a\\"`},
		{` 12e3]`, "12e3"},
		{strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)},
	} {
		r, err := strictjson.New(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Raw(); got != c.want || err != nil {
			t.Errorf("%.40q: %.40q, %v; want %.40q", c.text, got, err, c.want)
		}
	}
	for _, text := range []string{"", ",", "}", `{"a`, `[1,2`, `"\"`, `["\"]`} {
		r, err := strictjson.New(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Raw(); err == nil {
			t.Errorf("%q: %q, want an error", text, got)
		}
	}
}

func TestScalar(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{` "a\u0062" ,`: "ab", "true,": "true", " false]": "false", "-1.50e3}": "-1.50e3", "0": "0"} {
		r, err := strictjson.New(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Scalar(); got != want || err != nil {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"": "the end of the text", "null": "null", "01": "a number", "+1": "malformed JSON", "truex": "a boolean", "[1]": "a list", "{}": "an object", "1e": "a number",
	} {
		r, err := strictjson.New(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Scalar(); err == nil || err.Error() != want+" where a string, number or boolean is expected" {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

// FuzzReader holds the reader against encoding/json: what it takes, that takes
// as well and understands in the same way; what it does not take is either not
// JSON or strict.
func FuzzReader(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,-2.5e3,true,false,null,"\u00e9\n"],"b":{}}`, `"\ud83d\ude00"`, `{"a":1,"a":2}`, `[[[[]]]]`, "\"\xff\"", `01`, `[1,]`, ` "x" `,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := strictjson.New(text)
		if err != nil {
			return
		}
		got, err := read(r)
		if err == nil {
			err = r.End()
		}
		var want any
		lenient := json.Unmarshal([]byte(text), &want)
		if err != nil {
			return
		}
		if lenient != nil {
			t.Fatalf("%q is read, but encoding/json says %v", text, lenient)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-want +got)\n%s", text, diff)
		}
	})
}
