package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
	"github.com/quilt-auditor/quilt-auditor/exporters/web"
)

// serviceOptions are the flags of the commands that keep running.
type serviceOptions struct {
	addresses     []string
	healthAddress string
	webConfig     string
	externalURL   string
	lifecycle     bool
	maxFindings   int
	log           logOptions
}

func (o *serviceOptions) register(f *pflag.FlagSet, level string) {
	f.StringArrayVar(&o.addresses, "web.listen-address", []string{":10990"}, "address to serve HTTP on; can be given several times")
	f.StringVar(&o.healthAddress, "web.health-address", "", "second address that serves only /-/healthy and /-/ready, without TLS and authentication, for probes")
	f.StringVar(&o.webConfig, "web.config.file", "", "file that enables TLS, basic authentication and response headers (Prometheus exporter-toolkit)")
	f.StringVar(&o.externalURL, "web.external-url", "", "URL under which the service is reached from outside, for links in what it serves")
	f.BoolVar(&o.lifecycle, "web.enable-lifecycle", false, "allow POST /-/reload and POST /api/v1/runs")
	f.IntVar(&o.maxFindings, "metrics.max-findings", 10_000, "most series of quilt_auditor_finding_since_timestamp_seconds")
	o.log.register(f, level)
}

// estate is what a service audits.
type estate interface {
	// plan reads and validates everything anew, wholly.
	plan(ctx context.Context, page *prometheus.Exporter, log *zap.Logger) (*daemon.Plan, error)
	// open opens the history.
	open(ctx context.Context) (daemon.Store, error)
	// ended is told of every run.
	ended(run *audit.Run)
	// listening is told where the service can be reached once it can be.
	listening(base string)
}

// service is a daemon with its HTTP endpoints.
type service struct {
	options *serviceOptions
	estate  estate
	log     *zap.Logger
	page    *prometheus.Exporter
	daemon  *daemon.Daemon
	reloads reloader
	index   *web.Index
	shelf   shelf
}

// serve runs until ctx is done. What is wrong with the options, the
// configuration or the addresses is an error before anything is audited.
func (p *program) serve(ctx context.Context, o *serviceOptions, e estate, hangups <-chan os.Signal) error {
	s, err := p.newService(o, e)
	if err != nil {
		return err
	}
	external, err := o.external()
	if err != nil {
		return err
	}
	plan, err := e.plan(ctx, s.page, s.log)
	if err != nil {
		return err
	}
	s.page.Reloaded(true, time.Now())
	history, err := s.openHistory(ctx)
	if err != nil {
		plan.Close()
		return err
	}
	endpoints, err := s.listen(external)
	if err != nil {
		plan.Close()
		return errors.Join(err, history.close())
	}
	s.daemon = daemon.New(daemon.Options{
		Open: s.shelf.opening(history.open), Page: pages{s.page, s.index, &s.shelf}, Metrics: collecting{s.page}, Log: s.log, NewRunID: newRunID, Report: newReport(s.log, e.ended).run,
	})
	return s.run(ctx, plan, endpoints, hangups)
}

// run serves until ctx is done or HTTP cannot be served any more. It answers
// what has been asked before the daemon, and with it the history, ends.
func (s *service) run(ctx context.Context, plan *daemon.Plan, endpoints *endpoints, hangups <-chan os.Signal) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	endpoints.serve(web.New(s.handler(endpoints.external)), web.Probes(s.daemon.Ready), fail)
	s.log.Info("started", append(endpoints.addresses(), zap.String("version", productVersion()))...)
	s.estate.listening(endpoints.base())
	auditing, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	context.AfterFunc(ctx, func() {
		s.log.Info("stopping", zap.NamedError("because", context.Cause(ctx)))
		endpoints.close()
		stop()
	})
	go s.reloadOnHangup(ctx, hangups)
	s.daemon.Run(auditing, plan)
	s.log.Info("stopped")
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

func (p *program) newService(o *serviceOptions, e estate) (*service, error) {
	log, err := o.log.logger(p.stderr)
	if err != nil {
		return nil, err
	}
	if o.maxFindings < 0 {
		return nil, usageError{errors.New("--metrics.max-findings must not be negative")}
	}
	s := &service{options: o, estate: e, log: log, index: web.NewIndex()}
	s.page = prometheus.New(prometheus.Options{MaxFindings: o.maxFindings, Checks: checks.All(), Formats: append(streamFormats(), daemon.ReportFormat), Version: productVersion()})
	s.reloads.service = s
	return s, nil
}

// external is the URL of --web.external-url, nil if there is none.
func (o *serviceOptions) external() (*url.URL, error) {
	if o.externalURL == "" {
		return nil, nil
	}
	u, err := url.Parse(o.externalURL)
	if err == nil && (u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		err = errors.New("expected a URL such as https://audit.example.com/quilt")
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("--web.external-url %q: %w", o.externalURL, err)}
	}
	return u, nil
}

// handler serves everything.
func (s *service) handler(external *url.URL) web.Options {
	return web.Options{
		Findings:    s.daemon,
		History:     s.shelf.history,
		Index:       s.index,
		Checks:      checks.All(),
		Encoder:     func(w io.Writer) web.Encoder { return json.NewEncoder(w, productVersion()) },
		MediaType:   json.MediaType,
		Metrics:     s.page,
		Ready:       s.daemon.Ready,
		Lifecycle:   s.options.lifecycle,
		Reload:      s.reloads.reload,
		StartRun:    s.startRun,
		ExternalURL: external,
		Version:     productVersion(),
		Log:         s.log,
	}
}

// startRun begins a run for a caller of the API.
func (s *service) startRun() error {
	err := s.daemon.Start()
	if errors.Is(err, daemon.ErrRunning) {
		return web.ErrBusy
	}
	return err
}

// openHistory opens the history, so that a second service on it is refused.
// Another error is the daemon's to tell and to mend.
func (s *service) openHistory(ctx context.Context) (*opened, error) {
	store, err := s.estate.open(ctx)
	if errors.Is(err, errLocked) {
		return nil, err
	}
	return &opened{estate: s.estate, store: store, err: err}, nil
}

// opened is what came of opening the history at the start.
type opened struct {
	estate estate
	store  daemon.Store // nil if err is not
	err    error
	taken  bool
}

// open gives what came of it, and opens anew when it is called again.
func (h *opened) open(ctx context.Context) (daemon.Store, error) {
	if !h.taken {
		h.taken = true
		return h.store, h.err
	}
	return h.estate.open(ctx)
}

// close closes what nobody took.
func (h *opened) close() error {
	if h.store == nil {
		return nil
	}
	return h.store.Close()
}

// reloadOnHangup reloads at every SIGHUP.
func (s *service) reloadOnHangup(ctx context.Context, hangups <-chan os.Signal) {
	for {
		select {
		case <-hangups:
			_ = s.reloads.reload(ctx) // it is in the log and on the metrics
		case <-ctx.Done():
			return
		}
	}
}
