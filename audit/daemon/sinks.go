package daemon

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// After a failure an exporter is tried again, ever more rarely, until it
// succeeds or there is a newer run.
const (
	firstRetry = time.Second
	lastRetry  = 5 * time.Minute
)

// errBusy is the failure of an exporter that gets a third run while it is at
// the first.
var errBusy = errors.New("the exporter was still at an earlier run when there was a newer one")

// sinks hand runs to exporters, each in its own time.
type sinks struct {
	metrics Metrics
	log     *zap.Logger
	workers sync.WaitGroup

	mu      sync.Mutex
	list    []*sink
	retired []context.CancelFunc // of sinks that may still be at a run
}

func newSinks(exporters []audit.Exporter, metrics Metrics, log *zap.Logger) *sinks {
	s := &sinks{metrics: metrics, log: log}
	s.replace(exporters)
	return s
}

// publish gives the run to every exporter. It returns at once; a run that an
// exporter has not taken yet is passed over for this one. What exporters that
// were replaced are still at is given up: it would be older.
func (s *sinks) publish(run *audit.Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.giveUp()
	for _, k := range s.list {
		k.offer(run)
	}
}

// giveUp ends what the retired sinks are at. The caller holds mu.
func (s *sinks) giveUp() {
	for _, cancel := range s.retired {
		cancel()
	}
	s.retired = nil
}

// replace swaps the exporters. The old ones finish what they are at, and try
// once what they have not published yet.
func (s *sinks) replace(exporters []audit.Exporter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.list {
		close(k.quit)
		s.retired = append(s.retired, k.cancel)
	}
	s.list = nil
	for _, e := range exporters {
		k := &sink{exporter: e, metrics: s.metrics, log: s.log, mailbox: make(chan *audit.Run, 1), quit: make(chan struct{})}
		k.ctx, k.cancel = context.WithCancel(context.Background())
		s.list = append(s.list, k)
		s.workers.Go(k.work)
	}
}

// close ends the exporters, and waits for what they are at, but not for long.
func (s *sinks) close() {
	s.replace(nil)
	if !within(exportGrace, s.workers.Wait) {
		s.log.Warn("an export did not end in time and is given up")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.giveUp()
}

// sink is one exporter with the run that it is to publish next.
type sink struct {
	exporter audit.Exporter
	metrics  Metrics
	log      *zap.Logger
	mailbox  chan *audit.Run
	quit     chan struct{} // closed when there is no next run
	ctx      context.Context
	cancel   context.CancelFunc
}

// offer puts the run into the mailbox in place of an older one. Only the
// holder of sinks.mu offers.
func (k *sink) offer(run *audit.Run) {
	select {
	case passedOver := <-k.mailbox:
		k.failed(passedOver, errBusy)
	default:
	}
	k.mailbox <- run
}

// work publishes what comes into the mailbox. What fails it tries again until
// it succeeds or there is a newer run.
func (k *sink) work() {
	defer k.cancel()
	var pending *audit.Run
	var pause time.Duration
	var retry <-chan time.Time
	for {
		select {
		case pending = <-k.mailbox:
			pause = firstRetry
		case <-retry:
			pause = min(2*pause, lastRetry)
		case <-k.quit:
			k.rest(pending)
			return
		}
		if retry = nil; k.try(pending) {
			pending = nil
		} else {
			retry = time.After(pause)
		}
	}
}

// rest tries once what was not published yet when the sink ends.
func (k *sink) rest(pending *audit.Run) {
	select {
	case pending = <-k.mailbox:
	default:
	}
	if pending != nil {
		k.try(pending)
	}
}

// try publishes once. That the run is superseded is no failure: the one after
// it is about to come.
func (k *sink) try(run *audit.Run) (done bool) {
	err := guarded(k.log, "an exporter", func() error { return k.exporter.Publish(k.ctx, run) })
	if err != nil && !errors.Is(err, audit.ErrSuperseded) {
		k.failed(run, err)
		return false
	}
	return true
}

func (k *sink) failed(run *audit.Run, err error) {
	k.metrics.ExportFailed(k.exporter.Format())
	k.log.Warn("an export failed", zap.String("format", k.exporter.Format()), zap.String("run_id", run.Header.RunID), zap.Error(err))
}
