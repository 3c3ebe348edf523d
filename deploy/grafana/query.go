package main

import "strings"

// The selectors of every query: the job and the accounts that are chosen.
const (
	ofJob     = `job="$job"`
	ofAccount = ofJob + `, account_id=~"${account:regex}"`
	ofCheck   = ofAccount + `, check=~"${check:regex}"`
)

// openOf selects open failures of the chosen checks and accounts, whatever
// their severity.
func openOf(matchers ...string) string {
	return "check_account:quilt_auditor_open_findings:max{" + strings.Join(append([]string{ofCheck}, matchers...), ", ") + "}"
}

// chosen are those that count: of the chosen severities, and not waived.
func chosen() string { return openOf(`severity=~"${severity:regex}"`, `waived="false"`) }

// replicas is a scraped series without what tells replicas apart, which may
// all say the same.
func replicas(selector string) string { return "max without (instance, pod) (" + selector + ")" }

// orZero is 0 in place of nothing if there is anything of the other one: then
// there is none of what is counted. If not, nobody knows.
func orZero(expr, there string) string { return expr + " or on () 0 * count(" + there + ")" }

// withName joins the names of accounts to an expression that has their job and
// id. What has no name stays as it is.
func withName(expr string) string {
	return expr + " * on (job, account_id) group_left (name) account:quilt_auditor_account_info:max{" + ofJob + "} or ignoring (name) " + expr
}

// findings selects findings of the last run.
func findings(matchers ...string) string {
	return replicas("quilt_auditor_findings{" + strings.Join(append([]string{ofCheck}, matchers...), ", ") + "}")
}

// since is the age of findings, by where they are.
func since(status string) string {
	return "(time() - min by (job, check, severity, account_id, region, bucket, role) (quilt_auditor_finding_since_timestamp_seconds{" +
		ofCheck + `, severity=~"${severity:regex}", status="` + status + `"}))`
}

// live selects what a process tells.
func live(metric string, matchers ...string) string {
	return metric + "{" + strings.Join(append([]string{ofJob}, matchers...), ", ") + "}"
}

// mean is the mean of a histogram over an hour, by these labels, where
// anything was observed.
func mean(histogram, by string) string {
	sum := "sum by (" + by + ") (increase(" + live(histogram+"_sum") + "[1h]))"
	return sum + " / (sum by (" + by + ") (increase(" + live(histogram+"_count") + "[1h])) > 0)"
}
