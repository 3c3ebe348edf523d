package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/config"
)

// TestOperationsPageWaivers: the waivers file that the page shows is valid as it
// is copied.
func TestOperationsPageWaivers(t *testing.T) {
	t.Parallel()
	shown := 0
	for _, block := range fenced.FindAllStringSubmatch(documentation(t, filepath.Join("docs", "operations.md")), -1) {
		if !strings.Contains(block[2], "\nwaivers:") {
			continue
		}
		shown++
		file := filepath.Join(t.TempDir(), "waivers.yaml")
		if err := os.WriteFile(file, []byte(block[2]), 0o600); err != nil {
			t.Fatal(err)
		}
		list, warnings, err := config.LoadWaivers(config.WaiversOptions{File: file, CheckIDs: checkIDs(checks.All())})
		if err != nil || len(list) != 1 || len(warnings) > 0 {
			t.Errorf("%d waivers, warnings %v: %v", len(list), warnings, err)
		}
	}
	if shown != 1 {
		t.Errorf("%d waivers files are shown", shown)
	}
}

// TestOperationsPageEndpoints: the page names every endpoint that the package
// does which serves them.
func TestOperationsPageEndpoints(t *testing.T) {
	t.Parallel()
	_, page, _ := strings.Cut(documentation(t, filepath.Join("docs", "operations.md")), "## Endpoints")
	endpoints := regexp.MustCompile("(?m)^\\| `((?:GET|POST) /[^`]*)` \\|").FindAllStringSubmatch(documentation(t, filepath.Join("exporters", "web", "README.md")), -1)
	if len(endpoints) < 16 {
		t.Fatalf("only %d endpoints", len(endpoints))
	}
	for _, e := range endpoints {
		if !strings.Contains(page, "`"+e[1]+"`") {
			t.Errorf("%s is not on the page", e[1])
		}
	}
}

// documentation is the text of a file of the repository.
func documentation(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
