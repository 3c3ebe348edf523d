package main

func requests() panel {
	return graph("Requests by service", "Every try counts, also one that was refused.",
		field{Unit: "reqps", Min: new(0.0)},
		asked{"sum by (service) (rate(instance_service:quilt_auditor_aws_requests:sum{" + ofJob + "}[$__rate_interval]))", "{{service}}"})
}

func operations() panel {
	return graph("Requests by operation", "The ten operations with most of them at each moment.",
		field{Unit: "reqps", Min: new(0.0)},
		asked{"topk(10, sum by (service, operation) (rate(" + live("quilt_auditor_aws_requests_total") + "[$__rate_interval])))", "{{service}} {{operation}}"})
}

func errors() panel {
	return graph("Answers that are errors, by code", "AccessDenied is a permission that the auditor's role lacks; quilt-auditor permissions prints what it needs. Some codes only say that something is not configured, such as NoSuchBucketPolicy.",
		field{Unit: "reqps", Min: new(0.0)},
		asked{"sum by (service, code) (rate(" + live("quilt_auditor_aws_requests_total", `code!="OK"`) + "[$__rate_interval]))", "{{service}} {{code}}"})
}

func throttles() panel {
	return reading(graph("Throttled by AWS", "Requests that AWS refused because there were too many. The auditor slows down and tries again.",
		field{Unit: "reqps", Min: new(0.0)},
		asked{"sum by (service, operation) (rate(" + live("quilt_auditor_aws_throttles_total") + "[$__rate_interval]))", "{{service}} {{operation}}"}), "QuiltAuditorThrottled")
}

func latency() panel {
	return heatmap("Answer times of AWS", "How many requests took how long, each try by itself.",
		"sum by (le) (increase("+live("quilt_auditor_aws_request_duration_seconds_bucket")+"[$__rate_interval]))")
}

func answerTimes() panel {
	return graph("Answer times by service", "What 95 of a hundred requests were faster than. A gap: there were no requests.",
		field{Unit: "s", Min: new(0.0)},
		asked{"histogram_quantile(0.95, sum by (le, service) (rate(" + live("quilt_auditor_aws_request_duration_seconds_bucket") + "[$__rate_interval])))", "{{service}}"})
}
