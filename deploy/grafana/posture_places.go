package main

// findingsPage leads from a row to the findings that it counts.
func findingsPage(fields ...string) link {
	url := auditorURL + "/findings?outstanding=true"
	for _, f := range fields {
		url += "&" + f + "=${__data.fields." + f + "}"
	}
	return link{Title: "Findings, as the auditor has them", URL: url, TargetBlank: true}
}

// checkPage leads to what a check judges, why, and how to fix it.
func checkPage() link {
	return link{Title: "What the check is about", URL: auditorURL + "/checks/${__data.fields.check}", TargetBlank: true}
}

func runbook() link {
	return link{Title: "Runbook", URL: "${runbooks}docs/runbooks/${__data.fields.alertname}.md", TargetBlank: true}
}

// firing lists alerts.
func firing() panel {
	return table("Alerts firing", "Each leads to its runbook. An alert of a finding fires until there is evidence that it is fixed. Empty: none fires, if there is a number above.",
		"Severity", false, []column{
			{"alertname", "Alert", []property{leadsTo(runbook())}},
			{"severity", "Severity", colored(steps(), property{"mappings", texts(map[string]shown{"critical": {"critical", red, 0}, "warning": {"warning", orange, 1}, "info": {"info", blue, 2}})}, width(90))},
			{"account_id", "Account", []property{width(130)}},
			{"check", "Check", nil},
			{"finding_severity", "Finding", []property{width(90)}},
			{"Value", "Alerts", number("none", width(70))},
		}, asked{"count by (alertname, severity, account_id, check, finding_severity) (" + alerts() + ")", ""})
}

// accounts lists them by name, with what is known of each.
func accounts() panel {
	yes := map[string]shown{"0": {"not entered", red, 0}, "1": {"entered", green, 1}}
	by := "by (job, account_id) "
	return table("Accounts", "What the last run had of each account. Not entered: it could not be entered, or its buckets could not be listed, and what is there is unknown.",
		"Open failures", true, []column{
			{"name", "Name", nil},
			{"account_id", "Account", []property{leadsTo(findingsPage("account_id")), width(130)}},
			{valueOf("A"), "Access", number("none", colored(steps(), property{"mappings", texts(yes)}, width(110))...)},
			{valueOf("B"), "Buckets", number("none", width(80))},
			{valueOf("C"), "Open failures", number("none", colored(noneOr(orange), width(110))...)},
			{valueOf("D"), "Waived", number("none", width(80))},
			{valueOf("E"), "Not judged", number("percentunit", colored(steps(from(0, green), from(1e-9, yellow), from(0.05, red)), property{"decimals", 1}, width(100))...)},
		},
		asked{withName("min " + by + "(account:quilt_auditor_account_accessible:min{" + ofAccount + "})"), ""},
		asked{"max " + by + "(quilt_auditor_buckets{" + ofAccount + "})", ""},
		asked{"sum " + by + "(" + openOf(`waived="false"`) + ")", ""},
		asked{"sum " + by + "(" + openOf(`waived="true"`) + ") or 0 * sum " + by + "(" + openOf() + ")", ""},
		asked{"1 - sum " + by + "(" + findings(`status!="unknown"`) + ") / sum " + by + "(" + findings() + ")", ""})
}

func bySeverity() panel {
	return with(stacked(graph("Open failures by severity", "Failures that no evidence has closed and no waiver covers. A step down is a fix, a waiver, or a bucket or check that left the scope.",
		field{Unit: "none", Min: new(0.0)}, asked{"sum by (severity) (" + chosen() + ")", "{{severity}}"})),
		fixed("critical", "dark-red"), fixed("high", red), fixed("medium", orange), fixed("low", yellow), fixed("informational", blue))
}

func byAccount() panel {
	return stacked(graph("Open failures by account", "The ten accounts with most of them at each moment.",
		field{Unit: "none", Min: new(0.0)}, asked{withName("topk(10, sum by (job, account_id) (" + chosen() + "))"), "{{name}} {{account_id}}"}))
}

func byCheck() panel {
	return stacked(graph("Open failures by check", "What is wrong most often.",
		field{Unit: "none", Min: new(0.0)}, asked{"sum by (check) (" + chosen() + ")", "{{check}}"}))
}

// where is the whole of the counts, as rows.
func where() panel {
	return table("Open failures by account, check and severity", "Where the failures are that no evidence has closed and no waiver covers.",
		"Open", true, []column{
			{"name", "Name", nil},
			{"account_id", "Account", []property{leadsTo(findingsPage("account_id")), width(130)}},
			{"check", "Check", []property{leadsTo(findingsPage("account_id", "check"), checkPage())}},
			{"severity", "Severity", []property{width(100)}},
			{"Value", "Open", number("none", colored(noneOr(orange), width(70))...)},
		}, asked{withName("(sum by (job, account_id, check, severity) (" + chosen() + ") > 0)"), ""})
}

// places lists single findings by how long they have been what they are.
func places(title, description, status string, t thresholds) panel {
	return table(title, description, "For", true, []column{
		{"Value", "For", number("s", colored(t, width(110))...)},
		{"severity", "Severity", []property{width(100)}},
		{"check", "Check", []property{leadsTo(checkPage())}},
		{"name", "Name", []property{width(130)}},
		{"account_id", "Account", []property{width(130)}},
		{"region", "Region", []property{width(110)}},
		{"bucket", "Bucket", []property{leadsTo(findingsPage("check", "account_id", "bucket"))}},
		{"role", "Role", nil},
	}, asked{withName("topk(50, " + since(status) + ")"), ""})
}

func oldest() panel {
	return places("Oldest open failures", "The fifty that have been open for longest, waived ones among them. No bucket: it is about the account itself. Lacks what is beyond --metrics.max-findings.",
		"fail", steps(from(0, yellow), from(7*86400, orange), from(30*86400, red)))
}
