package daemon

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// longestWait bounds how late a change of the wall clock, or a suspended
// machine, is noticed: timers count elapsed time.
const longestWait = time.Minute

// When the daemon stops, this is how long may take: the run that is going on,
// the exporters after it, the report that was being made meanwhile, and the
// closing of the store; five seconds in all.
const (
	runGrace    = 3200 * time.Millisecond
	exportGrace = 500 * time.Millisecond
	reportGrace = 200 * time.Millisecond
	closeGrace  = time.Second
)

// wallClock is the time of day, which may be set, forward or back. Comparisons
// would not notice that by the reading of the monotonic clock, which UTC takes
// off.
func wallClock() time.Time { return time.Now().UTC() }

// loop is what the goroutine of Daemon.Run has for itself.
type loop struct {
	*Daemon
	stop  context.Context
	plan  *Plan
	sinks *sinks
	clerk *clerk
	// covered is until when slots are done with: made up for by a run, or
	// skipped.
	covered time.Time
	running *run // nil if there is none
}

// begin opens the history, shows what it has and finds out which slots have
// had their run.
func (l *loop) begin() {
	l.covered = l.restore(l.stop)
	l.sinks = newSinks(l.plan.Exporters, l.Metrics, l.Log)
	l.clerk = newClerk(l.Daemon, l.plan.Reports)
	l.Metrics.ScheduleInterval(l.plan.Schedule.Interval())
}

// wait is how long nothing is due.
func (l *loop) wait(now time.Time) time.Duration {
	next := l.plan.Schedule.Next(now)
	if next.IsZero() {
		return l.wakes
	}
	return min(next.Sub(now), l.wakes)
}

// tick notes if the run has ended, and starts the one that is due, if any.
// However many slots went by unseen, one run makes up for them. Those that
// came during a run are skipped.
func (l *loop) tick(now time.Time) {
	l.reap()
	// The clock was set back: slots come again. Not for a correction of
	// moments, which must not run the slot just done once more.
	if l.covered.Sub(now) > longestWait {
		l.covered = now
	}
	slot, due := l.plan.Schedule.Missed(l.covered, now)
	switch {
	case !due || l.stop.Err() != nil:
		return
	case l.running == nil:
		l.start(now)
	default:
		l.skip(slot)
	}
	l.covered = now
}

// mostSkipped bounds what one tick counts: once the clock has been set forward
// by years there are millions.
const mostSkipped = 1000

// skip counts the slots up to the latest.
func (l *loop) skip(latest time.Time) {
	skipped := 0
	for slot := l.covered; slot.Before(latest) && skipped < mostSkipped; skipped++ {
		slot = l.plan.Schedule.Next(slot)
		l.Metrics.RunSkipped()
	}
	l.Log.Warn("skipped what was due, because a run is still going on", zap.Int("slots", skipped), zap.Time("latest_slot", latest))
}

func (l *loop) startNow() error {
	switch {
	case l.stop.Err() != nil:
		return ErrStopped
	case l.running != nil:
		return ErrRunning
	}
	l.covered = wallClock()
	l.start(l.covered)
	return nil
}

func (l *loop) start(now time.Time) {
	r := &run{Daemon: l.Daemon, plan: l.plan, export: l.sinks.publish, started: now, ended: make(chan struct{})}
	l.running = r
	l.clerk.audits(now)
	go func() {
		defer l.tidy()
		defer close(r.ended)
		r.do(l.stop)
	}()
}

// reap lets go of the run if it has ended.
func (l *loop) reap() {
	select {
	case <-l.running.over():
		if l.running.plan != l.plan {
			l.running.plan.Close()
		}
		l.running = nil
		l.clerk.audits(time.Time{})
	default:
	}
}

// use swaps the plan. The slots of the new schedule count from now.
func (l *loop) use(plan *Plan) {
	old := l.plan
	l.plan, l.covered = plan, wallClock()
	l.sinks.replace(plan.Exporters)
	l.clerk.replace(plan.Reports)
	l.Metrics.ScheduleInterval(plan.Schedule.Interval())
	if l.running == nil || l.running.plan != old {
		old.Close()
	}
}

// end waits for the run that is going on, which the end of the context cuts
// short, for the exporters, for the clerk and for the store, but not for long.
func (l *loop) end() {
	l.clerk.stop()
	inTime := true
	if r := l.running; r != nil {
		inTime = within(runGrace, func() { <-r.ended })
	}
	if !inTime {
		l.Log.Warn("the run did not end in time and is given up; if it was due by the schedule, the next start makes up for it", zap.Time("started_at", l.running.started))
	}
	l.sinks.close()
	if !within(reportGrace, func() { <-l.clerk.ended }) {
		l.Log.Warn("a report did not end in time and is given up; the next start makes up for it")
	}
	if !within(closeGrace, l.history.close) {
		l.Log.Warn("the history could not be closed in time")
	}
	if inTime {
		l.release()
	} else {
		go l.release()
	}
}

// release closes the plans once the run has ended.
func (l *loop) release() {
	if l.running != nil {
		<-l.running.ended
		l.reap()
	}
	l.plan.Close()
}

// within calls f and waits for it, but no longer than d.
func within(d time.Duration, f func()) (inTime bool) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
		return true
	case <-time.After(d):
		return false
	}
}
