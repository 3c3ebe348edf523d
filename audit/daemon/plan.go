package daemon

import (
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Plan is a configuration made ready to run. The daemon replaces it as a
// whole, so that a run, and everything around it, goes by one Plan.
type Plan struct {
	Schedule Schedule
	// Declared is the scope as the configuration declares it.
	Declared snapshot.Scope
	Checks   []audit.Check
	Waivers  []audit.Waiver
	// Discovers is that of audit.Settlement.
	Discovers  func(accountID, bucket string) bool
	Discoverer audit.Discoverer
	Collector  audit.Collector
	// Exporters get every run. One that fails is tried again until there is a
	// newer run.
	Exporters []audit.Exporter
	// Reports are made apart from the runs, at slots of their own. Of those that
	// were missed the last is made up for.
	Reports []Report
	// Keep is for how long the store keeps what happened.
	Keep time.Duration
	// Close releases what the plan holds. It is called once, when no run goes
	// by the plan any more.
	Close func()
}

// Schedule says when runs are due; schedule.Schedule is one.
type Schedule interface {
	// String is the schedule in the form that schedule.Parse reads, "" if it has
	// none.
	String() string
	// Next is the first slot after an instant, the zero Time if there is none.
	Next(after time.Time) time.Time
	// Missed is the latest slot after last and not after now.
	Missed(last, now time.Time) (time.Time, bool)
	// Interval is the longest time between two slots.
	Interval() time.Duration
}
