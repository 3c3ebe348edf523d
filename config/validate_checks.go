package config

import (
	"maps"
	"slices"
	"strings"
)

// Without these two every other verdict would stand on buckets that nobody
// knows to be there or to be the right ones.
var fundamental = []string{"s3-bucket-inventory", "sts-account-access"}

func (v *validator) disabledChecks() {
	at := place("checks.disable")
	listed := seen{}
	for i, id := range v.config.Checks.Disable {
		here := at.item(i)
		switch {
		case strings.ContainsAny(id, "*?"):
			v.report.broken(here, "expected the ID of a check, found the pattern %q; list each one", id)
		case slices.Contains(fundamental, id):
			v.report.broken(here, "%s cannot be disabled: the other checks rest on it", id)
		case !slices.Contains(v.checks, id):
			v.report.broken(here, "unknown check %q; %s", id, didYouMean(id, v.checks))
		default:
			v.twice(listed, id, here)
		}
	}
}

// checkParams refuses every parameter: no check of this version has one.
func (v *validator) checkParams() {
	for _, id := range slices.Sorted(maps.Keys(v.config.Checks.Params)) {
		here := place("checks.params").key(id)
		if !slices.Contains(v.checks, id) {
			v.report.broken(here, "unknown check; %s", didYouMean(id, v.checks))
			continue
		}
		v.report.broken(here, "this check takes no parameters")
	}
}
