//go:build prometheus

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestDashboards asks a Prometheus that scrapes the demo everything that the
// dashboards ask, as Grafana would, which is not to be had for a test. No
// panel is empty.
func TestDashboards(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	s := startPrometheus(t, demo, copied(t, "prometheus/quilt-auditor.rules.yaml"))
	all := dashboards(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		d := all[name]
		chosen := wantVariables(t, s, d)
		wantPanels(t, s, d, chosen)
		wantAnnotations(t, s, d, chosen)
		wantFewer(t, s, d, chosen)
		wantLinks(t, s, demo, d, chosen)
	}
	everything := map[string]string{"job": "quilt-auditor", "account": ".*", "check": ".*", "severity": ".*"}
	wantCounts(t, s, demo, all["posture"], everything)
	demo.stop()
	wantUnknown(t, s, all, everything)
}

// wantVariables waits until every variable has its choices, and returns what
// is chosen when a dashboard is opened.
func wantVariables(t *testing.T, s *server, d *dashboard) map[string]string {
	t.Helper()
	want := map[string]choice{
		"job": {"quilt-auditor", "quilt-auditor"}, "account": {"genomics 444455556666", "444455556666"},
		"check":    {"s3-object-ownership", "s3-object-ownership"},
		"runbooks": {"https://github.com/quilt-auditor/quilt-auditor/blob/main/", "https://github.com/quilt-auditor/quilt-auditor/blob/main/"},
	}
	chosen := map[string]string{}
	for _, v := range d.Templating.List {
		if v.Type != "query" {
			if text, is := v.Query.(string); is {
				chosen[v.Name] = text
			}
		} else {
			until(t, d.Title+" has the variable "+v.Name, func() error {
				choices, err := s.choices(v, chosen)
				if err == nil && !slices.Contains(choices, want[v.Name]) {
					err = fmt.Errorf("its choices are %q", choices)
				}
				chosen[v.Name] = want[v.Name].value
				return err
			})
		}
		if v.Multi {
			chosen[v.Name] = v.AllValue
		}
	}
	return chosen
}

// nothingAsked are the panels about answers of AWS, whom the demo asks nothing:
// of no answers there is no quantile. What is drawn is not a number.
var nothingAsked = []string{"Answer times by service"}

// wantPanels waits until every query of every panel has something to show.
func wantPanels(t *testing.T, s *server, d *dashboard, chosen map[string]string) {
	t.Helper()
	queries := 0
	for i := range d.Panels {
		p := &d.Panels[i]
		for _, q := range p.Targets {
			queries++
			until(t, fmt.Sprintf("%s: query %s of the panel %s has a result", d.Title, q.RefID, p.Title), func() error {
				found, err := s.ask(q, chosen)
				drawn := shows(found) || len(found) > 0 && slices.Contains(nothingAsked, p.Title)
				if err == nil && !drawn {
					err = fmt.Errorf("%s shows nothing", substituted(q.Expr, chosen))
				}
				return err
			})
		}
	}
	if queries < 20 {
		t.Errorf("%s asks %d queries only", d.Title, queries)
	}
}

// shows reports whether anything of it is a number.
func shows(found []sample) bool {
	return slices.ContainsFunc(found, func(s sample) bool {
		return slices.ContainsFunc(append(s.Values, s.Value), func(p point) bool { return p.at > 0 && !math.IsNaN(p.value) })
	})
}

// wantAnnotations: they are understood. The ones about the process are there.
func wantAnnotations(t *testing.T, s *server, d *dashboard, chosen map[string]string) {
	t.Helper()
	for _, a := range d.Annotations.List[1:] {
		found, err := s.over(substituted(a.Expr, chosen), 5)
		if err != nil {
			t.Errorf("%s: %s: %v", d.Title, a.Name, err)
		}
		if strings.Contains(a.Expr, "* 1000") && !shows(found) {
			t.Errorf("%s: %s marks nothing", d.Title, a.Name)
		}
	}
}

// wantFewer: with one account, several, or one check, every query is understood
// and gives nothing of the others.
func wantFewer(t *testing.T, s *server, d *dashboard, chosen map[string]string) {
	t.Helper()
	for _, accounts := range []string{"444455556666", "(444455556666|777788889999)"} {
		fewer := maps.Clone(chosen)
		fewer["account"], fewer["check"] = accounts, "s3-bucket-policy-required-actions"
		for i := range d.Panels {
			p := &d.Panels[i]
			for _, q := range p.Targets {
				found, err := s.ask(q, fewer)
				if err != nil {
					t.Errorf("%s: %s: %v", d.Title, p.Title, err)
				}
				for _, one := range found {
					account, check := one.Metric["account_id"], one.Metric["check"]
					narrowed := strings.Contains(q.Expr, "${account:regex}")
					if narrowed && account != "" && !strings.Contains(accounts, account) ||
						strings.Contains(q.Expr, "${check:regex}") && check != "" && check != fewer["check"] {
						t.Errorf("%s: %s shows %v", d.Title, p.Title, one.Metric)
					}
				}
			}
		}
	}
}

// wantLinks follows the links to the auditor of a row of each table.
func wantLinks(t *testing.T, s *server, demo *process, d *dashboard, chosen map[string]string) {
	t.Helper()
	chosen = maps.Clone(chosen)
	chosen["auditor_url"] = demo.base()
	for i := range d.Panels {
		p := &d.Panels[i]
		for _, address := range p.urls(t) {
			if !strings.HasPrefix(address, "${auditor_url}") {
				continue
			}
			var rows []sample
			until(t, p.Title+" has rows", func() error {
				found, err := s.ask(p.Targets[0], chosen)
				if rows = found; err == nil && len(found) == 0 {
					err = errors.New("it has none")
				}
				return err
			})
			for name, value := range rows[0].Metric {
				address = strings.ReplaceAll(address, "${__data.fields."+name+"}", value)
			}
			if _, err := get(strings.ReplaceAll(address, "${auditor_url}", demo.base())); err != nil {
				t.Errorf("%s: %v", p.Title, err)
			}
		}
	}
}

// urls are those of the links of a panel's cells.
func (p *panel) urls(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			var links []struct {
				URL string `json:"url"`
			}
			if property.ID != "links" {
				continue
			}
			if err := json.Unmarshal(property.Value, &links); err != nil {
				t.Fatal(err)
			}
			for _, l := range links {
				all = append(all, l.URL)
			}
		}
	}
	return all
}
