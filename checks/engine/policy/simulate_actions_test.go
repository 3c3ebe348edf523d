//go:build simulate

package policy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// TestActionsAreThoseOfTheirSource holds the embedded table against the npm
// package that it was made from, and so shows what a newer version changes.
func TestActionsAreThoseOfTheirSource(t *testing.T) {
	t.Parallel()
	source := filepath.Join(simulateDir(t), "node_modules", "@cloud-copilot", "iam-data")
	var manifest struct{ Version string }
	readJSON(t, filepath.Join(source, "package.json"), &manifest)
	table, err := os.ReadFile("s3_actions.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(table), "iam-data "+manifest.Version+",") {
		t.Errorf("s3_actions.txt does not say that it is of version %s", manifest.Version)
	}
	var rows map[string]struct {
		Name, AccessLevel string
		ResourceTypes     []struct{ Name string }
	}
	readJSON(t, filepath.Join(source, "data", "actions", "s3.json"), &rows)
	for _, row := range rows {
		var resources []string
		for _, resource := range row.ResourceTypes {
			resources = append(resources, resource.Name)
		}
		slices.Sort(resources)
		access, _, _ := strings.Cut(row.AccessLevel, ",") // the most particular of several
		got, ok := policy.FindAction("s3:" + row.Name)
		if !ok || got.Name != "s3:"+row.Name || string(got.Access) != access || !slices.Equal(got.Resources, resources) {
			t.Errorf("s3:%s is %+v, the source has %s on %v", row.Name, got, access, resources)
		}
	}
	if all := policy.Actions(); len(all) != len(rows) {
		t.Errorf("the table has %d actions, its source %d", len(all), len(rows))
	}
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
