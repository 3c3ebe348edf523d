//go:build prometheus

package prometheus_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// These tests take promtool from the PATH, which Debian's package prometheus
// provides, and fail without it.

func promtool(t *testing.T, args ...string) {
	t.Helper()
	text, err := exec.Command("promtool", args...).CombinedOutput()
	if err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, text)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	promtool(t, "check", "config", "--lint=all", "--lint-fatal", configFile)
}

func TestRules(t *testing.T) {
	t.Parallel()
	promtool(t, "check", "rules", "--lint=all", "--lint-fatal", rulesFile)
	for _, file := range testFiles(t) {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			promtool(t, "test", "rules", file)
		})
	}
}

// TestCommentedVariants takes out the # in front of what is no prose: the
// variants with TLS and Alertmanager are valid too. The certificate and the
// password are not there, hence the syntax only.
func TestCommentedVariants(t *testing.T) {
	t.Parallel()
	dir, commented := t.TempDir(), regexp.MustCompile(`(?m)^#( {2,}|[a-z]+:$)`)
	text := read(t, configFile)
	if n := len(commented.FindAllString(text, -1)); n < 8 {
		t.Errorf("%d lines are commented out, so that this proves nothing", n)
	}
	file := filepath.Join(dir, configFile)
	if err := os.WriteFile(file, []byte(commented.ReplaceAllString(text, "$1")), 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "check", "config", "--syntax-only", file)
}

// TestRunbookQueries has promtool parse what runbooks ask Prometheus.
func TestRunbookQueries(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("groups:\n  - name: runbooks\n    rules:\n")
	n := 0
	for _, page := range pages(t) {
		for _, expr := range queries(page) {
			fmt.Fprintf(&text, "      - record: query_%d\n        expr: %q\n", n, expr)
			n++
		}
		if asked := strings.Count(page, "promtool query instant"); asked != len(queries(page)) {
			t.Errorf("%d of %d queries are understood in\n%s", len(queries(page)), asked, page)
		}
	}
	if n < 10 {
		t.Errorf("only %d queries", n)
	}
	file := filepath.Join(t.TempDir(), "queries.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "check", "rules", file)
}
