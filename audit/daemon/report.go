package daemon

import (
	"context"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Report is a document about a period, due at slots of a schedule of its own.
type Report struct {
	// Name tells it from the other reports of a plan.
	Name string
	// ID stands for all that the report is: what it covers, its formats, where
	// it goes. A report whose ID the next plan has too goes on where it was; one
	// with a new ID is looked at afresh.
	ID       string
	Schedule Schedule
	// Make writes the report of a slot, of what history tells. It is called for
	// one report at a time, and again for a slot after a failure, a reload or a
	// start: what is there already it leaves as it is, and made is false if that
	// is everything.
	Make func(ctx context.Context, history audit.Reader, slot time.Time) (made bool, err error)
}

// task is a Report with what is to be done about it.
type task struct {
	Report
	// covered is until when slots are done with, or given up for a later one;
	// the zero Time begins with the last slot there was.
	covered time.Time
	owed    time.Time     // the slot to make it for, the zero Time if none
	tried   time.Time     // when an attempt ended last, by the monotonic clock
	pause   time.Duration // before the next one
	told    string        // the failure that is in the log
}

// look finds out which slot is owed by now. However many went by, it is the
// last one; gaveUp is the one that was owed until now, if it is another.
func (t *task) look(now time.Time) (gaveUp time.Time) {
	if t.covered.Sub(now) > longestWait { // the clock was set back
		t.covered = now
	}
	slot, due := t.Schedule.Missed(t.covered, now)
	t.covered = now
	if !due {
		return time.Time{}
	}
	gaveUp, t.owed = t.owed, slot
	t.pause, t.told = 0, ""
	return gaveUp
}

// waits is how long nothing is to be done about the task, runs aside.
func (t *task) waits(now time.Time) time.Duration {
	if !t.owed.IsZero() {
		return t.pause - time.Since(t.tried)
	}
	if next := t.Schedule.Next(now); !next.IsZero() {
		return next.Sub(now)
	}
	return longestWait
}
