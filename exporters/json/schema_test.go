package json_test

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/quilt-auditor/quilt-auditor/exporters/json"
)

const base = "https://schemas.test/"

// loader serves the schemas of an fs.FS, and nothing from elsewhere.
type loader struct{ files fs.FS }

func (l loader) Load(url string) (any, error) {
	f, err := l.files.Open(strings.TrimPrefix(url, base))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return jsonschema.UnmarshalJSON(f)
}

func compile(t *testing.T, files fs.FS, name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.UseLoader(loader{files})
	c.AssertFormat()
	schema, err := c.Compile(base + name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func parse(t *testing.T, line string) map[string]any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
	if err != nil {
		t.Fatal(err)
	}
	return v.(map[string]any)
}

func TestSchemasCompile(t *testing.T) {
	t.Parallel()
	names := 0
	err := fs.WalkDir(json.Schemas(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		names++
		compile(t, json.Schemas(), name)
		return nil
	})
	if err != nil || names < 4 {
		t.Errorf("%d schemas, %v", names, err)
	}
}

func TestSchemasAcceptTheStream(t *testing.T) {
	t.Parallel()
	for _, line := range lines(t) {
		v := parse(t, line)
		if err := compile(t, json.Schemas(), v["type"].(string)+".schema.json").Validate(v); err != nil {
			t.Errorf("%v\n%s", err, line)
		}
	}
}

// TestSchemasDeclareWhatIsWritten holds that no member is declared that Write
// never writes: the first line of each type in fullRun has them all.
func TestSchemasDeclareWhatIsWritten(t *testing.T) {
	t.Parallel()
	l := lines(t)
	for _, line := range []string{l[0], l[1], l[3]} {
		v := parse(t, line)
		f, err := json.Schemas().Open(v["type"].(string) + ".schema.json")
		if err != nil {
			t.Fatal(err)
		}
		schema, err := jsonschema.UnmarshalJSON(f)
		if err != nil {
			t.Fatal(err)
		}
		declared := slices.Sorted(maps.Keys(schema.(map[string]any)["properties"].(map[string]any)))
		written := slices.Sorted(maps.Keys(v))
		if !slices.Equal(declared, written) {
			t.Errorf("%s: declared %q, written %q", v["type"], declared, written)
		}
	}
}

// TestSchemasRefuseMutants changes one thing at a time, everywhere in a line
// but in the free-form evidence and document: a member more, a member of
// another type, and, where it is not optional, a member less.
func TestSchemasRefuseMutants(t *testing.T) {
	t.Parallel()
	optional := map[string]bool{
		"unread.missing_permission": true, "unread.examples": true, "header.accounts.name": true,
		"finding.remediation": true, "finding.remediation.cli": true, "finding.waiver.ticket": true,
	}
	l := lines(t)
	for _, line := range []string{l[0], l[1], l[3]} {
		root := parse(t, line)
		kind := root["type"].(string)
		schema := compile(t, json.Schemas(), kind+".schema.json")
		refused := func(what string) {
			t.Helper()
			if schema.Validate(root) == nil {
				t.Errorf("accepted: %s", what)
			}
		}
		mutate(root, kind, func(o map[string]any, at string) {
			o["extra"] = "member"
			refused(at + " with a member more")
			delete(o, "extra")
			for name, value := range maps.Clone(o) {
				where := at + "." + name
				o[name] = []any{map[string]any{}}
				refused(where + " of another type")
				delete(o, name)
				if schema.Validate(root) == nil != optional[where] {
					t.Errorf("%s: left out and accepted: %t", where, !optional[where])
				}
				o[name] = value
			}
		})
		if err := schema.Validate(root); err != nil {
			t.Fatalf("the mutants were not undone: %v", err)
		}
	}
}

// mutate visits each object in v whose members are declared.
func mutate(v any, at string, visit func(map[string]any, string)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v, at)
		for name, member := range v {
			if name != "evidence" && name != "document" {
				mutate(member, at+"."+name, visit)
			}
		}
	case []any:
		for _, item := range v {
			mutate(item, at, visit)
		}
	}
}

func TestSchemasRefuseValues(t *testing.T) {
	t.Parallel()
	schemas := map[string]*jsonschema.Schema{}
	for _, kind := range []string{"header", "unread", "finding"} {
		schemas[kind] = compile(t, json.Schemas(), kind+".schema.json")
	}
	const header, unread, fail, unknown = 0, 1, 3, 4
	for _, tt := range []struct {
		line    int
		old, to string
	}{
		{header, `"schema_version":"1"`, `"schema_version":"2"`},
		{header, `"result":"partial"`, `"result":"error"`},
		{header, `"access":"ok"`, `"access":"OK"`},
		{header, `"control_account_id":"111122223333"`, `"control_account_id":"11122223333"`},
		{header, `"control_account_id":"111122223333"`, `"control_account_id":111122223333`},
		{header, `"taken_at":"2026-11-22T00:00:00Z"`, `"taken_at":"2026-11-22T01:00:00+01:00"`},
		{header, `"taken_at":"2026-11-22T00:00:00Z"`, `"taken_at":"2026-13-22T00:00:00Z"`},
		{header, `"config_digest":"sha256:0`, `"config_digest":"sha256:`},
		{header, `"fail":1`, `"fail":-1`},
		{header, `"regions":["us-east-1"]`, `"regions":["us east"]`},
		{header, `"regions":[]`, `"regions":null`},
		{unread, `"count":3`, `"count":0`},
		{unread, `"examples":["arn:aws:s3:::acme-imaging"]`, `"examples":[]`},
		{unread, `"operation":"s3:`, `"operation":"`},
		{fail, `"type":"finding"`, `"type":"unread"`},
		{fail, `"id":"`, `"id":"0`},
		{fail, `"status":"fail","severity"`, `"status":"failed","severity"`},
		{fail, `"status":"fail","severity"`, `"status":"pass","severity"`}, // has a remediation
		{fail, `"severity":"high"`, `"severity":"High"`},
		{fail, `"known":{"status":"fail"`, `"known":{"status":"unknown"`},
		{fail, `"kind":"change"`, `"kind":"maybe"`},
		{fail, `,"diff":"--- a\n+++ b\n"`, ``},
		{fail, `"relation":"supports"`, `"relation":"proves"`},
		{fail, `"resource":"arn:aws:s3:::acme`, `"resource":"acme`},
		{fail, `"reason":"The`, `"reason":"","x":"The`},
		{fail, `"expires":"2027-01-31"`, `"expires":"2027-02-31"`},
		{fail, `"expires":"2027-01-31"`, `"expires":"31.1.2027"`},
		{fail, `"waived":true`, `"waived":false`}, // has a waiver
		{unknown, `"waived":false`, `"waived":true`},
		{unknown, `"status":"unknown"`, `"status":"pass"`}, // rests on nothing
		{unknown, `"evidence":{}`, `"evidence":null`},
		{unknown, `"controls":[]`, `"controls":null`},
	} {
		line := lines(t)[tt.line]
		if !strings.Contains(line, tt.old) {
			t.Errorf("line %d does not hold %s", tt.line+1, tt.old)
			continue
		}
		kind := parse(t, line)["type"].(string)
		mutant := parse(t, strings.Replace(line, tt.old, tt.to, 1))
		if schemas[kind].Validate(mutant) == nil {
			t.Errorf("%s line with %s in place of %s is accepted", kind, tt.to, tt.old)
		}
	}
}

// TestEvidenceIsHeldToItsCheck makes one evidence schema after the other
// refuse everything: exactly the findings of that check must then be refused,
// and an unknown finding without evidence never.
func TestEvidenceIsHeldToItsCheck(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(json.Schemas(), "evidence/*.schema.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d evidence schemas, %v", len(names), err)
	}
	check := func(name string) string { return strings.TrimSuffix(path.Base(name), ".schema.json") }
	for _, name := range names {
		files := copyOf(t, json.Schemas())
		for _, other := range names {
			files[other] = &fstest.MapFile{Data: []byte("true")}
		}
		files[name] = &fstest.MapFile{Data: []byte("false")}
		schema := compile(t, files, "finding.schema.json")
		for _, other := range names {
			finding := parse(t, lines(t)[3])
			finding["check"] = check(other)
			if refused := schema.Validate(finding) != nil; refused != (other == name) {
				t.Errorf("evidence of %s under the schema of %s refused: %t", check(other), check(name), refused)
			}
		}
		unknown := parse(t, lines(t)[4])
		unknown["check"] = check(name)
		if err := schema.Validate(unknown); err != nil {
			t.Errorf("unknown without evidence: %v", err)
		}
		unknown["evidence"] = map[string]any{"half": fmt.Sprint(name)}
		if schema.Validate(unknown) == nil {
			t.Errorf("evidence of an unknown finding of %s is held to nothing", check(name))
		}
	}
}

func copyOf(t *testing.T, from fs.FS) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, name)
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
