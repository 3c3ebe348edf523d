package checks_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks"
	stream "github.com/quilt-auditor/quilt-auditor/exporters/json"
)

// TestFindingsKeepTheirSchemas holds the stream of every estate, evidence
// included, against the schemas that are shipped.
func TestFindingsKeepTheirSchemas(t *testing.T) {
	t.Parallel()
	schemas := compile(t)
	seen := map[string]int{}
	for _, e := range estates(t) {
		s := e.build(t)
		run := audit.NewRun("0198c0de-0000-7000-8000-000000000000", s, checks.All(), audit.Evaluate(s, checks.All()),
			audit.Times{StartedAt: s.TakenAt, EndedAt: s.TakenAt.Add(time.Second)})
		run.Header.ConfigDigest = audit.Digest(nil) // the cases have none
		var b bytes.Buffer
		if err := stream.Write(&b, "test", run); err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(b.Bytes()) {
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
			if err != nil {
				t.Fatal(err)
			}
			kind := value.(map[string]any)["type"].(string)
			seen[kind]++
			if err := schemas[kind].Validate(value); err != nil {
				t.Errorf("%s: %s\n%v", e.name, line, err)
			}
		}
		if _, err := stream.Read(&b); err != nil {
			t.Errorf("%s: the stream cannot be read back: %v", e.name, err)
		}
	}
	for _, kind := range []string{"header", "unread", "finding"} {
		if seen[kind] == 0 {
			t.Errorf("no estate gives a line of type %s", kind)
		}
	}
}

func compile(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	err := fs.WalkDir(stream.Schemas(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(stream.Schemas(), path)
		if err != nil {
			return err
		}
		var schema any
		if err := json.Unmarshal(text, &schema); err != nil {
			return err
		}
		return compiler.AddResource("https://schemas.invalid/"+path, schema)
	})
	if err != nil {
		t.Fatal(err)
	}
	compiled := map[string]*jsonschema.Schema{}
	for _, kind := range []string{"header", "unread", "finding"} {
		compiled[kind], err = compiler.Compile("https://schemas.invalid/" + kind + ".schema.json")
		if err != nil {
			t.Fatal(err)
		}
	}
	return compiled
}
