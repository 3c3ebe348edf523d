package main

type legend struct {
	Calcs       []string `json:"calcs"`
	DisplayMode string   `json:"displayMode"`
	Placement   string   `json:"placement"`
	ShowLegend  bool     `json:"showLegend"`
}

type tooltip struct {
	Mode string `json:"mode"`
	Sort string `json:"sort"`
}

type graphOptions struct {
	Legend  legend  `json:"legend"`
	Tooltip tooltip `json:"tooltip"`
}

type mode struct {
	Mode  string `json:"mode"`
	Group string `json:"group,omitempty"`
}

// graphField is how a time series is drawn. Where there was no value there is
// a gap.
type graphField struct {
	DrawStyle         string `json:"drawStyle"`
	LineInterpolation string `json:"lineInterpolation"`
	LineWidth         int    `json:"lineWidth"`
	FillOpacity       int    `json:"fillOpacity"`
	ShowPoints        string `json:"showPoints"`
	SpanNulls         bool   `json:"spanNulls"`
	Stacking          mode   `json:"stacking"`
	ThresholdsStyle   mode   `json:"thresholdsStyle"`
}

// graph draws lines. Findings change once a run, so they are steps.
func graph(title, description string, f field, queries ...asked) panel {
	f.Color = &color{Mode: "palette-classic"}
	f.Custom = graphField{
		DrawStyle: "line", LineInterpolation: "stepAfter", LineWidth: 2, FillOpacity: 8, ShowPoints: "auto",
		Stacking: mode{"none", "A"}, ThresholdsStyle: mode{Mode: "off"},
	}
	if len(f.Thresholds.Steps) > 1 {
		g := f.Custom.(graphField)
		g.ThresholdsStyle.Mode = "dashed"
		f.Custom = g
	} else {
		f.Thresholds = steps()
	}
	return newPanel("timeseries", title, description, f, graphOptions{
		legend{[]string{"last", "max"}, "table", "bottom", true}, tooltip{"multi", "desc"},
	}, targets("time_series", false, queries))
}

// stacked draws areas that add up.
func stacked(p panel) panel {
	g := p.FieldConfig.Defaults.Custom.(graphField)
	g.FillOpacity, g.LineWidth, g.Stacking.Mode = 60, 1, "normal"
	p.FieldConfig.Defaults.Custom = g
	return p
}

// bars draws what was counted in each interval.
func bars(p panel) panel {
	g := p.FieldConfig.Defaults.Custom.(graphField)
	g.DrawStyle, g.FillOpacity, g.LineWidth, g.Stacking.Mode = "bars", 80, 0, "normal"
	p.FieldConfig.Defaults.Custom = g
	return p
}

type stateOptions struct {
	AlignValue  string  `json:"alignValue"`
	Legend      legend  `json:"legend"`
	MergeValues bool    `json:"mergeValues"`
	RowHeight   float64 `json:"rowHeight"`
	ShowValue   string  `json:"showValue"`
	Tooltip     tooltip `json:"tooltip"`
}

type stateField struct {
	FillOpacity int  `json:"fillOpacity"`
	LineWidth   int  `json:"lineWidth"`
	SpanNulls   bool `json:"spanNulls"`
}

// states draws since when something is in which state.
func states(title, description string, f field, queries ...asked) panel {
	f.Custom = stateField{FillOpacity: 75}
	return newPanel("state-timeline", title, description, f, stateOptions{
		"left", legend{[]string{}, "list", "bottom", true}, true, 0.85, "auto", tooltip{"single", "none"},
	}, targets("time_series", false, queries))
}

type heatmapOptions struct {
	Calculate    bool           `json:"calculate"`
	CellGap      int            `json:"cellGap"`
	Color        heatmapColor   `json:"color"`
	FilterValues map[string]any `json:"filterValues"`
	Legend       map[string]any `json:"legend"`
	RowsFrame    map[string]any `json:"rowsFrame"`
	ShowValue    string         `json:"showValue"`
	Tooltip      map[string]any `json:"tooltip"`
	YAxis        heatmapAxis    `json:"yAxis"`
}

type heatmapColor struct {
	Mode     string  `json:"mode"`
	Scheme   string  `json:"scheme"`
	Fill     string  `json:"fill"`
	Exponent float64 `json:"exponent"`
	Steps    int     `json:"steps"`
	Reverse  bool    `json:"reverse"`
}

type heatmapAxis struct {
	AxisPlacement string `json:"axisPlacement"`
	Reverse       bool   `json:"reverse"`
	Unit          string `json:"unit"`
}

// heatmap draws how many were how long, of a histogram in seconds.
func heatmap(title, description, expr string) panel {
	return newPanel("heatmap", title, description, field{Unit: "short", Thresholds: steps()}, heatmapOptions{
		CellGap: 1, Color: heatmapColor{"scheme", "Oranges", "dark-orange", 0.5, 64, false},
		FilterValues: map[string]any{"le": 1e-9}, Legend: map[string]any{"show": true}, RowsFrame: map[string]any{"layout": "auto"},
		ShowValue: "never", Tooltip: map[string]any{"mode": "single", "yHistogram": false, "showColorScale": false},
		YAxis: heatmapAxis{"left", false, "s"},
	}, targets("heatmap", false, []asked{{expr, "{{le}}"}}))
}
