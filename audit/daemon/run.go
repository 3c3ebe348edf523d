package daemon

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// recordGrace is what recording may take once the daemon is to stop.
const recordGrace = 2 * time.Second

// run is one audit.
type run struct {
	*Daemon
	plan    *Plan
	export  func(*audit.Run)
	started time.Time
	ended   chan struct{} // closed at the end

	id    string
	began time.Time // started, by the monotonic clock
}

// over is closed once the run has ended; the nil run never does.
func (r *run) over() <-chan struct{} {
	if r == nil {
		return nil
	}
	return r.ended
}

// do audits once. It returns when the run is recorded and published, or was
// cut short by the end of ctx.
func (r *run) do(ctx context.Context) {
	r.began = time.Now()
	r.Metrics.RunStarted()
	result := resultError
	defer func() { r.Metrics.RunEnded(result, time.Since(r.began)) }()
	_ = guarded(r.Log, "the run", func() error {
		result = r.audit(ctx)
		return nil
	})
}

// times are those of the run, which ends now. It lasted what the monotonic
// clock says, also if the wall clock was set meanwhile.
func (r *run) times() audit.Times {
	return audit.Times{StartedAt: r.started, EndedAt: r.started.Add(time.Since(r.began))}
}

func (r *run) audit(ctx context.Context) (result string) {
	r.id = r.NewRunID()
	r.Log.Info("run started", zap.String("run_id", r.id), zap.Int("checks", len(r.plan.Checks)), zap.Int("accounts", len(r.plan.Declared.Accounts)))
	j, err := r.judge(ctx)
	if err != nil {
		return r.cutShort(ctx, err)
	}
	writing, done := lasting(ctx)
	defer done()
	r.history.keep(writing, j)
	shown := r.publish(writing, j.run)
	r.history.prune(ctx, j.run.Header.TakenAt, r.plan.Keep)
	switch {
	case !shown:
		return resultError
	case j.run.Header.Result != audit.Complete:
		return resultPartial
	}
	r.Metrics.Succeeded(j.run.Header.EndedAt)
	return resultSuccess
}

// judged is what a run came to, and what it rests on.
type judged struct {
	run      *audit.Run
	snapshot *snapshot.Snapshot
	// recordable tells that the store holds what the run was compared with.
	recordable bool
}

// judge reads AWS and judges it. It fails if ctx is done meanwhile, or by a
// defect.
func (r *run) judge(ctx context.Context) (j judged, err error) {
	err = guarded(r.Log, "the run", func() error {
		if j.snapshot, err = r.collect(ctx); err != nil {
			return err
		}
		var prior *audit.Prior
		prior, j.recordable = r.history.known(ctx)
		settling := audit.Begin(audit.Settlement{
			RunID: r.id, Snapshot: j.snapshot, Checks: r.plan.Checks,
			Prior: prior, Waivers: r.plan.Waivers, Discovers: r.plan.Discovers, Cores: cores(), Schedule: r.plan.Schedule.String(),
		})
		f := r.sieve()
		r.evaluate(ctx, j.snapshot, func(verdicts []audit.Verdict) { f.add(settling.Add(verdicts)) })
		if ctx.Err() != nil {
			return ctx.Err()
		}
		j.run = settling.End(r.times())
		f.finish(j.run)
		return ctx.Err()
	})
	return j, err
}

func (r *run) collect(ctx context.Context) (*snapshot.Snapshot, error) {
	scope, err := r.plan.Discoverer.Discover(ctx, r.plan.Declared)
	if err != nil {
		return nil, fmt.Errorf("listing the buckets: %w", err)
	}
	s, err := r.plan.Collector.Collect(ctx, r.started, scope, audit.FactsOf(r.plan.Checks))
	if err != nil {
		return nil, fmt.Errorf("reading AWS: %w", err)
	}
	return s, nil
}

// evaluate gives the verdicts to settle, part by part, until ctx is done.
func (r *run) evaluate(ctx context.Context, s *snapshot.Snapshot, settle func([]audit.Verdict)) {
	took := map[string]time.Duration{}
	began := time.Now()
	for check, verdicts := range audit.EvaluateEach(ctx, s, r.plan.Checks, cores()) {
		took[check.ID] += time.Since(began)
		r.reportPanics(verdicts)
		settle(verdicts)
		began = time.Now()
	}
	for check, d := range took {
		r.Metrics.CheckTook(check, d)
	}
}

// cores is how many a run may take: one is left to serve with, if there are
// several, because who asks for metrics has little patience.
func cores() int { return max(1, runtime.GOMAXPROCS(0)-1) }

// reportPanics logs each way in which a check panicked, once, however many
// subjects it did so on.
func (r *run) reportPanics(verdicts []audit.Verdict) {
	subjects := map[string]int{}
	for i := range verdicts {
		if p := verdicts[i].Panic; p != nil {
			subjects[p.Digest]++
		}
	}
	for i := range verdicts {
		v := &verdicts[i]
		if v.Panic == nil || subjects[v.Panic.Digest] == 0 {
			continue
		}
		r.Log.Error("a check panicked; this is a defect, please report it", zap.String("check", v.Check), zap.String("resource", v.Subject.Resource),
			zap.Int("subjects", subjects[v.Panic.Digest]), zap.String("stack", v.Panic.Stack))
		delete(subjects, v.Panic.Digest)
	}
}

// publish shows the run, then hands it to the exporters, which take their
// time.
func (r *run) publish(ctx context.Context, settled *audit.Run) (shown bool) {
	shown = r.show(ctx, settled)
	r.export(settled)
	_ = guarded(r.Log, "reporting the run", func() error {
		r.Report(settled)
		return nil
	})
	return shown
}

// show publishes the run to the page.
func (d *Daemon) show(ctx context.Context, run *audit.Run) (shown bool) {
	err := guarded(d.Log, "publishing the run", func() error { return d.Page.Publish(ctx, run) })
	if err != nil {
		d.Log.Error("the run could not be published", zap.String("run_id", run.Header.RunID), zap.Error(err))
		return false
	}
	d.history.published()
	return true
}

// cutShort records that the run came to nothing. Interrupted is no error: the
// daemon is to stop.
func (r *run) cutShort(ctx context.Context, cause error) (result string) {
	result = resultPartial
	if ctx.Err() == nil {
		result = resultError
		r.Log.Error("the run failed", zap.String("run_id", r.id), zap.Error(cause))
	} else {
		r.Log.Warn("the run was cut short and changes nothing; if it was due by the schedule, the next start makes up for it", zap.String("run_id", r.id))
	}
	s, err := snapshot.New(snapshot.Contents{
		SchemaVersion: snapshot.SchemaVersion, TakenAt: r.started, EndedAt: r.times().EndedAt, Scope: unsorted(r.plan.Declared),
	})
	if err != nil {
		r.Log.Error("the run that was cut short could not be noted", zap.Error(err))
		return result
	}
	writing, done := lasting(ctx)
	defer done()
	r.history.interrupted(writing, audit.Interrupted(r.id, s, r.plan.Checks, r.times()))
	return result
}

// unsorted is a copy of the scope whose lists a snapshot may sort.
func unsorted(s snapshot.Scope) snapshot.Scope {
	s.Accounts, s.Buckets = slices.Clone(s.Accounts), slices.Clone(s.Buckets)
	s.PrefixRoles, s.Checks = slices.Clone(s.PrefixRoles), slices.Clone(s.Checks)
	return s
}

// lasting is a context that outlives ctx by the recordGrace, so that what was
// begun to be written is written.
func lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	c, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(recordGrace, cancel) })
	return c, func() {
		stop()
		cancel()
	}
}
