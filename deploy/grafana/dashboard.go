package main

import (
	"bytes"
	"encoding/json"
)

// schemaVersion is that of Grafana 11.6 and 12 (Grafana, "Dashboard JSON
// model"); later ones migrate it.
const schemaVersion = 41

// tag is on every dashboard, and links them to each other.
const tag = "quilt-auditor"

// dashboard is the JSON model of Grafana, as far as it is used.
type dashboard struct {
	ID            *int        `json:"id"` // Grafana's own; null
	UID           string      `json:"uid"`
	Title         string      `json:"title"`
	Description   string      `json:"description"`
	Tags          []string    `json:"tags"`
	Timezone      string      `json:"timezone"`
	Editable      bool        `json:"editable"`
	GraphTooltip  int         `json:"graphTooltip"` // 2: shared by all panels
	Refresh       string      `json:"refresh"`
	Time          timeRange   `json:"time"`
	SchemaVersion int         `json:"schemaVersion"`
	Links         []link      `json:"links"`
	Annotations   annotations `json:"annotations"`
	Templating    templating  `json:"templating"`
	Panels        []panel     `json:"panels"`
}

type timeRange struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type annotations struct {
	List []annotation `json:"list"`
}

type templating struct {
	List []variable `json:"list"`
}

// link is one in the head of a dashboard, of a panel or of a value.
type link struct {
	Title       string   `json:"title"`
	Type        string   `json:"type,omitempty"` // of dashboards: link or dashboards
	Icon        string   `json:"icon,omitempty"`
	URL         string   `json:"url,omitempty"`
	Tags        []string `json:"tags,omitempty"`
	TargetBlank bool     `json:"targetBlank"`
	AsDropdown  bool     `json:"asDropdown,omitempty"`
	IncludeVars bool     `json:"includeVars,omitempty"`
	KeepTime    bool     `json:"keepTime,omitempty"`
}

// datasource is the variable of that name, never one of somebody's Grafana.
type datasource struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

func prometheus() *datasource { return &datasource{"prometheus", "${datasource}"} }

// newDashboard is one with what all share.
func newDashboard(uid, title, description, from string, own []variable, changes []annotation, rows ...row) *dashboard {
	return &dashboard{
		UID: uid, Title: title, Description: description, Tags: []string{tag}, Editable: true, GraphTooltip: 2, Refresh: "1m",
		Time: timeRange{from, "now"}, SchemaVersion: schemaVersion, Links: links(),
		Annotations: annotations{append([]annotation{builtIn()}, changes...)},
		Templating:  templating{append(variables(), own...)}, Panels: grid(rows),
	}
}

// links are those in the head: the other dashboard, with time and variables
// taken along, and what is to be read elsewhere.
func links() []link {
	return []link{
		{Title: "Quilt auditor", Type: "dashboards", Tags: []string{tag}, IncludeVars: true, KeepTime: true},
		{Title: "Findings", Type: "link", Icon: "external link", URL: auditorURL + "/findings", TargetBlank: true},
		{Title: "Runbooks", Type: "link", Icon: "doc", URL: "${runbooks}docs/runbooks/README.md", TargetBlank: true},
	}
}

// encode writes it as it is committed.
func (d *dashboard) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(d); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
