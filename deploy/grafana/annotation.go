package main

// annotation marks moments in every graph (Grafana, "Annotate
// visualizations").
type annotation struct {
	BuiltIn         int         `json:"builtIn,omitempty"`
	Datasource      *datasource `json:"datasource"`
	Enable          bool        `json:"enable"`
	Hide            bool        `json:"hide"`
	IconColor       string      `json:"iconColor"`
	Name            string      `json:"name"`
	Type            string      `json:"type,omitempty"`
	Expr            string      `json:"expr,omitempty"`
	Step            string      `json:"step,omitempty"`
	TitleFormat     string      `json:"titleFormat,omitempty"`
	TextFormat      string      `json:"textFormat,omitempty"`
	TagKeys         string      `json:"tagKeys,omitempty"`
	UseValueForTime string      `json:"useValueForTime,omitempty"` // on: the value is the time, in milliseconds
}

// builtIn are the annotations that people write in Grafana.
func builtIn() annotation {
	return annotation{
		BuiltIn: 1, Datasource: &datasource{"grafana", "-- Grafana --"}, Enable: true, Hide: true,
		IconColor: "rgba(0, 211, 255, 1)", Name: "Annotations & Alerts", Type: "dashboard",
	}
}

// when marks the moments at which an expression has a value.
func when(name, color, expr, title, tags string) annotation {
	return annotation{
		Datasource: prometheus(), Enable: true, IconColor: color, Name: name, Expr: expr, Step: "60s", TitleFormat: title, TagKeys: tags,
	}
}

// at marks the moments that an expression has as its value, in seconds.
func at(name, color, expr, title, tags string) annotation {
	a := when(name, color, "("+expr+") * 1000", title, tags)
	a.UseValueForTime = "on"
	return a
}

// findingChanges mark where failures opened and where they were closed, by
// evidence or by a waiver.
func findingChanges() []annotation {
	sum := "sum by (check, account_id) (" + openOf(`waived="false"`) + ")"
	before := "sum by (check, account_id) (" + openOf(`waived="false"`) + " offset $__interval)"
	return []annotation{
		when("Failures opened", red, sum+" - "+before+" > 0", "{{check}}: failures opened", "account_id,check"),
		when("Failures closed", green, before+" - "+sum+" > 0", "{{check}}: failures closed or waived", "account_id,check"),
	}
}

// processChanges mark starts and reloads.
func processChanges() []annotation {
	return []annotation{
		at("Auditor started", blue, `process_start_time_seconds{job="$job"}`, "{{instance}} started", "instance"),
		at("Configuration loaded", purple, `quilt_auditor_config_last_reload_success_timestamp_seconds{job="$job"} > 0`, "{{instance}} loaded its configuration", "instance"),
	}
}
