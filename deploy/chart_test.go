package deploy_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

const chartDir = "helm/quilt-auditor"

// copies are the files that the chart brings with it: Helm reads nothing
// outside the chart, and follows no links when it packages one.
func copies(t *testing.T) map[string]string {
	t.Helper()
	list := map[string]string{chartDir + "/files/quilt-auditor.rules.yaml": "prometheus/quilt-auditor.rules.yaml"}
	dashboards, err := filepath.Glob("grafana/*.json")
	if err != nil || len(dashboards) == 0 {
		t.Fatalf("no dashboards: %v", err)
	}
	for _, file := range dashboards {
		list[chartDir+"/files/dashboards/"+filepath.Base(file)] = file
	}
	return list
}

func TestChartCopies(t *testing.T) {
	t.Parallel()
	list := copies(t)
	for to, from := range list {
		want := read(t, from)
		if *update {
			write(t, to, want)
			continue
		}
		if got, err := os.ReadFile(to); err != nil || string(got) != want {
			t.Errorf("%s is not %s; go test ./deploy -run Chart -update copies it: %v", to, from, err)
		}
	}
	there, err := filepath.Glob(chartDir + "/files/dashboards/*")
	if err != nil || len(there) != len(list)-1 {
		t.Errorf("the chart has the dashboards %q, which are not all in deploy/grafana: %v", there, err)
	}
}

// leaves are the paths of the values that users set, to those that are lists or
// maps of theirs.
func leaves(prefix string, value any) []string {
	fields, ok := value.(map[string]any)
	if !ok || len(fields) == 0 || slices.Contains([]string{"dashboards.labels", "resources"}, prefix) {
		return []string{prefix}
	}
	var list []string
	for name, field := range fields {
		list = append(list, leaves(strings.TrimPrefix(prefix+"."+name, "."), field)...)
	}
	slices.Sort(list)
	return list
}

// TestChartReadme: the README has a row for each value.
func TestChartReadme(t *testing.T) {
	t.Parallel()
	var values map[string]any
	if err := yaml.Unmarshal([]byte(read(t, chartDir+"/values.yaml")), &values); err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-zA-Z.]+)` \\|").FindAllStringSubmatch(read(t, chartDir+"/README.md"), -1) {
		rows = append(rows, row[1])
	}
	slices.Sort(rows)
	if diff := cmp.Diff(leaves("", values), rows); diff != "" {
		t.Errorf("values.yaml and the table of the README (-values +README)\n%s", diff)
	}
}

// TestChartSchema: the schema lets through what values.yaml has, and no key
// beside it, at any depth that the chart itself reads.
func TestChartSchema(t *testing.T) {
	t.Parallel()
	type schema struct {
		Properties map[string]*schema
		Additional any `json:"additionalProperties"`
	}
	var root schema
	if err := json.Unmarshal([]byte(read(t, chartDir+"/values.schema.json")), &root); err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if err := yaml.Unmarshal([]byte(read(t, chartDir+"/values.yaml")), &values); err != nil {
		t.Fatal(err)
	}
	delete(root.Properties, "global") // which Helm adds
	var compare func(at string, s *schema, values map[string]any)
	compare = func(at string, s *schema, values map[string]any) {
		if s.Additional != false {
			t.Errorf("%s: any key is let through", at)
		}
		if diff := cmp.Diff(slices.Sorted(maps.Keys(values)), slices.Sorted(maps.Keys(s.Properties))); diff != "" {
			t.Errorf("%s (-values +schema)\n%s", at, diff)
		}
		for name, field := range s.Properties {
			if inner, ok := values[name].(map[string]any); ok && field.Properties != nil {
				compare(at+"."+name, field, inner)
			}
		}
	}
	compare("values", &root, values)
}
