package prometheus

// runFamily is a metric that tells what a run found, and how it is filled.
type runFamily struct {
	Metric
	fill func(*view, *samples)
}

// runFamilies lists the metrics of a run in the order of the page.
func runFamilies() []runFamily {
	return []runFamily{
		{gauge("findings",
			"Findings of the last run. fail and unknown are there for every check and account of the run, also at 0.",
			"check", "severity", "status", "account_id", "waived"), (*view).findings},
		{gauge("open_findings",
			"Failures that no evidence has closed yet, those included that the last run could not read again.",
			"check", "severity", "account_id", "waived"), (*view).openFindings},
		{gauge("finding_since_timestamp_seconds",
			"Since when a failure is open (status fail) and since when a finding could not be judged (status unknown). A failure that cannot be read again has both. Beyond --metrics.max-findings the least severe and the youngest are left out.",
			"check", "severity", "status", "account_id", "region", "bucket", "role"), (*view).since},
		{
			gauge("findings_dropped",
				"Open failures and unknown findings left out of quilt_auditor_finding_since_timestamp_seconds by --metrics.max-findings. All other metrics count them."),
			(*view).findingsDropped,
		},
		{gauge("oldest_open_finding_timestamp_seconds",
			"Since when the oldest open failure of the check in the account is open, waived or not. Missing if none is open.",
			"check", "account_id"), (*view).oldestOpen},
		{gauge("oldest_unwaived_open_finding_timestamp_seconds",
			"Since when the oldest open failure of the check in the account is open that no waiver covers. Missing if there is none.",
			"check", "account_id"), (*view).oldestUnwaived},
		{gauge("account_info",
			"Always 1, for each account of the last run: its name as configured, to be joined by account_id.",
			"account_id", "name"), (*view).accountInfo},
		{gauge("account_accessible",
			"1 if the last run could enter the account and list its buckets, else 0.",
			"account_id"), (*view).accountAccessible},
		{gauge("buckets",
			"Buckets of the account that the last run had in scope.",
			"account_id"), (*view).buckets},
		{gauge("evaluated_ratio",
			"The part, from 0 to 1, of the check's findings in the account that the last run could judge: those that are not unknown.",
			"check", "account_id"), (*view).evaluatedRatio},
		{gauge("waivers",
			"Waivers by what they came to in the last run: active (covers findings), expired, unused (matches no finding that needs it), lapsed (what it accepted has changed).",
			"state"), (*view).waivers},
		{gauge("waiver_expiry_timestamp_seconds",
			"When the waiver ends. waiver is an id made of what it covers; check is its check or glob.",
			"check", "waiver"), (*view).waiverExpiry},
		{gauge("collector_success",
			"1 if nothing that the collector tried to read in the account failed in the last run, else 0.",
			"collector", "account_id"), (*view).collectorSuccess},
	}
}
