package main

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestHead(t *testing.T) {
	t.Parallel()
	eachDashboard(t, func(t *testing.T, d *read) {
		if d.ID != nil || !regexp.MustCompile(`^[a-z-]{8,40}$`).MatchString(d.UID) {
			t.Errorf("id %v, uid %q: Grafana gives the id, and takes uids of 40 characters at most", d.ID, d.UID)
		}
		if d.SchemaVersion != schemaVersion || d.Title == "" || d.Description == "" || !slices.Contains(d.Tags, tag) {
			t.Errorf("schema version %d, title %q, description %q, tags %v", d.SchemaVersion, d.Title, d.Description, d.Tags)
		}
		if d.Refresh == "" || d.Time.From == "" || d.Time.To != "now" || d.GraphTooltip != 2 {
			t.Errorf("refresh %q, time %v, tooltips %d", d.Refresh, d.Time, d.GraphTooltip)
		}
	})
}

func TestEveryPanelIsWhole(t *testing.T) {
	t.Parallel()
	eachDashboard(t, func(t *testing.T, d *read) {
		ids, titles := map[int]bool{}, map[string]bool{}
		for i := range d.Panels {
			p := &d.Panels[i]
			if ids[p.ID] || p.ID <= 0 || titles[p.Title] || p.Title == "" {
				t.Errorf("panel %d %q: its id or title is not its own", p.ID, p.Title)
			}
			ids[p.ID], titles[p.Title] = true, true
			if p.Type == "row" {
				continue
			}
			if !strings.HasSuffix(p.Description, ".") {
				t.Errorf("%s: its description is no sentence: %q", p.Title, p.Description)
			}
			if len(p.Targets) == 0 || p.Datasource == nil || *p.Datasource != *prometheus() {
				t.Errorf("%s asks %d queries of %v", p.Title, len(p.Targets), p.Datasource)
			}
			wantField(t, p)
			wantOptions(t, p)
		}
	})
}

// wantField: a unit, and no way in which nothing looks like something good.
func wantField(t *testing.T, p *readPanel) {
	t.Helper()
	f := p.FieldConfig.Defaults
	if f.Unit == "" || f.NoValue == "" {
		t.Errorf("%s: unit %q, without a value %q", p.Title, f.Unit, f.NoValue)
	}
	all := []thresholds{f.Thresholds}
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			if property.ID == "thresholds" {
				all = append(all, decoded[thresholds](t, property.Value))
			}
		}
	}
	for _, th := range all {
		if len(th.Steps) == 0 || th.Steps[0].Value != nil || th.Steps[0].Color != gray {
			t.Errorf("%s: what has no value is not gray: %v", p.Title, th.Steps)
		}
		if !slices.IsSortedFunc(th.Steps[1:], func(a, b step) int { return cmp.Compare(*a.Value, *b.Value) }) {
			t.Errorf("%s: thresholds are not in their order", p.Title)
		}
	}
	if !slices.ContainsFunc(f.Mappings, func(m mapping) bool {
		return m.Type == "special" && decoded[special](t, m.Options) == unknown().Options
	}) {
		t.Errorf("%s: null is not shown as unknown", p.Title)
	}
}

func decoded[T any](t *testing.T, value any) T {
	t.Helper()
	var to T
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &to)
	}
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// wantOptions: graphs say their last values and are one tooltip; what a stat
// shows is of this moment.
func wantOptions(t *testing.T, p *readPanel) {
	t.Helper()
	var o struct {
		Legend  legend  `json:"legend"`
		Tooltip tooltip `json:"tooltip"`
	}
	if err := json.Unmarshal(p.Options, &o); err != nil && p.Type == "timeseries" {
		t.Fatal(err)
	}
	instant := p.Type == "stat" || p.Type == "table"
	for _, q := range p.Targets {
		if q.Instant != instant || q.Range == instant {
			t.Errorf("%s, a %s: instant %t, range %t", p.Title, p.Type, q.Instant, q.Range)
		}
	}
	if p.Type == "timeseries" && (len(o.Legend.Calcs) == 0 || o.Tooltip.Mode != "multi") {
		t.Errorf("%s: legend %v, tooltip %v", p.Title, o.Legend, o.Tooltip)
	}
}

func TestPanelsDoNotOverlap(t *testing.T) {
	t.Parallel()
	eachDashboard(t, func(t *testing.T, d *read) {
		taken := map[[2]int]string{}
		for i := range d.Panels {
			p := &d.Panels[i]
			g := p.GridPos
			if g.W <= 0 || g.H <= 0 || g.X < 0 || g.X+g.W > columns {
				t.Errorf("%s is not on the grid: %+v", p.Title, g)
			}
			for x := g.X; x < g.X+g.W; x++ {
				for y := g.Y; y < g.Y+g.H; y++ {
					if other, is := taken[[2]int{x, y}]; is {
						t.Fatalf("%s lies on %s", p.Title, other)
					}
					taken[[2]int{x, y}] = p.Title
				}
			}
		}
		wantNoHoles(t, taken)
	})
}

// wantNoHoles: Grafana would move panels up into them.
func wantNoHoles(t *testing.T, taken map[[2]int]string) {
	t.Helper()
	last := 0
	for at := range taken {
		last = max(last, at[1])
	}
	if len(taken) != columns*(last+1) {
		t.Errorf("%d of %d cells are taken", len(taken), columns*(last+1))
	}
}

// TestTheAnswerComesFirst: the first line says whether anything is wrong.
func TestTheAnswerComesFirst(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"posture": {"Open, critical", "Open, high", "Not judged", "Accounts not entered", "Last complete run", "Oldest open failure"},
		"auditor": {"Scraped", "Last complete run", "Runs without a result, 24 h", "Throttled, 1 h", "Store failures, 1 h", "Export failures, 1 h"},
	} {
		var got []string
		for _, p := range dashboards()[name+".json"].Panels {
			if p.GridPos.Y == 0 {
				got = append(got, p.Title)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s begins with %v", name, got)
		}
	}
}
