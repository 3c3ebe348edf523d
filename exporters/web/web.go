// Package web serves what the auditor found over HTTP: pages for people, the
// findings and the runs as JSON lines, metrics, probes, and the requests that
// change something. README.md beside it is its reference.
//
// It is a plain http.Handler; TLS, authentication and the timeouts of
// connections are the server's that it is given to.
package web

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Findings is the part of an audit.Reader that is served.
type Findings interface {
	Last(ctx context.Context) (*audit.Run, bool, error)
	Findings(ctx context.Context, q audit.Query) iter.Seq2[audit.Finding, error]
	Runs(ctx context.Context, limit int) iter.Seq2[audit.Recorded, error]
	Snapshot(ctx context.Context, runID string) (*snapshot.Snapshot, bool, error)
}

// Encoder writes a findings stream, or a list of runs. The findings and runs
// that it is given are its own only until it returns.
type Encoder interface {
	Header(run *audit.Run) error
	Finding(f *audit.Finding) error
	Run(r *audit.Recorded) error
	Flush() error
}

// Options are what is served. All are required but where it says otherwise.
type Options struct {
	Findings Findings
	// History is what the pages ask of the store itself; nil, or a nil History,
	// while it is not open: they then say what they cannot show.
	History func() History
	// Index is what the pages sort; nil for none.
	Index *Index
	// Checks is the catalogue.
	Checks []audit.Check
	// Now is the clock that ages on the pages are told by; nil for the system's.
	Now func() time.Time
	// Encoder makes the encoder of one response, in MediaType.
	Encoder   func(io.Writer) Encoder
	MediaType string
	Metrics   http.Handler
	// Ready says why nothing can be served yet; nil once something can.
	Ready func() error
	// Lifecycle allows the requests that change something; without it they
	// are forbidden.
	Lifecycle bool
	// Reload validates the configuration wholly and then swaps it. The text
	// of its error is shown and so must hold no secret.
	Reload func(context.Context) error
	// StartRun begins a run and does not wait for its end. It fails with
	// ErrBusy while one is going on; of another error the text is only logged.
	StartRun func() error
	// ExternalURL is where the outside finds this server; optional. Links
	// begin with it; requests are expected without its path, which a proxy
	// takes off.
	ExternalURL *url.URL
	Version     string
	Log         *zap.Logger
}

// ErrBusy is the answer of StartRun while a run is going on.
var ErrBusy = errors.New("a run is going on already")

// New returns the handler of everything that is served.
func New(o Options) http.Handler {
	h := newHandler(o)
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", o.Metrics)
	probes(mux, o.Ready)
	mux.HandleFunc("POST /-/reload", h.reload)
	mux.HandleFunc("GET /api/v1/findings", h.findings)
	mux.HandleFunc("GET /api/v1/runs", h.runs)
	mux.HandleFunc("POST /api/v1/runs", h.startRun)
	mux.HandleFunc("GET /api/v1/runs/{run_id}/snapshot", h.snapshot)
	mux.HandleFunc("GET /{$}", h.overviewPage)
	mux.HandleFunc("GET /findings", h.findingsPage)
	mux.HandleFunc("GET /findings/{id}", h.findingPage)
	mux.HandleFunc("GET /runs", h.runsPage)
	mux.HandleFunc("POST /runs", h.startRunPage)
	mux.HandleFunc("GET /runs/{run_id}", h.runPage)
	mux.HandleFunc("GET /checks", h.checksPage)
	mux.HandleFunc("GET /checks/{id}", h.checkPage)
	mux.HandleFunc("GET /assets/{name}", h.assets.serve)
	return secured(h.strayed(mux))
}

// handler serves what New lists.
type handler struct {
	Options
	cross  *http.CrossOriginProtection
	assets assets
	pages  pages
	trends trends
}

func newHandler(o Options) *handler {
	if o.History == nil {
		o.History = func() History { return nil }
	}
	if o.Index == nil {
		o.Index = NewIndex()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	h := &handler{Options: o, cross: crossOrigin(o.ExternalURL), assets: newAssets()}
	h.pages = newPages(h)
	return h
}

// prefix is what the paths of links begin with.
func (h *handler) prefix() string {
	if h.ExternalURL == nil {
		return ""
	}
	return strings.TrimRight(h.ExternalURL.EscapedPath(), "/")
}
