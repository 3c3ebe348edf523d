package batch_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/batch"
)

// FuzzLines gives any input to the batch: there is one line of output for each
// line of input, each has an id and either results or an error, and nothing
// panics.
func FuzzLines(f *testing.F) {
	e := estate{rand.New(rand.NewPCG(5, 5)), 0}
	for i := range 4 {
		f.Add([]byte(e.line(i)))
	}
	for _, text := range []string{
		"", "\n\n", "{}\nnull\n[]", `{"id":1,"id":2}`, `{"id":"a","bogus":{"x":[`, "{\"id\":\"\xff\"}", `{"keys":{"exact":""}}`,
		`{"context":{"aws:SourceIp":["10.0.0.1"]},"unknown":["AWS:SOURCEIP"]}`, `{"bucket_policy":"{\"Statement\":[]}","scps":[[]]}`, `{"id":"\ud800"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		var out bytes.Buffer
		sum, err := batch.Run(t.Context(), bytes.NewReader(input), &out, 2)
		if err != nil {
			t.Fatal(err)
		}
		want := bytes.Count(input, []byte("\n"))
		if len(input) > 0 && input[len(input)-1] != '\n' {
			want++
		}
		if lines := bytes.Count(out.Bytes(), []byte("\n")); lines != want || sum.Lines != want {
			t.Fatalf("%d lines, counted %d, want %d: %q", lines, sum.Lines, want, out.Bytes())
		}
		for line := range bytes.Lines(out.Bytes()) {
			check(t, line)
		}
	})
}

func check(t *testing.T, line []byte) {
	t.Helper()
	var got answer
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil || got.ID == nil || (got.Error == "") == (got.Results == nil) {
		t.Fatalf("%q: %v", line, err)
	}
	if bytes.Contains([]byte(got.Error), []byte("panicked")) {
		t.Fatalf("%q", line)
	}
}
