package prometheus

import (
	"sync"
	"time"
)

// The results of runs in runs_total.
const (
	resultSuccess = "success"
	resultPartial = "partial"
	resultError   = "error"
	resultSkipped = "skipped"
)

// RunStarted says that a run goes on from now.
func (l *live) RunStarted() { l.inProgress.Set(1) }

// RunEnded says that the run is over: "success" if it was complete, "partial",
// or "error" if it came to nothing, which any other text counts as too.
func (l *live) RunEnded(result string, took time.Duration) {
	if result != resultSuccess && result != resultPartial {
		result = resultError
	}
	l.inProgress.Set(0)
	l.runs.with(result).Inc()
	l.runDuration.with().Observe(took.Seconds())
}

// RunSkipped says that a run was due while another one went on.
func (l *live) RunSkipped() { l.runs.with(resultSkipped).Inc() }

// Succeeded says when the last complete run ended, one of an earlier process
// included.
func (l *live) Succeeded(at time.Time) { l.lastSuccess.Set(seconds(at)) }

// ScheduleInterval says how far two scheduled runs are apart at most; 0 for
// no schedule.
func (l *live) ScheduleInterval(d time.Duration) { l.interval.Set(d.Seconds()) }

// CheckTook says how long a check took in a run.
func (l *live) CheckTook(check string, took time.Duration) {
	l.checkDuration.with(check).Observe(took.Seconds())
}

// CollectorTook says how long a collector took in a run.
func (l *live) CollectorTook(collector string, took time.Duration) {
	l.collectorDuration.with(collector).Observe(took.Seconds())
}

// AWSRequest counts a request to AWS, each try by itself: its error code, ""
// for none, which shows as "OK", and whether AWS throttled it.
func (l *live) AWSRequest(service, operation, code string, throttled bool, took time.Duration) {
	code = l.codes.label(code)
	l.awsRequests.with(service, operation, code).Inc()
	if throttled {
		l.awsThrottles.with(service, operation, code).Inc()
	}
	l.awsDuration.with(service).Observe(took.Seconds())
}

// StoreWriteFailed counts a write to the store that failed.
func (l *live) StoreWriteFailed() { l.storeFailures.with().Inc() }

// ExportFailed counts an export that failed, by Exporter.Format.
func (l *live) ExportFailed(format string) { l.exportFailures.with(format).Inc() }

// Reloaded says that the configuration was loaded, or could not be.
func (l *live) Reloaded(ok bool, at time.Time) {
	l.reloadSuccessful.Set(one(ok))
	if ok {
		l.reloaded.Set(seconds(at))
	}
}

const (
	codeOK    = "OK"
	codeOther = "other"
	// maxCodes is how many error codes are told apart. AWS has fewer, but
	// what answers at an endpoint can make them up, and a series once there
	// stays.
	maxCodes = 100
	// maxCodeLength in bytes is more than AWS has in any error code.
	maxCodeLength = 80
)

// codes keeps the values of the label code few.
type codes struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (c *codes) label(code string) string {
	if code == "" {
		return codeOK
	}
	if len(code) > maxCodeLength {
		return codeOther
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[code] {
		return code
	}
	if len(c.seen) == maxCodes {
		return codeOther
	}
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	c.seen[code] = true
	return code
}
