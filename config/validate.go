package config

import "strings"

// validator holds the configuration to the rules that types cannot say. A
// rule never stops at the first thing it finds.
type validator struct {
	config *Config
	report *report
	checks []string // the IDs of all checks
	// As in Options.
	frameworks    []string
	knownAction   func(string) bool
	checkSchedule func(spec, timezone string) error
	// sited is the first place that settles the partition, and which it is.
	sited     place
	partition string
}

func newValidator(c *Config, r *report, o Options) *validator {
	return &validator{config: c, report: r, checks: o.CheckIDs, frameworks: o.Frameworks, knownAction: o.KnownAction, checkSchedule: o.CheckSchedule}
}

func (v *validator) validate() {
	v.control()
	v.organization()
	v.profiles()
	v.accounts()
	v.prefixRoles()
	v.disabledChecks()
	v.checkParams()
	v.schedule()
	v.storage()
	v.reports(v.exports())
}

// seen finds what is listed twice.
type seen map[string]place

// twice reports whether value was listed before, and notes the first place in
// a message at p.
func (v *validator) twice(s seen, value string, p place) bool {
	first, ok := s[value]
	if ok {
		v.report.broken(p, "%q is already listed on %s", value, v.report.where(first))
		return true
	}
	s[value] = p
	return false
}

// required reports whether there is a value at p; what says which.
func (v *validator) required(p place, value, what string) bool {
	if value == "" {
		v.report.broken(p, "missing: %s", what)
	}
	return value != ""
}

func (v *validator) accountID(p place, id string) bool {
	if !v.required(p, id, "the account id, twelve digits") {
		return false
	}
	if !twelveDigits.MatchString(id) {
		v.report.broken(p, "expected an account id of twelve digits, found %q", id)
		return false
	}
	return true
}

// regions checks a list of regions.
func (v *validator) regions(p place, regions []string) {
	listed := seen{}
	for i, region := range regions {
		if here := p.item(i); partitionOf(region) == "" || !v.twice(listed, region, here) {
			v.region(here, region)
		}
	}
}

func (v *validator) region(p place, region string) {
	partition := partitionOf(region)
	switch {
	case partition != "":
		v.inPartition(p, partition)
	case partitionOf(strings.TrimRight(region, "abcdef")) != "":
		v.report.broken(p, "%q is an availability zone; write its region", region)
	default:
		v.report.broken(p, "expected a region such as us-east-1, found %q", region)
	}
}

// inPartition notes that the value at p lies in a partition, and reports
// whether it is that of all values before: credentials of one partition are
// not valid in another (AWS Fault Isolation Boundaries, "Partitions").
func (v *validator) inPartition(p place, partition string) bool {
	if v.partition == "" {
		v.sited, v.partition = p, partition
	}
	if v.partition == partition {
		return true
	}
	v.report.broken(p, "in partition %s, but %s (%s) is in %s; one configuration covers one partition",
		partition, v.sited, v.report.where(v.sited), v.partition)
	return false
}
