package main

// panel is one of a dashboard (Grafana, "Panel JSON").
type panel struct {
	ID              int              `json:"id"`
	Type            string           `json:"type"`
	Title           string           `json:"title"`
	Description     string           `json:"description,omitempty"`
	GridPos         gridPos          `json:"gridPos"`
	Collapsed       *bool            `json:"collapsed,omitempty"` // of rows, with what is folded in them
	Folded          *[]panel         `json:"panels,omitempty"`
	Datasource      *datasource      `json:"datasource,omitempty"`
	Targets         []target         `json:"targets,omitempty"`
	FieldConfig     *fieldConfig     `json:"fieldConfig,omitempty"`
	Options         any              `json:"options,omitempty"`
	Transformations []transformation `json:"transformations,omitempty"`
	Links           []link           `json:"links,omitempty"`
}

type gridPos struct {
	H int `json:"h"`
	W int `json:"w"`
	X int `json:"x"`
	Y int `json:"y"`
}

// target is a query of the Prometheus data source.
type target struct {
	Datasource   *datasource `json:"datasource"`
	RefID        string      `json:"refId"`
	Expr         string      `json:"expr"`
	LegendFormat string      `json:"legendFormat,omitempty"`
	Format       string      `json:"format"` // time_series, table, heatmap
	Instant      bool        `json:"instant"`
	Range        bool        `json:"range"`
	EditorMode   string      `json:"editorMode"`
}

type transformation struct {
	ID      string `json:"id"`
	Options any    `json:"options"`
}

// asked is a query with its legend.
type asked struct{ expr, legend string }

// targets are the queries of a panel, A, B and so on.
func targets(format string, instant bool, queries []asked) []target {
	var list []target
	for i, q := range queries {
		list = append(list, target{
			Datasource: prometheus(), RefID: string(rune('A' + i)), Expr: q.expr, LegendFormat: q.legend,
			Format: format, Instant: instant, Range: !instant, EditorMode: "code",
		})
	}
	return list
}

func newPanel(kind, title, description string, f field, options any, queries []target) panel {
	if f.NoValue == "" {
		f.NoValue = "unknown"
	}
	if f.Mappings == nil {
		f.Mappings = []mapping{unknown()}
	}
	if f.Color == nil {
		f.Color = &color{Mode: "thresholds"}
	}
	return panel{
		Type: kind, Title: title, Description: description, Datasource: prometheus(), Targets: queries,
		FieldConfig: &fieldConfig{Defaults: f, Overrides: []override{}}, Options: options,
	}
}

// with adds to how single fields are shown.
func with(p panel, overrides ...override) panel {
	p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, overrides...)
	return p
}

// reading leads from a panel to what there is to read about it.
func reading(p panel, alert string) panel {
	p.Links = append(p.Links, link{Title: "Runbook", URL: "${runbooks}docs/runbooks/" + alert + ".md", TargetBlank: true})
	return p
}

type reduceOptions struct {
	Calcs  []string `json:"calcs"`
	Fields string   `json:"fields"`
	Values bool     `json:"values"`
}

type statOptions struct {
	ColorMode     string        `json:"colorMode"`
	GraphMode     string        `json:"graphMode"`
	JustifyMode   string        `json:"justifyMode"`
	Orientation   string        `json:"orientation"`
	ReduceOptions reduceOptions `json:"reduceOptions"`
	TextMode      string        `json:"textMode"`
	WideLayout    bool          `json:"wideLayout"`
}

// stat shows what is true now. It asks for this moment, not for a range whose
// last value could be an old one.
func stat(title, description string, f field, queries ...asked) panel {
	text := "value"
	if len(queries) > 1 || queries[0].legend != "" {
		text = "value_and_name"
	}
	return newPanel("stat", title, description, f, statOptions{
		ColorMode: "background", GraphMode: "none", JustifyMode: "auto", Orientation: "auto",
		ReduceOptions: reduceOptions{[]string{"lastNotNull"}, "", false}, TextMode: text, WideLayout: true,
	}, targets("time_series", true, queries))
}
