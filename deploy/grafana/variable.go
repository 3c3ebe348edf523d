package main

// variable is one of a dashboard, chosen in its head (Grafana, "Variables").
type variable struct {
	Name        string      `json:"name"`
	Label       string      `json:"label"`
	Description string      `json:"description,omitempty"`
	Type        string      `json:"type"` // datasource, query, custom, textbox
	Datasource  *datasource `json:"datasource,omitempty"`
	Definition  string      `json:"definition,omitempty"`
	Query       any         `json:"query"` // a text, or the query of a data source
	Regex       string      `json:"regex,omitempty"`
	Refresh     int         `json:"refresh,omitempty"` // 1: when opened, 2: when the time is changed
	Sort        int         `json:"sort,omitempty"`    // 1: alphabetical
	Multi       bool        `json:"multi,omitempty"`
	IncludeAll  bool        `json:"includeAll,omitempty"`
	AllValue    string      `json:"allValue,omitempty"`
	Hide        int         `json:"hide,omitempty"` // 2: wholly
	Current     choice      `json:"current"`
	Options     []choice    `json:"options,omitempty"`
}

// choice is a value and how it is shown.
type choice struct {
	Text  any `json:"text,omitempty"`
	Value any `json:"value,omitempty"`
}

// variableQuery is one of the Prometheus data source.
type variableQuery struct {
	Type  int    `json:"qryType"`
	Query string `json:"query"`
	RefID string `json:"refId"`
}

const (
	labelValues = 1 // of qryType
	queryResult = 3

	// auditorURL is where links to the auditor begin.
	auditorURL = "${auditor_url}"
)

func everything() choice { return choice{[]string{"All"}, []string{"$__all"}} }

func query(name, label, description string, kind int, expr string) variable {
	return variable{
		Name: name, Label: label, Description: description, Type: "query", Datasource: prometheus(), Definition: expr,
		Query: variableQuery{kind, expr, "PrometheusVariableQueryEditor-VariableQuery"}, Refresh: 2, Sort: 1,
	}
}

// many lets several values, or all, be chosen. All is every value there is,
// not those that the list has at the moment: what opens later is in it.
func many(v variable) variable {
	v.Multi, v.IncludeAll, v.AllValue, v.Current = true, true, ".*", everything()
	return v
}

// variables are those of every dashboard.
func variables() []variable {
	job := query("job", "Job", "The job of the scrape configuration", labelValues, "label_values(quilt_auditor_build_info, job)")
	job.Current = choice{"quilt-auditor", "quilt-auditor"}
	account := many(query("account", "Account", "Accounts of the last run, by name and id", queryResult,
		`query_result(label_join(account:quilt_auditor_account_info:max{job="$job"}, "shown", " ", "name", "account_id"))`))
	account.Regex = `/account_id="(?<value>[^"]+)".*shown="\s*(?<text>[^"]+)"/`
	runbooks := query("runbooks", "Runbooks", "What the paths of runbooks are relative to, as the rules have it", labelValues,
		"label_values(constant:quilt_auditor_runbooks:info, url)")
	runbooks.Hide = 2
	return []variable{
		{Name: "datasource", Label: "Data source", Type: "datasource", Query: "prometheus", Refresh: 1},
		job, account,
		{
			Name: "auditor_url", Label: "Auditor", Description: "Where links to the auditor lead", Type: "textbox", Query: "http://localhost:10990",
			Current: choice{"http://localhost:10990", "http://localhost:10990"}, Options: []choice{{"http://localhost:10990", "http://localhost:10990"}},
		},
		runbooks,
	}
}

// check and severity narrow what findings are shown.
func check() variable {
	return many(query("check", "Check", "Checks of the last run", labelValues, `label_values(check_account:quilt_auditor_open_findings:max{job="$job"}, check)`))
}

func severity() variable {
	return many(variable{
		Name: "severity", Label: "Severity", Description: "How bad a failure of the check is", Type: "custom", Query: "critical,high,medium,low,informational",
	})
}
