package main

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/deploy/promqltest"
)

func vocabulary(t *testing.T) *promqltest.Vocabulary {
	t.Helper()
	v, err := promqltest.WithRules(filepath.Join("..", "prometheus", "quilt-auditor.rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// plainPromQL puts in what is no PromQL before Grafana has replaced it: the
// variables that are durations. The others stand in texts.
var plainPromQL = strings.NewReplacer("$__rate_interval", "5m", "$__interval", "1m")

func checked(t *testing.T, v *promqltest.Vocabulary, where, expr string) promqltest.Labels {
	t.Helper()
	labels, err := v.Check(plainPromQL.Replace(expr))
	if err != nil {
		t.Errorf("%s: %v", where, err)
	}
	return labels
}

var inBraces = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)

// wantLabels holds the labels that a legend shows to those of the result.
func wantLabels(t *testing.T, where, text string, labels promqltest.Labels) {
	t.Helper()
	for _, m := range inBraces.FindAllStringSubmatch(text, -1) {
		if !labels[m[1]] {
			t.Errorf("%s: %q shows %s, which the result has not", where, text, m[1])
		}
	}
}

// TestQueriesUseWhatExists: every query, of panels, annotations and variables,
// is PromQL over series and labels that there are, and what shows labels of
// the result shows some that it has.
func TestQueriesUseWhatExists(t *testing.T) {
	t.Parallel()
	v := vocabulary(t)
	eachDashboard(t, func(t *testing.T, d *read) {
		for i := range d.Panels {
			p := &d.Panels[i]
			results := promqltest.Labels{}
			for _, q := range p.Targets {
				labels := checked(t, v, p.Title, q.Expr)
				wantLabels(t, p.Title, q.LegendFormat, labels)
				maps.Copy(results, labels)
				if *q.Datasource != *prometheus() {
					t.Errorf("%s asks %v", p.Title, q.Datasource)
				}
			}
			if p.Type == "table" {
				wantColumns(t, p, results)
			}
		}
		for _, a := range d.Annotations.List[1:] {
			labels := checked(t, v, a.Name, a.Expr)
			wantLabels(t, a.Name, a.TitleFormat, labels)
			for key := range strings.SplitSeq(a.TagKeys, ",") {
				if !labels[key] {
					t.Errorf("%s: the result has no label %s", a.Name, key)
				}
			}
		}
		for _, one := range d.Templating.List {
			if one.Type == "query" {
				wantVariable(t, v, one)
			}
		}
	})
}

// wantColumns: the columns are the labels of the results and their values, no
// more and no fewer.
func wantColumns(t *testing.T, p *readPanel, results promqltest.Labels) {
	t.Helper()
	o := decoded[organize](t, p.Transformations[len(p.Transformations)-1].Options)
	maps.DeleteFunc(results, func(name string, _ bool) bool { return o.ExcludeByName[name] })
	want := slices.Collect(maps.Keys(results))
	if len(p.Targets) == 1 {
		want = append(want, "Value")
	} else {
		for _, q := range p.Targets {
			want = append(want, "Value #"+q.RefID)
		}
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(o.IndexByName)); !slices.Equal(got, want) {
		t.Errorf("%s has columns of %v, and its results have %v", p.Title, got, want)
	}
	if merged := p.Transformations[0].ID == "merge"; merged != (len(p.Targets) > 1) {
		t.Errorf("%s: %d queries, merged: %t", p.Title, len(p.Targets), merged)
	}
	for field, name := range o.RenameByName {
		if number := strings.HasPrefix(field, "Value"); number != (p.property(name, "unit") != nil && p.property(name, "noValue") == "unknown") {
			t.Errorf("%s: %s is a number: %t, and has unit %v, without a value %v", p.Title, name, number, p.property(name, "unit"), p.property(name, "noValue"))
		}
	}
	if p.FieldConfig.Defaults.Unit != "string" {
		t.Errorf("%s: labels are shown as %s: an account id that begins with 0 would be shortened", p.Title, p.FieldConfig.Defaults.Unit)
	}
	names := slices.Collect(maps.Values(o.RenameByName))
	for _, override := range p.FieldConfig.Overrides {
		if !slices.Contains(names, override.Matcher.Options) {
			t.Errorf("%s: there is no column %s", p.Title, override.Matcher.Options)
		}
	}
}

// property is what a field of that name is given, nil if it is not.
func (p *readPanel) property(name, id string) any {
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			if o.Matcher.Options == name && property.ID == id {
				return property.Value
			}
		}
	}
	return nil
}

// ofVariable finds what a query of a variable asks.
var ofVariable = regexp.MustCompile(`^(?:label_values\((.+), (\w+)\)|query_result\((.+)\))$`)

func wantVariable(t *testing.T, v *promqltest.Vocabulary, one variable) {
	t.Helper()
	q := decoded[variableQuery](t, one.Query)
	m := ofVariable.FindStringSubmatch(q.Query)
	if m == nil || q.Query != one.Definition || *one.Datasource != *prometheus() {
		t.Fatalf("%s: %q, shown as %q, of %v", one.Name, q.Query, one.Definition, one.Datasource)
	}
	labels, err := v.CheckByHand(m[1] + m[3])
	if err != nil {
		t.Errorf("%s: %v", one.Name, err)
	}
	if m[2] != "" && !labels[m[2]] {
		t.Errorf("%s: %s has no label %s", one.Name, m[1], m[2])
	}
	for _, part := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(one.Regex, -1) {
		if !labels[part[1]] {
			t.Errorf("%s: the result has no label %s for its expression", one.Name, part[1])
		}
	}
	if one.Multi != one.IncludeAll || one.IncludeAll != (one.AllValue == ".*") {
		t.Errorf("%s: several %t, all %t, which is %q", one.Name, one.Multi, one.IncludeAll, one.AllValue)
	}
}

func TestSeverities(t *testing.T) {
	t.Parallel()
	var want []string
	for _, s := range audit.Severities() {
		want = append(want, s.String())
	}
	if got := severity().Query; got != strings.Join(want, ",") {
		t.Errorf("the variable has %v, the audit %v", got, want)
	}
}

// TestEveryVariableIsThereAndUsed, but for what Grafana has itself.
func TestEveryVariableIsThereAndUsed(t *testing.T) {
	t.Parallel()
	eachDashboard(t, func(t *testing.T, d *read) {
		used := map[string]bool{}
		for _, m := range regexp.MustCompile(`\$(?:\{(\w+)(?::regex)?\}|(\w+))`).FindAllStringSubmatch(d.committed(t), -1) {
			if name := m[1] + m[2]; !strings.HasPrefix(name, "__") {
				used[name] = true
			}
		}
		for _, one := range d.Templating.List {
			if !used[one.Name] {
				t.Errorf("nothing uses %s", one.Name)
			}
			delete(used, one.Name)
		}
		if len(used) > 0 {
			t.Errorf("there are no variables %v", slices.Collect(maps.Keys(used)))
		}
	})
}

// TestSeveralValuesAreARegularExpression: a variable of which several can be
// chosen stands in a regular expression, in the form of one.
func TestSeveralValuesAreARegularExpression(t *testing.T) {
	t.Parallel()
	matched := regexp.MustCompile(`(\w+)(=~|!~|!=|=)"([^"]*)"`)
	eachDashboard(t, func(t *testing.T, d *read) {
		several := map[string]bool{}
		for _, one := range d.Templating.List {
			several[one.Name] = one.Multi
		}
		for i := range d.Panels {
			for _, q := range d.Panels[i].Targets {
				for _, m := range matched.FindAllStringSubmatch(q.Expr, -1) {
					name := strings.TrimSuffix(strings.Trim(m[3], "${}"), ":regex")
					if several[name] && (m[2] != "=~" || m[3] != "${"+name+":regex}") {
						t.Errorf("%s: %s", d.Panels[i].Title, m[0])
					}
				}
			}
		}
	})
}
