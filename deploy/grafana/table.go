package main

type tableOptions struct {
	CellHeight string      `json:"cellHeight"`
	Footer     tableFooter `json:"footer"`
	ShowHeader bool        `json:"showHeader"`
	SortBy     []sortBy    `json:"sortBy"`
}

type tableFooter struct {
	CountRows bool     `json:"countRows"`
	Fields    string   `json:"fields"`
	Reducer   []string `json:"reducer"`
	Show      bool     `json:"show"`
}

type sortBy struct {
	DisplayName string `json:"displayName"`
	Desc        bool   `json:"desc"`
}

type tableField struct {
	Align       string      `json:"align"`
	CellOptions cellOptions `json:"cellOptions"`
	Filterable  bool        `json:"filterable"`
	Inspect     bool        `json:"inspect"`
}

type cellOptions struct {
	Type string `json:"type"`
}

// column is one of a table: the field that Prometheus gives, and its name for
// people. Time, and the job that a query needs for its join, are left out.
type column struct {
	field, name string
	properties  []property
}

// organize is the transformation that orders, names and leaves out fields.
type organize struct {
	ExcludeByName map[string]bool   `json:"excludeByName"`
	IndexByName   map[string]int    `json:"indexByName"`
	RenameByName  map[string]string `json:"renameByName"`
	IncludeByName map[string]bool   `json:"includeByName"`
}

// table shows one row for each series, or where there are several queries, for
// each account of them: their fields are merged by what they have in common.
// Labels are texts: as a number, which Grafana would make of it, the id of an
// account can lose digits. One that a series has not is no unknown value.
func table(title, description, sorted string, desc bool, columns []column, queries ...asked) panel {
	p := newPanel("table", title, description, field{
		Unit: "string", NoValue: "-", Thresholds: steps(),
		Custom: tableField{"auto", cellOptions{"auto"}, true, false},
	}, tableOptions{
		"sm", tableFooter{false, "", []string{"sum"}, false}, true, []sortBy{{sorted, desc}},
	}, targets("table", true, queries))
	o := organize{map[string]bool{"Time": true, "job": true}, map[string]int{}, map[string]string{}, map[string]bool{}}
	for i, c := range columns {
		o.IndexByName[c.field], o.RenameByName[c.field] = i, c.name
		if len(c.properties) > 0 {
			p = with(p, named(c.name, c.properties...))
		}
	}
	if len(queries) > 1 {
		p.Transformations = append(p.Transformations, transformation{"merge", struct{}{}})
	}
	p.Transformations = append(p.Transformations, transformation{"organize", o})
	return p
}

// valueOf is the field that holds the value of a table's query.
func valueOf(refID string) string { return "Value #" + refID }

// number makes a column one of numbers.
func number(unit string, more ...property) []property {
	return append([]property{{"unit", unit}, {"noValue", "unknown"}}, more...)
}

func unit(u string) property { return property{"unit", u} }

func width(pixels int) property { return property{"custom.width", pixels} }

// colored gives cells the color of their value.
func colored(t thresholds, more ...property) []property {
	return append([]property{{"custom.cellOptions", cellOptions{"color-background"}}, {"thresholds", t}}, more...)
}

func leadsTo(links ...link) property { return property{"links", links} }
