package main

// The colors, by their names in Grafana. What is not known is gray, which
// nothing else is.
const (
	gray   = "#8e8e8e"
	green  = "green"
	yellow = "yellow"
	orange = "orange"
	red    = "red"
	blue   = "blue"
	purple = "purple"
)

// fieldConfig is how values are shown (Grafana, "Configure standard options").
type fieldConfig struct {
	Defaults  field      `json:"defaults"`
	Overrides []override `json:"overrides"`
}

type field struct {
	Unit       string     `json:"unit,omitempty"`
	Decimals   *int       `json:"decimals,omitempty"`
	Min        *float64   `json:"min,omitempty"`
	Max        *float64   `json:"max,omitempty"`
	NoValue    string     `json:"noValue,omitempty"`
	Color      *color     `json:"color,omitempty"`
	Thresholds thresholds `json:"thresholds"`
	Mappings   []mapping  `json:"mappings"`
	Links      []link     `json:"links,omitempty"`
	Custom     any        `json:"custom,omitempty"`
}

type color struct {
	Mode       string `json:"mode"`
	FixedColor string `json:"fixedColor,omitempty"`
}

type thresholds struct {
	Mode  string `json:"mode"`
	Steps []step `json:"steps"`
}

// step is the color from a value on. The first has none: it is the color of
// everything below the second, and of what has no value at all.
type step struct {
	Value *float64 `json:"value"`
	Color string   `json:"color"`
}

// from is a step.
func from(value float64, color string) step { return step{&value, color} }

// steps begins with gray, so that no value is never the color of a good one.
func steps(list ...step) thresholds {
	return thresholds{"absolute", append([]step{{nil, gray}}, list...)}
}

// good and bad: none of what is counted, and some of it.
func noneOr(some string) thresholds { return steps(from(0, green), from(1, some)) }

type mapping struct {
	Type    string `json:"type"` // value, special
	Options any    `json:"options"`
}

type shown struct {
	Text  string `json:"text"`
	Color string `json:"color,omitempty"`
	Index int    `json:"index"`
}

type special struct {
	Match  string `json:"match"`
	Result shown  `json:"result"`
}

// unknown is how a value is shown that is not there, or no number.
func unknown() mapping {
	return mapping{"special", special{"null+nan", shown{"unknown", gray, 9}}}
}

// texts shows values as texts.
func texts(values map[string]shown) []mapping { return []mapping{{"value", values}, unknown()} }

type override struct {
	Matcher    matcher    `json:"matcher"`
	Properties []property `json:"properties"`
}

type matcher struct {
	ID      string `json:"id"`
	Options string `json:"options"`
}

type property struct {
	ID    string `json:"id"`
	Value any    `json:"value"`
}

// named overrides how the field of that name is shown.
func named(name string, properties ...property) override {
	return override{matcher{"byName", name}, properties}
}

// fixed gives the field of that name its color.
func fixed(name, shade string) override {
	return named(name, property{"color", color{"fixed", shade}})
}
