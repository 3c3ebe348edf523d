package selector

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWriteTree holds the writer against the standard library's, whose maps
// would lose nothing of these.
func TestWriteTree(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{}`, `[]`, `null`, `"a"`, `{"a":[]}`, `{"a":{},"b":[{}]}`, `{"a":[1,2.50,-3e7,true,false,null,"x"]}`,
		`{"a \" \\ \u0001 \u2028 <&> é 😀":["\t","\ud800","",[[["deep"]]]]}`,
	} {
		tree, err := readTree([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(indented(t, text), string(writeTree(tree))); diff != "" {
			t.Errorf("%s (-library +ours):\n%s", text, diff)
		}
	}
}

func TestWriteTreeKeepsNamesGivenTwice(t *testing.T) {
	t.Parallel()
	tree, err := readTree([]byte(`{"b":1,"a":2,"b":3}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("{\n  \"b\": 1,\n  \"a\": 2,\n  \"b\": 3\n}", string(writeTree(tree))); diff != "" {
		t.Error(diff)
	}
}

// indented is the text as the standard library indents it, its strings as the
// library writes them.
func indented(t *testing.T, text string) string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var out bytes.Buffer
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(out.Bytes(), []byte("\n")))
}
