package prometheus_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/quilt-auditor/quilt-auditor/deploy/promqltest"
)

// vocabulary is what there is for those who use the rules.
func vocabulary(t *testing.T) *promqltest.Vocabulary {
	t.Helper()
	v, err := promqltest.WithRules(rulesFile)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestGoldenPageHasTheLabels holds the list of metrics, which expressions are
// held to, to a page of a run.
func TestGoldenPageHasTheLabels(t *testing.T) {
	t.Parallel()
	page := strings.NewReader(read(t, filepath.Join(root, "exporters", "prometheus", "testdata", "page.prom")))
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(page)
	if err != nil {
		t.Fatal(err)
	}
	v := vocabulary(t)
	for name, family := range families {
		golden := promqltest.Labels{}
		for _, pair := range family.GetMetric()[0].GetLabel() {
			golden[pair.GetName()] = true
		}
		if !maps.Equal(golden, v.LabelsOf(name)) {
			t.Errorf("%s has the labels %v on the golden page and %v in the list of metrics", name, golden, v.LabelsOf(name))
		}
	}
}

// templated finds what the templates of annotations ask.
var templated = regexp.MustCompile("query (?:\"([^\"]*)\"|\\(printf `([^`]*)`)")

// asked are the expressions in the annotations of an alert.
func asked(r promqltest.Rule) []string {
	var all []string
	for _, text := range r.Annotations {
		for _, m := range templated.FindAllStringSubmatch(text, -1) {
			all = append(all, strings.ReplaceAll(m[1]+m[2], "%q", `""`))
		}
	}
	return all
}

// TestExpressionsUseWhatExists holds every series and label of every
// expression, and of what annotations query, to what is there: an alert on a
// misspelt one never fires.
func TestExpressionsUseWhatExists(t *testing.T) {
	t.Parallel()
	v, err := promqltest.New()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := promqltest.Rules(rulesFile)
	if err != nil {
		t.Fatal(err)
	}
	queries := 0
	for _, r := range rules {
		if r.Record != "" {
			if err := v.Record(r.Record, r.Expr, r.Labels); err != nil {
				t.Errorf("%s: %v", r.Record, err)
			}
			continue
		}
		made, err := v.Alert(r.Expr, r.Labels)
		if err != nil {
			t.Errorf("%s: %v", r.Alert, err)
		}
		wantLabels(t, r.Alert, made, used(r, `\$labels\.(\w+)`))
		wantLabels(t, r.Alert, v.EveryLabel(), used(r, `\.Labels\.(\w+)`))
		for _, expr := range asked(r) {
			queries++
			if _, err := v.Check(expr); err != nil {
				t.Errorf("%s: %v", r.Alert, err)
			}
		}
	}
	if queries < 2*13 {
		t.Errorf("only %d expressions in annotations are found", queries)
	}
}

func wantLabels(t *testing.T, where string, there promqltest.Labels, names []string) {
	t.Helper()
	for _, name := range names {
		if !there[name] {
			t.Errorf("%s: nothing has the label %s", where, name)
		}
	}
}

// used are the labels that the texts and labels of an alert use.
func used(r promqltest.Rule, pattern string) []string {
	texts := slices.Concat(slices.Collect(maps.Values(r.Annotations)), slices.Collect(maps.Values(r.Labels)))
	var names []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(strings.Join(texts, " "), -1) {
		names = append(names, m[1])
	}
	return names
}

// TestMetricsInTestsAndManualExist looks for the auditor's own metrics only,
// and for parts of the names of records not at all.
func TestMetricsInTestsAndManualExist(t *testing.T) {
	t.Parallel()
	v := vocabulary(t)
	for _, file := range append(testFiles(t), "README.md", filepath.Join(root, "docs", "operations.md")) {
		for _, m := range regexp.MustCompile(`[\w:]*\bquilt_auditor_[\w:]+`).FindAllString(read(t, file), -1) {
			if !v.Has(m) && !strings.Contains(m, ":") {
				t.Errorf("%s: there is no metric %s", file, m)
			}
		}
	}
}
