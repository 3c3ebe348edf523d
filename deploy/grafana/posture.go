package main

// postureUID is in the address of the dashboard: it stays.
const postureUID = "quilt-auditor-posture"

// posture is the dashboard about what was audited.
func posture() *dashboard {
	return newDashboard(postureUID, "Quilt auditor / Posture",
		"What the auditor found: open failures by account, check and severity, how old they are, what could not be judged, what is waived. A failure stays open until there is evidence that it is fixed; unknown is no pass.",
		"now-24h", []variable{check(), severity()}, findingChanges(),
		row{"", [][]panel{answer(), beside()}},
		row{"Alerts and accounts", [][]panel{{sized(12, 9, firing()), sized(12, 9, accounts())}}},
		row{"Open failures", [][]panel{
			{sized(12, 9, bySeverity()), sized(12, 9, byAccount())},
			{sized(12, 9, byCheck()), sized(12, 9, where())},
			{sized(24, 11, oldest())},
		}},
		row{"Coverage: what could be judged", [][]panel{
			{sized(12, 9, byStatus()), sized(12, 9, unjudged())},
			{sized(24, 7, entered())},
			{sized(24, 9, longestUnknown())},
		}},
		row{"What is waived", [][]panel{{sized(8, 8, waivers()), sized(16, 8, waiverEnds())}}},
	)
}

// ofSeverity counts the open failures of a severity that no waiver covers.
func ofSeverity(severity, shade string) panel {
	return reading(stat("Open, "+severity, "Failures of the severity "+severity+", of the chosen accounts and checks, that no evidence has closed and no waiver covers. While the auditor is down it is what its last run found, for a day.",
		field{Unit: "none", Thresholds: noneOr(shade)},
		asked{orZero("sum("+openOf(`severity="`+severity+`"`, `waived="false"`)+")", openOf()), ""}), "QuiltAuditorOpenFinding")
}

// answer is the first line: is anything wrong, and is that known?
func answer() []panel {
	return []panel{
		sized(4, 4, ofSeverity("critical", red)),
		sized(4, 4, ofSeverity("high", orange)),
		sized(4, 4, reading(stat("Not judged", "The share of the last run's findings that is unknown: something could not be read, or what was read does not settle it. Unknown while the auditor is not scraped.",
			field{Unit: "percentunit", Decimals: new(1), Thresholds: steps(from(0, green), from(1e-9, yellow), from(0.05, red))},
			asked{"(" + orZero("sum("+findings(`status="unknown"`)+")", findings()) + ") / sum(" + findings() + ")", ""}), "QuiltAuditorNotJudged")),
		sized(4, 4, reading(stat("Accounts not entered", "Accounts that the last run could not enter, or whose buckets it could not list. Nothing of them closes meanwhile.",
			field{Unit: "none", Thresholds: noneOr(red)},
			asked{"sum(1 - account:quilt_auditor_account_accessible:min{" + ofAccount + "})", ""}), "QuiltAuditorAccountNotEntered")),
		sized(4, 4, lastSuccess()),
		sized(4, 4, reading(stat("Oldest open failure", "How long the oldest open failure has been open, waived or not, of any severity.",
			field{Unit: "s", Thresholds: steps(from(0, green), from(1, yellow), from(30*86400, red)), Mappings: texts(map[string]shown{"0": {"none", green, 0}})},
			asked{orZero("max(time() - check_account:quilt_auditor_oldest_open_finding_timestamp_seconds:min{"+ofCheck+"})", openOf()), ""}), "QuiltAuditorFindingOpenTooLong")),
	}
}

// lastSuccess is about the schedule: a threshold in seconds would be right for
// one schedule only.
func lastSuccess() panel {
	age := "min(instance:quilt_auditor_time_since_success_seconds:max{" + ofJob + "})"
	return reading(with(stat("Last complete run", "How long ago a run last ended that entered every account, and how many intervals of the schedule that is. From 2 on QuiltAuditorNoSuccessfulRun alerts.",
		field{Unit: "none", Decimals: new(1), Thresholds: steps(from(0, green), from(1.5, yellow), from(2, red))},
		asked{age, "ago"},
		asked{age + " / (max(" + live("quilt_auditor_schedule_interval_seconds") + ") > 0)", "intervals"}),
		named("ago", unit("s"), property{"thresholds", steps(from(0, blue))})), "QuiltAuditorNoSuccessfulRun")
}

// beside is the second line: how much there is, and what needs no answer now.
func beside() []panel {
	ending := "waiver:quilt_auditor_waiver_expiry_timestamp_seconds:max{" + ofJob + "} - time() < scalar(constant:quilt_auditor_waiver_remaining_seconds:min)"
	states := replicas(live("quilt_auditor_waivers"))
	return []panel{
		sized(4, 4, stat("Alerts", "Alerts of the auditor's rules that fire. Unknown where Prometheus does not evaluate the rules.",
			field{Unit: "none", Thresholds: noneOr(orange)},
			asked{orZero("count("+alerts()+")", "constant:quilt_auditor_runbooks:info"), ""})),
		sized(4, 4, stat("Open, all severities", "All failures that no evidence has closed and no waiver covers, of the chosen accounts and checks.",
			field{Unit: "none", Thresholds: noneOr(yellow)}, asked{"sum(" + openOf(`waived="false"`) + ")", ""})),
		sized(4, 4, stat("Open and waived", "Open failures that somebody has accepted until a day.",
			field{Unit: "none", Thresholds: steps(from(0, blue))}, asked{orZero("sum("+openOf(`waived="true"`)+")", openOf()), ""})),
		sized(4, 4, reading(stat("Waivers to look at", "Waivers that have ended or end within 14 days. What an ended one covered counts again.",
			field{Unit: "none", Thresholds: noneOr(yellow)}, asked{orZero("count("+ending+")", states), ""}), "QuiltAuditorWaiverExpiring")),
		sized(4, 4, stat("Buckets", "Buckets that the last run had in scope, in the chosen accounts.",
			field{Unit: "none", Thresholds: steps(from(0, red), from(1, blue))}, asked{"sum(" + replicas("quilt_auditor_buckets{"+ofAccount+"}") + ")", ""})),
		sized(4, 4, reading(stat("Findings without a series", "Open failures and unknown findings beyond --metrics.max-findings: tables of this dashboard lack them, counts have them.",
			field{Unit: "none", Thresholds: noneOr(yellow)}, asked{"max(" + live("quilt_auditor_findings_dropped") + ")", ""}), "QuiltAuditorSeriesDropped")),
	}
}

// alerts are those that fire.
func alerts() string { return live("ALERTS", `alertname=~"QuiltAuditor.+"`, `alertstate="firing"`) }
