package daemon

import "time"

// Metrics is told what the daemon does. Its methods return at once and may be
// called from several goroutines.
type Metrics interface {
	RunStarted()
	// RunEnded tells how a run ended: by one of the results below.
	RunEnded(result string, took time.Duration)
	// RunSkipped counts a slot that came while a run was going.
	RunSkipped()
	// Succeeded is when the last complete run ended.
	Succeeded(at time.Time)
	// ScheduleInterval is the longest time between two slots.
	ScheduleInterval(d time.Duration)
	CheckTook(check string, took time.Duration)
	StoreWriteFailed()
	ExportFailed(format string)
}

// The results of runs.
const (
	resultSuccess = "success" // it saw all that it was told to see
	resultPartial = "partial" // an account was shut, or the run was cut short
	resultError   = "error"   // a defect: it came to nothing
)
