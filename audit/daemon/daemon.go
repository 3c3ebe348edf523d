// Package daemon runs audits on a schedule: never two at once, none forgotten
// over a time in which the process was down, and each recorded, published and
// exported. What fails on the way, a disk, a sink, a check, is told and
// counted, and the next run comes all the same.
package daemon

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Options are what a daemon works with. All are required. A panic in any of
// them but Metrics and Log is an error of what it was asked for.
type Options struct {
	// Open opens the store. If it fails the daemon goes on from memory and
	// opens again at the next run.
	Open func(context.Context) (Store, error)
	// Page is published to before the exporters, and with what the store has
	// when the daemon starts; of findings, only those that are outstanding.
	Page    audit.Exporter
	Metrics Metrics
	Log     *zap.Logger
	// NewRunID makes the ID of a run.
	NewRunID func() string
	// Report is told of every run that was published, to log it.
	Report func(*audit.Run)
}

// Store is an audit.Store that the daemon opens and closes.
type Store interface {
	audit.Store
	Close() error
}

// Daemon runs audits. Run serves it; the other methods may be called from any
// goroutine.
type Daemon struct {
	Options
	history  history
	commands chan func(*loop)
	stopped  chan struct{} // closed when Run returns
	wakes    time.Duration // how long the loop waits at most
	tidy     func()        // called after a run, which takes much memory that is of no use until the next
}

// The answers of Start.
var (
	ErrRunning = errors.New("a run is going on; it is on /metrics as quilt_auditor_run_in_progress")
	ErrStopped = errors.New("the daemon is stopping")
)

// New returns a daemon that does nothing yet.
func New(o Options) *Daemon {
	d := &Daemon{Options: o, commands: make(chan func(*loop)), stopped: make(chan struct{}), wakes: longestWait, tidy: debug.FreeOSMemory}
	d.history = history{open: o.Open, metrics: o.Metrics, log: o.Log}
	return d
}

// Run goes by the plan, which it takes over, until ctx is done; it then ends a
// run that is going on, and returns within five seconds. It is called once.
func (d *Daemon) Run(ctx context.Context, plan *Plan) {
	defer close(d.stopped)
	l := &loop{Daemon: d, stop: ctx, plan: plan}
	l.begin()
	defer l.end()
	for timer := time.NewTimer(0); ; timer.Reset(l.wait(wallClock())) {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-l.running.over():
		case command := <-d.commands:
			l.tick(wallClock())
			command(l)
		}
		l.tick(wallClock())
	}
}

// Start begins a run now. It fails with ErrRunning while one is going on, and
// waits for Run to be called.
func (d *Daemon) Start() error {
	answer := make(chan error, 1)
	if err := d.do(func(l *loop) { answer <- l.startNow() }); err != nil {
		return err
	}
	return <-answer
}

// Use makes the daemon go by another plan, which it takes over, and waits for
// Run to be called. A run that is going on ends by the plan it began with,
// save that it goes to the exporters of the new one. If the daemon is stopping
// the plan is closed and ErrStopped returned.
func (d *Daemon) Use(plan *Plan) error {
	done := make(chan struct{})
	err := d.do(func(l *loop) {
		l.use(plan)
		close(done)
	})
	if err != nil {
		plan.Close()
		return err
	}
	<-done
	return nil
}

// do has the loop call f.
func (d *Daemon) do(f func(*loop)) error {
	select {
	case d.commands <- f:
		return nil
	case <-d.stopped:
		return ErrStopped
	}
}

// Ready reports why the daemon has nothing to show yet, and nil once it has.
func (d *Daemon) Ready() error { return d.history.ready() }
