// Package alertmanager_test holds the example configuration to the alerts.
package alertmanager_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/quilt-auditor/quilt-auditor/deploy/promqltest"
)

const file = "alertmanager.yaml"

// config is what the tests look at.
type config struct {
	Route struct {
		Receiver string   `yaml:"receiver"`
		GroupBy  []string `yaml:"group_by"`
		Routes   []struct {
			Matchers []string `yaml:"matchers"`
			Receiver string   `yaml:"receiver"`
		} `yaml:"routes"`
	} `yaml:"route"`
	Inhibit []struct {
		Source []string `yaml:"source_matchers"`
		Target []string `yaml:"target_matchers"`
		Equal  []string `yaml:"equal"`
	} `yaml:"inhibit_rules"`
	Receivers []struct {
		Name string `yaml:"name"`
	} `yaml:"receivers"`
}

func read(t *testing.T) config {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var c config
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// alerts are the labels of each alert of the rules, by its name, beside those
// that the rule adds.
func alerts(t *testing.T) map[string]promqltest.Labels {
	t.Helper()
	rules := filepath.Join("..", "prometheus", "quilt-auditor.rules.yaml")
	v, err := promqltest.WithRules(rules)
	if err != nil {
		t.Fatal(err)
	}
	list, err := promqltest.Rules(rules)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]promqltest.Labels{}
	for _, r := range list {
		if r.Alert == "" {
			continue
		}
		if all[r.Alert], err = v.Check(r.Expr); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

var matcher = regexp.MustCompile(`^(\w+)="([^"]+)"$`)

// matched is what a list of matchers wants, by label.
func matched(t *testing.T, list []string) map[string]string {
	t.Helper()
	wants := map[string]string{}
	for _, text := range list {
		m := matcher.FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("the matcher %s is not understood", text)
		}
		wants[m[1]] = m[2]
	}
	return wants
}

// TestInhibitionsNameWhatExists: an inhibition of an alert that there is not,
// or by labels that its alerts have not, does nothing, or worse: two alerts
// that both lack a label are equal in it.
func TestInhibitionsNameWhatExists(t *testing.T) {
	t.Parallel()
	all := alerts(t)
	inhibitions := read(t).Inhibit
	if len(inhibitions) == 0 {
		t.Error("there are no inhibitions")
	}
	for _, rule := range inhibitions {
		for _, list := range [][]string{rule.Source, rule.Target} {
			wants := matched(t, list)
			labels, is := all[wants["alertname"]]
			if !is {
				t.Errorf("there is no alert %s", wants["alertname"])
			}
			for _, name := range rule.Equal {
				if !labels[name] {
					t.Errorf("%s has no label %s", wants["alertname"], name)
				}
			}
			for name := range wants {
				if name != "alertname" && !labels[name] {
					t.Errorf("%s has no label %s", wants["alertname"], name)
				}
			}
		}
	}
}

// TestEverySeverityHasItsRoute, to a receiver that there is.
func TestEverySeverityHasItsRoute(t *testing.T) {
	t.Parallel()
	c := read(t)
	var receivers, severities []string
	for _, r := range c.Receivers {
		receivers = append(receivers, r.Name)
	}
	for _, r := range c.Route.Routes {
		severities = append(severities, matched(t, r.Matchers)["severity"])
		if !slices.Contains(receivers, r.Receiver) {
			t.Errorf("there is no receiver %s", r.Receiver)
		}
	}
	if !slices.Equal(severities, []string{"critical", "warning", "info"}) || !slices.Contains(receivers, c.Route.Receiver) {
		t.Errorf("routes are for %v, else to %s", severities, c.Route.Receiver)
	}
	if !slices.Contains(c.Route.GroupBy, "alertname") || !slices.Contains(c.Route.GroupBy, "account_id") {
		t.Errorf("alerts are grouped by %v", c.Route.GroupBy)
	}
}

// TestReceiversAreToldOfTheEnd, or a ticket stays open for ever.
func TestReceiversAreToldOfTheEnd(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if sends, urls := strings.Count(string(text), "send_resolved: true"), strings.Count(string(text), "- url:"); sends != urls || urls == 0 {
		t.Errorf("%d of %d webhooks are told", sends, urls)
	}
}
