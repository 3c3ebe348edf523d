package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/deploy/promqltest"
)

var root = filepath.Join("..", "..")

func text(t *testing.T, parts ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{root}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// committed is the text of the committed file.
func (d *read) committed(t *testing.T) string {
	t.Helper()
	return text(t, "deploy", "grafana", strings.TrimPrefix(d.UID, "quilt-auditor-")+".json")
}

// TestLinksLeadSomewhere: to runbooks that there are, to paths and parameters
// that the auditor serves, and by fields that their table has.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	alerts := alertNames(t)
	eachDashboard(t, func(t *testing.T, d *read) {
		wantLinks(t, d.Title, d.Links, alerts, nil)
		for i := range d.Panels {
			p := &d.Panels[i]
			wantLinks(t, p.Title, p.Links, alerts, nil)
			if p.FieldConfig == nil {
				continue
			}
			var fields []string
			if p.Type == "table" {
				o := decoded[organize](t, p.Transformations[len(p.Transformations)-1].Options)
				for field := range o.RenameByName {
					fields = append(fields, field)
				}
			}
			for _, o := range p.FieldConfig.Overrides {
				for _, property := range o.Properties {
					if property.ID == "links" {
						wantLinks(t, p.Title, decoded[[]link](t, property.Value), alerts, fields)
					}
				}
			}
		}
	})
}

func alertNames(t *testing.T) []string {
	t.Helper()
	rules, err := promqltest.Rules(filepath.Join("..", "prometheus", "quilt-auditor.rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range rules {
		if r.Alert != "" {
			names = append(names, r.Alert)
		}
	}
	return names
}

var fieldOf = regexp.MustCompile(`\$\{__data\.fields\.(\w+)\}`)

func wantLinks(t *testing.T, where string, links []link, alerts, fields []string) {
	t.Helper()
	for _, l := range links {
		for _, m := range fieldOf.FindAllStringSubmatch(l.URL, -1) {
			if !slices.Contains(fields, m[1]) {
				t.Errorf("%s: %s uses %s, which is no field", where, l.URL, m[1])
			}
		}
		page, runbook := strings.CutPrefix(l.URL, "${runbooks}")
		path, own := strings.CutPrefix(l.URL, auditorURL)
		switch {
		case runbook && strings.Contains(page, "${__data.fields.alertname}"):
			for _, name := range alerts {
				text(t, fieldOf.ReplaceAllString(page, name))
			}
		case runbook:
			text(t, page)
		case own:
			wantServed(t, where, fieldOf.ReplaceAllString(path, "x"))
		case l.Type != "dashboards":
			t.Errorf("%s leads to %s", where, l.URL)
		}
	}
}

// wantServed holds a path to the patterns of the auditor's HTTP server, and
// its parameters to those that are read.
func wantServed(t *testing.T, where, path string) {
	t.Helper()
	source := ""
	files, err := filepath.Glob(filepath.Join(root, "exporters", "web", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources: %v", err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			source += text(t, "exporters", "web", filepath.Base(file))
		}
	}
	path, parameters, _ := strings.Cut(path, "?")
	served := false
	for _, m := range regexp.MustCompile(`"GET (/[^"]*)"`).FindAllStringSubmatch(source, -1) {
		pattern := regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(strings.TrimSuffix(m[1], "{$}")), "[^/]+")
		served = served || regexp.MustCompile("^"+pattern+"$").MatchString(path)
	}
	if !served {
		t.Errorf("%s: nothing is served at %s", where, path)
	}
	for pair := range strings.SplitSeq(parameters, "&") {
		if name, _, _ := strings.Cut(pair, "="); name != "" && !strings.Contains(source, `"`+name+`"`) {
			t.Errorf("%s: %s has no parameter %s", where, path, name)
		}
	}
}

// TestTextsNameWhatExists: alerts in descriptions and in the README.
func TestTextsNameWhatExists(t *testing.T) {
	t.Parallel()
	alerts, v := alertNames(t), vocabulary(t)
	for _, file := range []string{"posture.json", "auditor.json", "README.md"} {
		page := text(t, "deploy", "grafana", file)
		for _, m := range regexp.MustCompile(`QuiltAuditor[A-Z]\w+`).FindAllString(page, -1) {
			if !slices.Contains(alerts, m) {
				t.Errorf("%s: there is no alert %s", file, m)
			}
		}
		for _, m := range regexp.MustCompile(`[\w:]*\bquilt_auditor_[\w:]+\w`).FindAllString(page, -1) {
			if !v.Has(m) {
				t.Errorf("%s: there is no series %s", file, m)
			}
		}
	}
}
