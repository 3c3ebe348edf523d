package daemon

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"
)

// ReportFormat is what failures of reports are counted as, as exports are by
// their format.
const ReportFormat = "report"

// clerk makes the reports that are due, one after the other and in a goroutine
// of its own, so that no run and nobody who reads waits for one.
type clerk struct {
	*Daemon
	ctx     context.Context
	cancel  context.CancelFunc
	changed chan struct{} // there is something to look at
	ended   chan struct{} // closed when it works no more

	mu       sync.Mutex
	tasks    []*task
	auditing time.Time // when the run that is going on began, the zero Time if none
}

// runPatience is how long a report waits for a run that began before it was
// due: without it, the report would differ from one made later.
const runPatience = time.Hour

func newClerk(d *Daemon, reports []Report) *clerk {
	c := &clerk{Daemon: d, changed: make(chan struct{}, 1), ended: make(chan struct{})}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.replace(reports)
	go c.work()
	return c
}

// replace swaps the reports, and tries at once what is owed of them. What the
// clerk is at it finishes, but it does not try again what is not to be made any
// more.
func (c *clerk) replace(reports []Report) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.tasks
	c.tasks = nil
	for _, r := range reports {
		t := &task{}
		if at := slices.IndexFunc(before, func(t *task) bool { return t.ID == r.ID }); at >= 0 {
			t = before[at]
		}
		t.Report, t.pause = r, 0
		c.tasks = append(c.tasks, t)
	}
	c.wake()
}

// audits tells when the run that is going on began; the zero Time, that none
// is.
func (c *clerk) audits(began time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.auditing = began
	c.wake()
}

func (c *clerk) wake() {
	select {
	case c.changed <- struct{}{}:
	default: // it has not looked yet
	}
}

// stop has the clerk give up what it is at, and end.
func (c *clerk) stop() { c.cancel() }

func (c *clerk) work() {
	defer close(c.ended)
	for timer := time.NewTimer(0); ; timer.Reset(c.wait(wallClock())) {
		select {
		case <-c.ctx.Done():
			return
		case <-c.changed:
		case <-timer.C:
		}
		for c.ctx.Err() == nil {
			t, report, slot := c.due(wallClock())
			if t == nil {
				break
			}
			c.settle(t, report.Name, slot, c.attempt(report, slot))
		}
	}
}

// due is the task to try now, of several the one whose last attempt is longest
// ago; nil if there is none.
func (c *clerk) due(now time.Time) (*task, Report, time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var first *task
	for _, t := range c.tasks {
		if gaveUp := t.look(now); !gaveUp.IsZero() {
			c.Log.Warn("a report was not made before the next one was due and is given up", zap.String("report", t.Name), zap.Time("slot", gaveUp))
		}
		if !t.owed.IsZero() && c.waits(t, now) <= 0 && (first == nil || t.tried.Before(first.tried)) {
			first = t
		}
	}
	if first == nil {
		return nil, Report{}, time.Time{}
	}
	return first, first.Report, first.owed
}

// wait is how long nothing is due.
func (c *clerk) wait(now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	wait := c.wakes
	for _, t := range c.tasks {
		wait = min(wait, c.waits(t, now))
	}
	return wait
}

// waits is how long nothing is to be done about the task. The caller holds mu.
func (c *clerk) waits(t *task, now time.Time) time.Duration {
	wait := t.waits(now)
	if !t.owed.IsZero() && !c.auditing.IsZero() && c.auditing.Before(t.owed) {
		wait = max(wait, t.owed.Add(runPatience).Sub(now))
	}
	return wait
}

// attempt makes the report of the slot, unless nothing had been recorded by
// then: a document about nothing would only look like one.
func (c *clerk) attempt(r Report, slot time.Time) error {
	defer c.tidy()
	return guarded(c.Log, "a report", func() error {
		recorded, err := c.recordedBefore(slot)
		if err != nil {
			return err
		}
		if !recorded {
			c.Log.Info("there is no report, because no run had been recorded by then", zap.String("report", r.Name), zap.Time("slot", slot))
			return nil
		}
		made, err := r.Make(c.ctx, c.Daemon, slot)
		if made && err == nil {
			c.Log.Info("report made", zap.String("report", r.Name), zap.Time("slot", slot))
		}
		return err
	})
}

// recordedBefore reports whether there is a run that began before that time.
func (c *clerk) recordedBefore(at time.Time) (bool, error) {
	if c.history.reader() == nil {
		return false, errNoStore
	}
	for r, err := range c.Runs(c.ctx, 0) {
		if err != nil {
			return false, err
		}
		if r.Header.StartedAt.Before(at) {
			return true, nil
		}
	}
	return false, nil
}

// settle notes how an attempt ended. A failure is in the log once, however
// often the attempt fails in the same way, and counted each time.
func (c *clerk) settle(t *task, name string, slot time.Time, err error) {
	if c.ctx.Err() != nil {
		return // the next start makes it
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t.tried = time.Now()
	if err == nil {
		t.owed = time.Time{}
		return
	}
	t.pause = max(firstRetry, min(2*t.pause, lastRetry))
	c.Metrics.ExportFailed(ReportFormat)
	if t.told != err.Error() {
		t.told = err.Error()
		c.Log.Warn("a report failed and is tried again until the next one is due", zap.String("report", name), zap.Time("slot", slot), zap.Error(err))
	}
}
