package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"

	"github.com/quilt-auditor/quilt-auditor/config"
	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
)

// documents is where the documentation is.
var documents = filepath.Join("..", "..", "docs")

// upToDate holds a generated page of the documentation against what it should
// be, or rewrites it with -update.
func upToDate(t *testing.T, name, want string) {
	t.Helper()
	path := filepath.Join(documents, name)
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/%s is not up to date, run the test with -update (-want +got)\n%s", name, diff)
	}
}

const configurationHead = `# Configuration reference

Made of the configuration's JSON Schema by ` + "`go test ./cmd/quilt-auditor -run ConfigurationPage -update`" + `.

One YAML file, given with ` + "`--config.file`" + `. A key that is not known is an error, which names file, line and key, and so is a value that
cannot be meant; ` + "`quilt-auditor config check --config.file FILE`" + ` tells them all at once. ` + "`config example`" + ` prints a complete commented
file, ` + "`config schema`" + ` the JSON Schema for your editor.

- ` + "`control.account_id` and `accounts`" + ` are required, the former also if it comes from the environment.
- Account ids are twelve digits, with or without quotes.
- Relative paths are relative to the file's directory.
- Periods are written as ` + "`90d`, `2w`, `36h`" + `; cron specifications have five fields.
- What has a name in the column *environment* can come from there, and then goes before the file. Secrets belong there.
- A flag of the command goes before both.

| key | what it is |
|---|---|
`

// TestConfigurationPage keeps docs/configuration.md.
func TestConfigurationPage(t *testing.T) {
	t.Parallel()
	var root jsonschema.Schema
	if err := json.Unmarshal(config.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(configurationHead)
	for p := root.Properties.Oldest(); p != nil; p = p.Next() {
		fmt.Fprintf(&b, "| [%s](#%[1]s) | %s |\n", p.Key, cell(p.Value.Description))
	}
	for p := root.Properties.Oldest(); p != nil; p = p.Next() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| key | value | default | environment | |\n|---|---|---|---|---|\n", p.Key, p.Value.Description)
		if below := rowsBelow(p.Key, p.Value, true); below != "" {
			b.WriteString(below)
			continue
		}
		p.Value.Description = "" // it is the heading's
		b.WriteString(row(p.Key, p.Value, nil, true))
	}
	upToDate(t, "configuration.md", b.String())
}

// row is that of a key and those of the keys below it. A scalar that is
// outside lists can come from the environment.
func row(path string, s *jsonschema.Schema, required []string, outside bool) string {
	name := path[strings.LastIndexByte(path, '.')+1:]
	variable, fallback := "", ""
	if outside && s.Type != "array" && s.Type != "object" {
		variable = "`QUILT_AUDITOR_" + strings.ToUpper(strings.ReplaceAll(path, ".", "__")) + "`"
	}
	if s.Default != nil {
		fallback = fmt.Sprintf("`%v`", s.Default)
	}
	if slices.Contains(required, name) {
		fallback = "required"
	}
	return fmt.Sprintf("| `%s` | %s | %s | %s | %s |\n", path, kindOf(s), fallback, variable, cell(s.Description)) + rowsBelow(path, s, outside)
}

func rowsBelow(path string, s *jsonschema.Schema, outside bool) string {
	if s.Items != nil {
		path, s, outside = path+"[]", s.Items, false
	}
	var b strings.Builder
	for _, form := range append([]*jsonschema.Schema{s}, s.OneOf...) {
		if form.Properties == nil {
			continue
		}
		for p := form.Properties.Oldest(); p != nil; p = p.Next() {
			b.WriteString(row(path+"."+p.Key, p.Value, form.Required, outside))
		}
	}
	return b.String()
}

// kindOf says what form a value has.
func kindOf(s *jsonschema.Schema) string {
	switch {
	case len(s.Enum) > 0:
		var values []string
		for _, v := range s.Enum {
			values = append(values, fmt.Sprintf("`%v`", v))
		}
		return strings.Join(values, ", ")
	case s.Type == "array":
		return "list of " + plural(kindOf(s.Items))
	case s.Type == "object" && s.AdditionalProperties != nil && s.AdditionalProperties.Type != "":
		return "mapping of names to " + plural(kindOf(s.AdditionalProperties))
	case s.Type == "object":
		return "mapping"
	case len(s.AnyOf) > 0: // an account id is read with and without quotes
		return kindOf(s.AnyOf[0])
	case len(s.OneOf) > 0:
		var forms []string
		for _, form := range s.OneOf {
			forms = append(forms, kindOf(form))
		}
		return strings.Join(forms, " or ")
	case s.Type == "string":
		return "text"
	default:
		return s.Type
	}
}

func plural(kind string) string {
	words := strings.Split(kind, " ")
	if !strings.HasPrefix(words[0], "`") && !strings.HasSuffix(words[0], "s") {
		words[0] += "s"
	}
	return strings.ReplaceAll(strings.Join(words, " "), " or mapping", " or mappings")
}

// cell is text as a cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

const metricsHead = `# Metrics

Made of the exporter's own list by ` + "`go test ./cmd/quilt-auditor -run MetricsPage -update`" + `; a test of the exporter holds that list to what
` + "`/metrics`" + ` serves.

Prometheus text format 0.0.4, gzip if asked for. What a run found is rendered once and swapped whole, and is there again right after a
restart; what the process tells of itself is live. A scrape never waits for AWS. No ARN is a label: series of single buckets
are those of open failures and unknowns alone, at most ` + "`--metrics.max-findings`" + ` of them; ` + "`quilt_auditor_findings_dropped`" + ` counts the rest.

**Unknown is not fixed.** ` + "`quilt_auditor_open_findings`" + ` and the timestamps count a failure until evidence closes it, also while it cannot be read;
` + "`quilt_auditor_findings`" + ` counts what the last run could tell. Alert on the former.

Beside these there are ` + "`go_*` and `process_*`" + `. [deploy/prometheus](../deploy/prometheus/README.md) has recording rules and alerts,
[deploy/grafana](../deploy/grafana/README.md) dashboards made of them.

| metric | type | labels | |
|---|---|---|---|
`

// TestMetricsPage keeps docs/metrics.md.
func TestMetricsPage(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(metricsHead)
	for _, m := range prometheus.Metrics() {
		labels := ""
		if len(m.Labels) > 0 {
			labels = "`" + strings.Join(m.Labels, "`, `") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", m.Name, m.Type, labels, cell(m.Help))
	}
	upToDate(t, "metrics.md", b.String())
}

// TestQuotedMessages: what docs/troubleshooting.md says that the program says
// at its start is a text of the program.
func TestQuotedMessages(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(documents, "troubleshooting.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "| it says |")
	table, _, _ = strings.Cut(table, "\n\n")
	quoted := regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(table, -1)
	if len(quoted) < 5 {
		t.Errorf("%d messages are quoted", len(quoted))
	}
	source := goSource(t)
	for _, q := range quoted {
		if !strings.Contains(source, q[1]) {
			t.Errorf("no message of the program is %q", q[1])
		}
	}
}

// goSource is the text of the program, tests aside.
func goSource(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, pattern := range []string{"*.go", "../../audit/*/*.go", "../../config/*.go", "../../exporters/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(text)
		}
	}
	return b.String()
}
