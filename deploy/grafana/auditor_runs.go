package main

func runs() panel {
	return with(bars(graph("Runs that ended", "By what they came to. Partial: cut short, or an account could not be entered or listed. Skipped: due while another one went on.",
		field{Unit: "none", Min: new(0.0)}, asked{"sum by (result) (increase(" + live("quilt_auditor_runs_total") + "[$__rate_interval]))", "{{result}}"})),
		fixed("success", green), fixed("partial", yellow), fixed("error", red), fixed("skipped", orange))
}

func freshness() panel {
	limit := "scalar(constant:quilt_auditor_schedule_intervals:max) * max(" + live("quilt_auditor_schedule_interval_seconds") + ")"
	return reading(with(graph("Since the last complete run", "It grows until a run ends that entered every account. Above the limit QuiltAuditorNoSuccessfulRun alerts after 5 minutes.",
		field{Unit: "s", Min: new(0.0)},
		asked{"instance:quilt_auditor_time_since_success_seconds:max{" + ofJob + "}", "{{instance}}"},
		asked{limit, "limit"}), fixed("limit", red)), "QuiltAuditorNoSuccessfulRun")
}

func runDurations() panel {
	return graph("Duration of runs", "Of the runs of an hour: their mean, and what 95 of a hundred were faster than. A gap: no run ended in the hour.",
		field{Unit: "s", Min: new(0.0)},
		asked{mean("quilt_auditor_run_duration_seconds", ""), "mean"},
		asked{"histogram_quantile(0.95, sum by (le) (increase(" + live("quilt_auditor_run_duration_seconds_bucket") + "[1h])))", "95 %"})
}

func inProgress() panel {
	return states("A run goes on", "When runs went on, as far as scrapes saw it.",
		field{Unit: "none", Thresholds: steps(), Mappings: texts(map[string]shown{"0": {"idle", "transparent", 0}, "1": {"running", blue, 1}})},
		asked{"max by (instance) (" + live("quilt_auditor_run_in_progress") + ")", "{{instance}}"})
}

func checkDurations() panel {
	return graph("Duration of checks", "How long a check took in a run, over all that it judged: the mean of an hour.",
		field{Unit: "s", Min: new(0.0)}, asked{mean("quilt_auditor_check_duration_seconds", "check"), "{{check}}"})
}

func collectorDurations() panel {
	return graph("Duration of collectors", "How long a collector took in a run, over all accounts: the mean of an hour.",
		field{Unit: "s", Min: new(0.0)}, asked{mean("quilt_auditor_collector_duration_seconds", "collector"), "{{collector}}"})
}

func collectorFailures() panel {
	return reading(graph("Accounts that a collector could not read wholly", "Accounts in which something failed that the collector tried to read in the last run.",
		field{Unit: "none", Min: new(0.0)},
		asked{"sum by (collector) (1 - min without (instance, pod) (quilt_auditor_collector_success{" + ofAccount + "}))", "{{collector}}"}), "QuiltAuditorNotJudged")
}

func writeFailures() panel {
	return bars(graph("What could not be written", "Writes to the history and exports that failed, each try counted.",
		field{Unit: "none", Min: new(0.0)},
		asked{"sum(increase(" + live("quilt_auditor_store_write_failures_total") + "[$__rate_interval]))", "history"},
		asked{"sum by (format) (increase(" + live("quilt_auditor_export_failures_total") + "[$__rate_interval]))", "export {{format}}"}))
}
