// Package prometheus_test holds the files of this directory, and the runbooks
// that they lead to, against what the auditor has.
package prometheus_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/quilt-auditor/quilt-auditor/deploy/promqltest"
)

const (
	configFile = "prometheus.yaml"
	rulesFile  = "quilt-auditor.rules.yaml"
)

// root is the repository's, with its documents.
var root = filepath.Join("..", "..")

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func testFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.rules.test.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests of rules: %v", err)
	}
	return files
}

// rules are those of the file, in their order: records, then alerts.
func rules(t *testing.T) (records, alerts []promqltest.Rule) {
	t.Helper()
	all, err := promqltest.Rules(rulesFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Record != "" {
			records = append(records, r)
		} else {
			alerts = append(alerts, r)
		}
	}
	if len(records) == 0 || len(alerts) == 0 {
		t.Fatal("no records or no alerts")
	}
	return records, alerts
}

func TestAlertsSayWhatSomebodyOnCallNeeds(t *testing.T) {
	t.Parallel()
	severities := []string{"critical", "warning", "info"}
	chosen := regexp.MustCompile(`^\{\{ (?:if|with) .+ \}\}(\w+)\{\{ else \}\}(\w+)\{\{ end \}\}$`)
	_, alerts := rules(t)
	for _, a := range alerts {
		names := slices.Sorted(maps.Keys(a.Annotations))
		if !slices.Equal(names, []string{"description", "runbook_url", "summary"}) {
			t.Errorf("%s has the annotations %v", a.Alert, names)
		}
		for name, text := range a.Annotations {
			if strings.TrimSpace(text) == "" || strings.Contains(text, "\n") {
				t.Errorf("%s: its %s is empty or has lines", a.Alert, name)
			}
		}
		values := []string{a.Labels["severity"]}
		if m := chosen.FindStringSubmatch(values[0]); m != nil {
			values = m[1:]
		}
		for _, value := range values {
			if !slices.Contains(severities, value) {
				t.Errorf("%s: severity %q is none of %v", a.Alert, value, severities)
			}
		}
		if strings.Contains(a.Expr, "account:") {
			wantPlace(t, a)
		}
	}
}

// wantPlace wants account and bucket in the description.
func wantPlace(t *testing.T, a promqltest.Rule) {
	t.Helper()
	for _, part := range []string{"$labels.account_id", ".Labels.bucket"} {
		if !strings.Contains(a.Annotations["description"], part) {
			t.Errorf("%s: its description lacks %s", a.Alert, part)
		}
	}
}

// TestEveryAlertIsTested makes sure that the tests have each alert where it
// fires, with its annotations, and where it does not.
func TestEveryAlertIsTested(t *testing.T) {
	t.Parallel()
	type alertTest struct {
		Name   string      `yaml:"alertname"`
		Alerts []yaml.Node `yaml:"exp_alerts"`
	}
	fires, silent := map[string]bool{}, map[string]bool{}
	for _, file := range testFiles(t) {
		var tests struct {
			Tests []struct {
				Alerts []alertTest `yaml:"alert_rule_test"`
			} `yaml:"tests"`
		}
		if err := yaml.Unmarshal([]byte(read(t, file)), &tests); err != nil {
			t.Fatal(err)
		}
		for _, test := range tests.Tests {
			for _, a := range test.Alerts {
				fires[a.Name] = fires[a.Name] || len(a.Alerts) > 0
				silent[a.Name] = silent[a.Name] || len(a.Alerts) == 0
			}
		}
	}
	_, alerts := rules(t)
	for _, a := range alerts {
		if !fires[a.Alert] || !silent[a.Alert] {
			t.Errorf("%s: tested where it fires: %t, where it does not: %t", a.Alert, fires[a.Alert], silent[a.Alert])
		}
	}
}

// TestRecordsAreDocumented holds the README to the records, whose names
// dashboards use.
func TestRecordsAreDocumented(t *testing.T) {
	t.Parallel()
	records, _ := rules(t)
	var want, documented []string
	for _, r := range records {
		if !regexp.MustCompile(`^[a-z_]+:quilt_auditor_[a-z_]+:[a-z0-9_]+$`).MatchString(r.Record) {
			t.Errorf("%s is not level:metric:operations", r.Record)
		}
		want = append(want, r.Record)
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+:[^`]+)` \\|").FindAllStringSubmatch(read(t, "README.md"), -1) {
		documented = append(documented, m[1])
	}
	slices.Sort(want)
	slices.Sort(documented)
	if !slices.Equal(want, documented) {
		t.Errorf("the rules record\n%s\nand the README has\n%s", strings.Join(want, "\n"), strings.Join(documented, "\n"))
	}
}
