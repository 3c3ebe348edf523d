package prometheus

// liveMetrics lists what the process tells of itself, the same at any moment
// whether a run goes on or not.
func liveMetrics() []Metric {
	return []Metric{
		gauge("run_last_success_timestamp_seconds",
			"When the last complete run ended. 0 if there was none yet."),
		gauge("schedule_interval_seconds",
			"The longest time between two scheduled runs. 0 if there is no schedule."),
		gauge("run_in_progress", "1 while a run goes on, else 0."),
		counter("runs_total",
			"Runs since the start of the process: success (complete), partial (cut short, or an account could not be entered or listed), error (no result), skipped (due while another one went on).",
			"result"),
		histogram("run_duration_seconds", "How long runs took, whatever they came to. Skipped ones are not counted."),
		histogram("check_duration_seconds", "How long a check took in a run, over all that it judged.", "check"),
		histogram("collector_duration_seconds", "How long a collector took in a run.", "collector"),
		counter("aws_requests_total",
			"Requests to AWS, each try counted. code is OK or the error code of the answer; a code beyond the first hundred different ones counts as other.",
			"service", "operation", "code"),
		counter("aws_throttles_total",
			"Requests that AWS refused because there were too many of them; quilt_auditor_aws_requests_total has them too.",
			"service", "operation", "code"),
		histogram("aws_request_duration_seconds", "How long AWS took to answer a request, each try by itself.", "service"),
		counter("store_write_failures_total",
			"Runs or snapshots that could not be written to the store. Metrics and pages go on from memory."),
		counter("export_failures_total", "Exports of a run, and reports (as format report), that failed, retries included.", "format"),
		gauge("config_last_reload_successful", "1 if the last try to load the configuration succeeded, else 0."),
		gauge("config_last_reload_success_timestamp_seconds",
			"When the configuration was last loaded with success. 0 if it never was."),
		gauge("build_info", "Always 1: what was built, from what and by which Go.",
			"branch", "goarch", "goos", "goversion", "revision", "tags", "version"),
	}
}
