package report_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	model "github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report"
)

func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(report.Schema())))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("https://schemas.test/report.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("https://schemas.test/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func parsed(t testing.TB, r *model.Report) map[string]any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(written(t, "json", r)))
	if err != nil {
		t.Fatal(err)
	}
	return v.(map[string]any)
}

func TestSchemaAcceptsReports(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	limited := made()
	limited.Identity.Framework, limited.Identity.AccountID = "fsbp", genomics
	limited.Identity.HistoryBegins = ago(day)
	for name, r := range map[string]*model.Report{"made": made(), "limited": limited, "large": large(50, 50)} {
		if err := schema.Validate(parsed(t, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSchemaDeclaresTheModel holds every member of the model against those that
// the schema declares in the same place, both ways.
func TestSchemaDeclaresTheModel(t *testing.T) {
	t.Parallel()
	var schema map[string]any
	if err := json.Unmarshal(report.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	declared(t, schema, schema, reflect.TypeFor[model.Report](), "report")
}

// declared compares one type with its schema, and what is in it.
func declared(t *testing.T, root, schema map[string]any, of reflect.Type, at string) {
	t.Helper()
	for schema["$ref"] != nil {
		name := strings.TrimPrefix(schema["$ref"].(string), "#/$defs/")
		schema = root["$defs"].(map[string]any)[name].(map[string]any)
	}
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	switch {
	case of.Kind() == reflect.Slice && schema["items"] != nil:
		declared(t, root, schema["items"].(map[string]any), of.Elem(), at+"[]")
	case of.Kind() == reflect.Struct && schema["properties"] != nil:
		members := membersOf(of)
		properties := schema["properties"].(map[string]any)
		if want, got := slices.Sorted(maps.Keys(members)), slices.Sorted(maps.Keys(properties)); !slices.Equal(want, got) {
			t.Errorf("%s has %q, the schema %q", at, want, got)
			return
		}
		required := schema["required"].([]any)
		for name, m := range members {
			if slices.Contains(required, any(name)) == m.optional {
				t.Errorf("%s.%s: optional is %t, which the schema does not say", at, name, m.optional)
			}
			declared(t, root, properties[name].(map[string]any), m.of, at+"."+name)
		}
	}
}

type member struct {
	of       reflect.Type
	optional bool
}

// membersOf are the members of the JSON form of a struct.
func membersOf(of reflect.Type) map[string]member {
	members := map[string]member{}
	for i := range of.NumField() {
		f := of.Field(i)
		tag, has := f.Tag.Lookup("json")
		if f.Anonymous && !has {
			maps.Copy(members, membersOf(f.Type))
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		members[name] = member{f.Type, strings.HasPrefix(options, "omit")}
	}
	return members
}

// TestSchemaRefusesMutants changes one thing at a time, everywhere but in the
// free-form evidence: a member more, a member of another type.
func TestSchemaRefusesMutants(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	r := made()
	r.Completeness.Bins, r.Series.Points, r.Checks, r.Frameworks = r.Completeness.Bins[:1], r.Series.Points[:1], r.Checks[:1], r.Frameworks[:1]
	r.Changes, r.Completeness.ByAccount, r.Failures = r.Changes[:1], r.Completeness.ByAccount[:2], r.Failures[1:4]
	root := parsed(t, r)
	mutants := 0
	refused := func(what string) {
		t.Helper()
		mutants++
		if schema.Validate(root) == nil {
			t.Errorf("accepted: %s", what)
		}
	}
	mutate(root, "report", func(o map[string]any, at string) {
		o["more"] = "member"
		refused(at + " with a member more")
		delete(o, "more")
		for name, value := range maps.Clone(o) {
			o[name] = []any{map[string]any{}}
			refused(at + "." + name + " of another type")
			o[name] = value
		}
	})
	if err := schema.Validate(root); err != nil || mutants < 400 {
		t.Errorf("%d mutants, undone: %v", mutants, err)
	}
}

func mutate(v any, at string, visit func(map[string]any, string)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v, at)
		for name, m := range v {
			if name != "evidence" && name != "witness" && name != "decided_by" {
				mutate(m, at+"."+name, visit)
			}
		}
	case []any:
		for _, item := range v {
			mutate(item, at+"[]", visit)
		}
	}
}

func TestSchemaRefusesValues(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	whole := written(t, "json", made())
	for _, tt := range [][2]string{
		{`"schema_version": "1"`, `"schema_version": "2"`},
		{`"generated_at": "2026-11-22T00:00:00Z"`, `"generated_at": "2026-11-22T00:00:00+01:00"`},
		{`"outcome": "resolved"`, `"outcome": "open"`}, // has an end
		{`"outcome": "open"`, `"outcome": "resolved"`}, // has none
		{`"sha256": "sha256:`, `"sha256": "`},
		{`"relation": "supports"`, `"relation": "passed"`},
		{`"account_id": "444455556666"`, `"account_id": "44445555666"`},
		{`"severity": "high"`, `"severity": "High"`},
		{`"missed": 12`, `"missed": -1`},
		{`"expires": "2027-01-31"`, `"expires": "2027-02-31"`},
		{`"compliance": 0`, `"compliance": 1`},
	} {
		if !strings.Contains(whole, tt[0]) {
			t.Errorf("the report does not hold %s", tt[0])
			continue
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(whole, tt[0], tt[1], 1)))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(v) == nil {
			t.Errorf("%s in place of %s is accepted", tt[1], tt[0])
		}
	}
}
