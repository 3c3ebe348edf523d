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

	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
)

// target are the labels that Prometheus gives every series of a target.
var target = []string{"job", "instance", "pod"}

// labels are those that a metric has; several metrics add up.
type labels map[string]bool

// existing are the metrics that rules can use with their labels: what the
// golden page of a run has, what the process tells, what every target has.
func existing(t *testing.T) map[string]labels {
	t.Helper()
	all := map[string]labels{"up": {}, "process_start_time_seconds": {}}
	for _, m := range prometheus.Metrics() {
		all[m.Name] = set(m.Labels)
		if m.Type == prometheus.Histogram {
			all[m.Name+"_count"], all[m.Name+"_sum"], all[m.Name+"_bucket"] = set(m.Labels), set(m.Labels), set(append([]string{"le"}, m.Labels...))
		}
	}
	page := strings.NewReader(read(t, filepath.Join(root, "exporters", "prometheus", "testdata", "page.prom")))
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(page)
	if err != nil {
		t.Fatal(err)
	}
	for name, family := range families {
		golden := labels{}
		for _, pair := range family.GetMetric()[0].GetLabel() {
			golden[pair.GetName()] = true
		}
		if !maps.Equal(golden, all[name]) {
			t.Errorf("%s has the labels %v on the golden page and %v in the list of metrics", name, golden, all[name])
		}
	}
	return all
}

// everyLabel are the labels of all of them.
func everyLabel(t *testing.T) labels {
	t.Helper()
	every := set(target)
	for _, names := range existing(t) {
		maps.Copy(every, names)
	}
	return every
}

func set(names []string) labels {
	s := labels{}
	for _, name := range names {
		s[name] = true
	}
	return s
}

// The parts of PromQL that are told apart. The parser of Prometheus is no
// dependency; promtool, which has it, holds the syntax.
var (
	quoted    = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	listed    = regexp.MustCompile(`\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)`)
	selector  = regexp.MustCompile(`([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{([^}]*)\})?\s*(\(?)`)
	matched   = regexp.MustCompile(`([a-zA-Z_][a-zA-Z0-9_]*)\s*(?:=~|!~|!=|=)`)
	rangeOf   = regexp.MustCompile(`\[[^\]]*\]`)
	numbers   = regexp.MustCompile(`\b[0-9][0-9a-z.]*\b`)
	keywords  = []string{"and", "or", "unless", "bool", "offset", "by", "without", "on", "ignoring", "group_left", "group_right"}
	templated = regexp.MustCompile("query (?:\"([^\"]*)\"|\\(printf `([^`]*)`)")
)

// selection is a metric in an expression and the labels of its matchers.
type selection struct {
	metric   string
	matchers []string
	hasJob   bool
}

// parsed takes an expression apart.
func parsed(expr string) (selections []selection, labelLists []string) {
	jobs := strings.Contains(expr, `job="quilt-auditor"`)
	expr = strings.ReplaceAll(expr, `job="quilt-auditor"`, `job="",our_job=""`)
	expr = strings.ReplaceAll(expr, "%q", `""`)
	expr = rangeOf.ReplaceAllString(quoted.ReplaceAllString(expr, `""`), "")
	for _, m := range listed.FindAllStringSubmatch(expr, -1) {
		for name := range strings.SplitSeq(m[1], ",") {
			if name = strings.TrimSpace(name); name != "" {
				labelLists = append(labelLists, name)
			}
		}
	}
	expr = numbers.ReplaceAllString(listed.ReplaceAllString(expr, " "), " ")
	for _, m := range selector.FindAllStringSubmatch(expr, -1) {
		if slices.Contains(keywords, m[1]) || m[3] == "(" && m[2] == "" {
			continue
		}
		s := selection{metric: m[1]}
		for _, name := range matched.FindAllStringSubmatch(m[2], -1) {
			if name[1] == "our_job" {
				s.hasJob = jobs
			} else {
				s.matchers = append(s.matchers, name[1])
			}
		}
		selections = append(selections, s)
	}
	return selections, labelLists
}

// expressions are those of the rules and of what their annotations query.
func expressions(r rule) []string {
	all := []string{r.Expr}
	for _, text := range r.Annotations {
		for _, m := range templated.FindAllStringSubmatch(text, -1) {
			all = append(all, m[1]+m[2])
		}
	}
	return all
}

// TestExpressionsUseWhatExists holds every series and label of every
// expression to what is there: an alert on a misspelt one never fires.
func TestExpressionsUseWhatExists(t *testing.T) {
	t.Parallel()
	metrics, every := existing(t), everyLabel(t)
	records, alerts := rules(t)
	recorded := map[string]bool{}
	for _, r := range slices.Concat(records, alerts) {
		if r.Record != "" {
			recorded[r.Record] = true // itself too, and those before
		}
		for _, expr := range expressions(r) {
			selections, lists := parsed(expr)
			if len(selections) == 0 && !strings.HasPrefix(expr, "vector(") {
				t.Errorf("%s%s: nothing is selected in %s", r.Record, r.Alert, expr)
			}
			for _, s := range selections {
				wantSelection(t, r, s, metrics, recorded, every)
			}
			wantLabels(t, r, lists, every)
		}
		wantLabels(t, r, used(r), every)
	}
}

func wantSelection(t *testing.T, r rule, s selection, metrics map[string]labels, recorded map[string]bool, every labels) {
	t.Helper()
	has, is := metrics[s.metric]
	switch {
	case recorded[s.metric]:
		wantLabels(t, r, s.matchers, every)
		return
	case !is:
		t.Errorf("%s%s: there is no %s, or it is recorded later", r.Record, r.Alert, s.metric)
		return
	case !s.hasJob:
		t.Errorf("%s%s: %s without the job", r.Record, r.Alert, s.metric)
	}
	for _, name := range s.matchers {
		if !has[name] && !slices.Contains(target, name) {
			t.Errorf("%s%s: %s has no label %s", r.Record, r.Alert, s.metric, name)
		}
	}
}

func wantLabels(t *testing.T, r rule, names []string, every labels) {
	t.Helper()
	for _, name := range names {
		if !every[name] {
			t.Errorf("%s%s: nothing has the label %s", r.Record, r.Alert, name)
		}
	}
}

// used are the labels that the texts of an alert use.
func used(r rule) []string {
	var names []string
	for _, m := range regexp.MustCompile(`\$labels\.(\w+)|\.Labels\.(\w+)`).FindAllStringSubmatch(strings.Join(slices.Collect(maps.Values(r.Annotations)), " ")+r.Labels["finding_severity"], -1) {
		names = append(names, m[1]+m[2])
	}
	return names
}

// TestSelectionsAreFound proves the parts above on expressions that they have
// to take apart.
func TestSelectionsAreFound(t *testing.T) {
	t.Parallel()
	selections, lists := parsed(`max without (a_label) (last_over_time(x:y_z:max{job="quilt-auditor", b=~"c|d"}[1d]) > 2 * 86400) and on (job) up == bool 0 or vector(0.000001)`)
	var metrics []string
	for _, s := range selections {
		metrics = append(metrics, s.metric)
	}
	if !slices.Equal(metrics, []string{"x:y_z:max", "up"}) || !slices.Equal(lists, []string{"a_label", "job"}) {
		t.Errorf("found %v and %v", metrics, lists)
	}
	if s := selections[0]; !s.hasJob || !slices.Equal(s.matchers, []string{"job", "b"}) || selections[1].hasJob {
		t.Errorf("found %+v", selections)
	}
}

// TestMetricsInTestsAndManualExist looks for the auditor's own metrics only,
// and for parts of the names of records not at all.
func TestMetricsInTestsAndManualExist(t *testing.T) {
	t.Parallel()
	metrics := existing(t)
	for _, file := range append(testFiles(t), "README.md", filepath.Join(root, "docs", "operations.md")) {
		for _, m := range regexp.MustCompile(`[\w:]*\bquilt_auditor_[\w:]+`).FindAllString(read(t, file), -1) {
			if _, is := metrics[m]; !is && !strings.Contains(m, ":") {
				t.Errorf("%s: there is no metric %s", file, m)
			}
		}
	}
}
