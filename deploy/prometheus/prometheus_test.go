//go:build prometheus

// Package prometheus_test has promtool judge the files of this directory. It
// takes promtool from the PATH, which Debian's package prometheus provides.
package prometheus_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
)

const (
	configFile = "prometheus.yaml"
	rulesFile  = "quilt-auditor.rules.yaml"
	testsFile  = "quilt-auditor.rules.test.yaml"
)

func promtool(t *testing.T, args ...string) {
	t.Helper()
	text, err := exec.Command("promtool", args...).CombinedOutput()
	if err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, text)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestConfig(t *testing.T) {
	t.Parallel()
	promtool(t, "check", "config", "--lint=all", "--lint-fatal", configFile)
}

func TestRules(t *testing.T) {
	t.Parallel()
	promtool(t, "check", "rules", "--lint=all", "--lint-fatal", rulesFile)
	promtool(t, "test", "rules", testsFile)
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

// TestMetricsExist keeps rules, tests and the manual to the metrics that there
// are: an alert on a misspelt one never fires.
func TestMetricsExist(t *testing.T) {
	t.Parallel()
	var names []string
	for _, m := range prometheus.Metrics() {
		names = append(names, m.Name)
	}
	for _, file := range []string{rulesFile, testsFile, filepath.Join("..", "..", "docs", "operations.md")} {
		for _, name := range regexp.MustCompile(`\bquilt_auditor_\w+`).FindAllString(read(t, file), -1) {
			if !slices.Contains(names, name) {
				t.Errorf("%s: there is no metric %s", file, name)
			}
		}
	}
}

// TestEveryAlertIsTested makes sure that the tests name each alert.
func TestEveryAlertIsTested(t *testing.T) {
	t.Parallel()
	tests := read(t, testsFile)
	alerts := regexp.MustCompile(`(?m)^ +- alert: (\w+)$`).FindAllStringSubmatch(read(t, rulesFile), -1)
	if len(alerts) == 0 {
		t.Error("the rules have no alerts")
	}
	for _, alert := range alerts {
		if !strings.Contains(tests, "alertname: "+alert[1]) {
			t.Errorf("%s has no test", alert[1])
		}
	}
}
