package config

import (
	"slices"
	"strings"
)

// schedule checks when runs are due. Specification and zone are asked about
// one by one, so that the message stands at the one that is wrong.
func (v *validator) schedule() {
	spec, zone := v.config.Schedule, v.config.Timezone
	if v.required("schedule", spec, "five cron fields, such as */15 * * * *") && v.checkSchedule != nil {
		if err := v.checkSchedule(spec, DefaultTimezone); err != nil {
			v.report.broken("schedule", "%v", err)
		}
	}
	if v.required("timezone", zone, "a name of the IANA time zone database, such as Europe/Berlin or UTC") && v.checkSchedule != nil {
		if err := v.checkSchedule(DefaultSchedule, zone); err != nil {
			v.report.broken("timezone", "%v", err)
		}
	}
	if _, given := v.report.origins["timezone"]; given && v.everyScheduleHasAZone() {
		v.report.warn("timezone", "not used: schedule names its own time zone")
	}
}

// everyScheduleHasAZone reports whether none goes by timezone.
func (v *validator) everyScheduleHasAZone() bool {
	hasZone := func(spec string) bool { return strings.HasPrefix(strings.TrimSpace(spec), "CRON_TZ=") }
	return hasZone(v.config.Schedule) && !slices.ContainsFunc(v.config.Reports, func(r Report) bool { return !hasZone(r.Schedule) })
}
