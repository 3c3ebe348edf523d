//go:build prometheus || deploy

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dashboard is what Grafana asks by a dashboard.
type dashboard struct {
	Title       string  `json:"title"`
	Panels      []panel `json:"panels"`
	Annotations struct {
		List []struct {
			Name string `json:"name"`
			Expr string `json:"expr"`
		} `json:"list"`
	} `json:"annotations"`
	Templating struct {
		List []variable `json:"list"`
	} `json:"templating"`
}

type panel struct {
	Title       string   `json:"title"`
	Type        string   `json:"type"`
	Targets     []target `json:"targets"`
	FieldConfig struct {
		Overrides []struct {
			Properties []struct {
				ID    string          `json:"id"`
				Value json.RawMessage `json:"value"`
			} `json:"properties"`
		} `json:"overrides"`
	} `json:"fieldConfig"`
}

type target struct {
	RefID   string `json:"refId"`
	Expr    string `json:"expr"`
	Instant bool   `json:"instant"`
}

type variable struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Query    any    `json:"query"`
	Regex    string `json:"regex"`
	AllValue string `json:"allValue"`
	Multi    bool   `json:"multi"`
}

func dashboards(t *testing.T) map[string]*dashboard {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "grafana", "*.json"))
	if err != nil || len(files) != 2 {
		t.Fatalf("the dashboards are %v: %v", files, err)
	}
	all := map[string]*dashboard{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := &dashboard{}
		if err := json.Unmarshal(text, d); err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = d
	}
	return all
}

// panel is the one of that title.
func (d *dashboard) panel(t *testing.T, title string) *panel {
	t.Helper()
	at := slices.IndexFunc(d.Panels, func(p panel) bool { return p.Title == title })
	if at < 0 {
		t.Fatalf("%s has no panel %s", d.Title, title)
	}
	return &d.Panels[at]
}

// choice is a value of a variable, and how it is shown.
type choice struct{ text, value string }

var (
	labelValues = regexp.MustCompile(`^label_values\((.+), (\w+)\)$`)
	queryResult = regexp.MustCompile(`^query_result\((.+)\)$`)
)

// choices are those of a query variable, found as Grafana's Prometheus data
// source finds them ("Prometheus template variables").
func (s *server) choices(v variable, chosen map[string]string) ([]choice, error) {
	asked, _ := v.Query.(map[string]any)["query"].(string)
	if m := labelValues.FindStringSubmatch(asked); m != nil {
		var values []string
		err := s.api(&values, "label/"+m[2]+"/values", "match[]", substituted(m[1], chosen))
		var list []choice
		for _, value := range values {
			list = append(list, choice{value, value})
		}
		return list, err
	}
	m := queryResult.FindStringSubmatch(asked)
	if m == nil {
		return nil, fmt.Errorf("%s asks %q", v.Name, asked)
	}
	found, err := s.instant(substituted(m[1], chosen))
	var list []choice
	shown := regexp.MustCompile(strings.Trim(v.Regex, "/"))
	for _, one := range found {
		if m := shown.FindStringSubmatch(asText(one)); m != nil {
			list = append(list, choice{m[shown.SubexpIndex("text")], m[shown.SubexpIndex("value")]})
		}
	}
	return list, err
}

// asText is a sample as Grafana matches it with the expression of a variable.
func asText(s sample) string {
	var labels []string
	for name, value := range s.Metric {
		if name != "__name__" {
			labels = append(labels, name+`="`+value+`"`)
		}
	}
	slices.Sort(labels)
	return fmt.Sprintf("%s{%s} %v %v", s.Metric["__name__"], strings.Join(labels, ","), s.Value.value, s.Value.at*1e3)
}

var placeholder = regexp.MustCompile(`\$(?:\{(\w+)(?::regex)?\}|(\w+))`)

// substituted puts the chosen values in place of variables, several as a
// regular expression, and durations in place of Grafana's own, for a data
// source that scrapes every second.
func substituted(expr string, chosen map[string]string) string {
	return placeholder.ReplaceAllStringFunc(expr, func(found string) string {
		m := placeholder.FindStringSubmatch(found)
		switch name := m[1] + m[2]; name {
		case "__rate_interval":
			return "6s"
		case "__interval":
			return "5s"
		default:
			return chosen[name]
		}
	})
}

// ask runs a query of a panel as the panel does.
func (s *server) ask(q target, chosen map[string]string) ([]sample, error) {
	expr := substituted(q.Expr, chosen)
	if q.Instant {
		return s.instant(expr)
	}
	return s.over(expr, 5)
}
