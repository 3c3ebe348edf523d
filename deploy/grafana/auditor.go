package main

// auditorUID is in the address of the dashboard: it stays.
const auditorUID = "quilt-auditor-auditor"

// auditor is the dashboard about the auditor itself.
func auditor() *dashboard {
	return newDashboard(auditorUID, "Quilt auditor / Auditor",
		"How the auditor is: runs and how fresh they are, how long they take, what it asks of AWS and what AWS answers, what cannot be written.",
		"now-6h", nil, processChanges(),
		row{"", [][]panel{health(), facts()}},
		row{"Runs and freshness", [][]panel{
			{sized(12, 8, runs()), sized(12, 8, freshness())},
			{sized(12, 8, runDurations()), sized(12, 8, inProgress())},
			{sized(12, 8, checkDurations()), sized(12, 8, collectorDurations())},
			{sized(12, 8, collectorFailures()), sized(12, 8, writeFailures())},
		}},
		row{"Calls to AWS", [][]panel{
			{sized(12, 8, requests()), sized(12, 8, operations())},
			{sized(12, 8, errors()), sized(12, 8, throttles())},
			{sized(12, 8, latency()), sized(12, 8, answerTimes())},
		}},
		row{"Process and scrape", [][]panel{
			{sized(8, 7, memory()), sized(8, 7, processor()), sized(8, 7, goroutines())},
			{sized(12, 7, scrapeDuration()), sized(12, 7, scrapeSamples())},
		}},
	)
}

// counted is what a counter counted in a time, whole numbers.
func counted(selector, window string) string {
	return "ceil(sum(increase(" + selector + "[" + window + "])))"
}

// health is the first line: does it audit, and does what it finds arrive?
func health() []panel {
	throttled := "instance_service:quilt_auditor_aws_throttled:ratio_increase1h{" + ofJob + "}"
	return []panel{
		sized(4, 4, reading(stat("Scraped", "Whether Prometheus can scrape every auditor of the job.",
			field{Unit: "none", Thresholds: steps(), Mappings: texts(map[string]shown{"0": {"down", red, 0}, "1": {"up", green, 1}})},
			asked{"min(" + live("up") + ")", ""}), "QuiltAuditorDown")),
		sized(4, 4, lastSuccess()),
		sized(4, 4, reading(stat("Runs without a result, 24 h", "Runs that came to nothing, and runs that were due while another one went on. A partial run is none of them.",
			field{Unit: "none", Thresholds: noneOr(orange)},
			asked{counted(live("quilt_auditor_runs_total", `result=~"error|skipped"`), "24h"), ""}), "QuiltAuditorNoSuccessfulRun")),
		sized(4, 4, reading(stat("Throttled, 1 h", "The share of the last hour's requests that AWS refused because there were too many, of the service where it is greatest. 0 if there were no requests.",
			field{Unit: "percentunit", Decimals: new(1), Thresholds: steps(from(0, green), from(1e-9, yellow), from(0.05, red))},
			asked{orZero("max("+throttled+")", "instance_service:quilt_auditor_aws_requests:sum{"+ofJob+"}"), ""}), "QuiltAuditorThrottled")),
		sized(4, 4, reading(stat("Store failures, 1 h", "Writes to the history that failed. The auditor goes on from memory; what is not written is lost when it ends.",
			field{Unit: "none", Thresholds: noneOr(red)}, asked{counted(live("quilt_auditor_store_write_failures_total"), "1h"), ""}), "QuiltAuditorStoreFailing")),
		sized(4, 4, reading(stat("Export failures, 1 h", "Exports that failed, each try counted.",
			field{Unit: "none", Thresholds: noneOr(red)}, asked{counted(live("quilt_auditor_export_failures_total"), "1h"), ""}), "QuiltAuditorExportFailing")),
	}
}

// facts is the second line.
func facts() []panel {
	calm := steps(from(0, blue))
	loaded := map[string]shown{"0": {"refused", red, 0}, "1": {"loaded", green, 1}}
	return []panel{
		sized(4, 4, reading(stat("Configuration", "Whether the last reload was accepted. After one that was refused, what was loaded before is in use.",
			field{Unit: "none", Thresholds: steps(), Mappings: texts(loaded)}, asked{"min(" + live("quilt_auditor_config_last_reload_successful") + ")", ""}), "QuiltAuditorReloadFailed")),
		sized(4, 4, stat("Schedule", "The longest time between two runs by the schedule.",
			field{Unit: "s", Thresholds: calm, Mappings: texts(map[string]shown{"0": {"no schedule", red, 0}})}, asked{"max(" + live("quilt_auditor_schedule_interval_seconds") + ")", ""})),
		sized(4, 4, stat("Mean run, 1 h", "How long the runs of the last hour took. None: no run ended in it.",
			field{Unit: "s", NoValue: "none", Decimals: new(2), Thresholds: calm}, asked{mean("quilt_auditor_run_duration_seconds", ""), ""})),
		sized(4, 4, reading(stat("Findings without a series", "Open failures and unknown findings beyond --metrics.max-findings.",
			field{Unit: "none", Thresholds: noneOr(yellow)}, asked{"max(" + live("quilt_auditor_findings_dropped") + ")", ""}), "QuiltAuditorSeriesDropped")),
		sized(4, 4, stat("Running for", "Since the start of the youngest process.",
			field{Unit: "s", Thresholds: calm}, asked{"time() - max(" + live("process_start_time_seconds") + ")", ""})),
		sized(4, 4, version()),
	}
}

// version shows a label, as the name of a value.
func version() panel {
	p := stat("Version", "What is running, and built by which Go.", field{Unit: "none", Thresholds: steps(from(0, blue))},
		asked{"count by (version, goversion) (" + live("quilt_auditor_build_info") + ")", "{{version}}, {{goversion}}"})
	o := p.Options.(statOptions)
	o.TextMode = "name"
	p.Options = o
	return p
}
