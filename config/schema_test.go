package config

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// editorView is what a YAML editor hands to the schema: values as plain YAML
// reads them.
func editorView(t *testing.T, data string) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(data), &value); err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestSchemaAccepts(t *testing.T) {
	t.Parallel()
	schema := compiledSchema(t)
	bare := strings.NewReplacer(`"444455556666"`, "444455556666", `"111122223333"`, "001234567012").Replace(minimal)
	for _, data := range []string{
		string(Example()), minimal, bare, "accounts: [{id: 444455556666, discover: {}}]",
		minimal + "reports: [{schedule: 0 6 1 * *, to: {directory: r}}, {name: b, schedule: 0 6 1 * *, period: 1w, to: {s3: {bucket: bbb, region: eu-west-1}}}]",
		minimal + "schedule: CRON_TZ=Asia/Kathmandu  0 2 * * 1-5\nstorage: {keep: 1w2d12h}\nexports: [{format: json, directory: runs}]",
	} {
		if err := schema.Validate(editorView(t, data)); err != nil {
			t.Errorf("%v\nin\n%s", err, data)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	schema := compiledSchema(t)
	for name, change := range map[string][2]string{
		"unknown key":          {"profile: quilt-2024", "profil: quilt-2024"},
		"unknown inner key":    {"    name: genomics", "    nane: genomics"},
		"unknown bucket key":   {"        prefixes: [projects/]", "        prefix: [projects/]"},
		"short account id":     {`account_id: "111122223333"`, `account_id: "1111"`},
		"large account id":     {`account_id: "111122223333"`, `account_id: 1111222233334`},
		"role wildcard":        {"111122223333:role/QuiltAuditor", "111122223333:role/*"},
		"external id":          {"change-me-1f6b2c", "a b"},
		"regions as text":      {"regions: [us-east-1]", "regions: us-east-1"},
		"region form":          {"regions: [us-east-1]", "regions: [Virginia]"},
		"principal":            {"- arn:aws:iam::111122223333:role/QuiltRegistry", "- alice"},
		"condition key":        {"aws:SourceVpce", "SourceVpce"},
		"action wildcard":      {"- s3:ListBucket", `- "s3:*"`},
		"bucket name":          {"- acme-genomics-raw", "- s3://acme-genomics-raw"},
		"bucket number":        {"- acme-genomics-raw", "- 7"},
		"prefix without slash": {"[projects/]", "[projects]"},
		"prefix wildcard":      {"[projects/alice/]", `["projects/*/"]`},
		"glob":                 {`["acme-*"]`, `["s3://acme-*"]`},
		"tag as boolean":       {`quilt: "true"`, "quilt: true"},
		"access":               {"access: read_write", "access: write"},
		"no access":            {"    access: read_write\n", ""},
		"parameters":           {"params: {}", "params: {s3-object-ownership: {}}"},
		"period as number":     {"keep: 400d", "keep: 400"},
		"period without unit":  {"keep: 400d", `keep: "400"`},
		"nickname":             {`"*/15 * * * *"`, `"@daily"`},
		"seconds":              {`"*/15 * * * *"`, `"0 */15 * * * *"`},
		"both destinations":    {"findings.ndjson", "findings.ndjson, directory: d"},
		"no destination":       {"json, path: /var/lib/quilt-auditor/findings.ndjson", "json"},
		"keep of a file":       {"findings.ndjson", "findings.ndjson, keep: 1d"},
		"no format":            {"{format: json, path", "{path"},
		"report name":          {"name: monthly", "name: Monthly Report"},
		"report period":        {"period: month", "period: quarter"},
		"report format":        {"[html, csv]", "[html, pdf]"},
		"report without to":    {"    to:\n      directory: /var/lib/quilt-auditor/reports\n", ""},
		"report to both":       {"quilt-auditor/reports", "quilt-auditor/reports\n      s3: {bucket: bbb, region: us-east-1}"},
		"report without due":   {"    schedule: 0 6 1 * *\n", ""},
		"bucket without place": {"        region: us-east-1\n", ""},
		"no account id":        {`- id: "777788889999"`, "- #"},
		"no accounts":          {string(Example()), "profile: quilt-2024"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := replaced(t, string(Example()), change)
			if err := schema.Validate(editorView(t, data)); err == nil {
				t.Errorf("the schema takes\n%s", data)
			}
		})
	}
}

// TestEveryKey: a key of the types is in the example and in the schema, with a
// description, and the reverse.
func TestEveryKey(t *testing.T) {
	t.Parallel()
	want := shapeKeys(configShape(), "")
	slices.Sort(want)

	var root yaml.Node
	if err := yaml.Unmarshal(Example(), &root); err != nil {
		t.Fatal(err)
	}
	inExample := exampleKeys(root.Content[0], configShape(), "")
	slices.Sort(inExample)
	if diff := cmp.Diff(want, slices.Compact(inExample)); diff != "" {
		t.Errorf("keys of the example (-types +example):\n%s", diff)
	}

	var schema map[string]any
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	inSchema := schemaKeys(t, schema, "")
	slices.Sort(inSchema)
	if diff := cmp.Diff(want, inSchema); diff != "" {
		t.Errorf("keys of the schema (-types +schema):\n%s", diff)
	}
}

func shapeKeys(s *shape, at place) []string {
	if s.elem != nil {
		return shapeKeys(s.elem, at+"[]")
	}
	var keys []string
	for _, name := range s.keys() {
		keys = append(keys, string(at.key(name)))
		keys = append(keys, shapeKeys(s.fields[name], at.key(name))...)
	}
	return keys
}

func exampleKeys(n *yaml.Node, s *shape, at place) []string {
	var keys []string
	switch {
	case s.elem != nil && n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			keys = append(keys, exampleKeys(item, s.elem, at+"[]")...)
		}
	case s.kind == record && n.Kind == yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			name := n.Content[i].Value
			keys = append(keys, string(at.key(name)))
			keys = append(keys, exampleKeys(n.Content[i+1], s.fields[name], at.key(name))...)
		}
	}
	return keys
}

func schemaKeys(t *testing.T, schema map[string]any, at place) []string {
	t.Helper()
	if choices, ok := schema["oneOf"].([]any); ok && schema["properties"] == nil {
		schema = choices[len(choices)-1].(map[string]any)
	}
	var keys []string
	for _, inner := range []string{"items", "additionalProperties"} {
		if elem, ok := schema[inner].(map[string]any); ok {
			keys = append(keys, schemaKeys(t, elem, at+"[]")...)
		}
	}
	properties, ok := schema["properties"].(map[string]any)
	if ok && schema["additionalProperties"] != false {
		t.Errorf("%q takes unknown keys", at)
	}
	for name, property := range properties {
		below := property.(map[string]any)
		if below["description"] == nil {
			t.Errorf("%s has no description", at.key(name))
		}
		keys = append(keys, string(at.key(name)))
		keys = append(keys, schemaKeys(t, below, at.key(name))...)
	}
	return keys
}
