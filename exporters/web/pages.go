package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

//go:embed templates
var templateFiles embed.FS

// pagePolicy allows pages their own style sheet, script and icon, and forms
// that lead to this site.
const pagePolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// pageTime bounds what one page may take to be read.
const pageTime = 20 * time.Second

// pages are the templates by the name of their file.
type pages map[string]*template.Template

func newPages(h *handler) pages {
	base := template.Must(template.New("").Funcs(h.funcs()).ParseFS(templateFiles, "templates/layout.html", "templates/parts.html"))
	list := pages{}
	for _, name := range []string{"overview", "findings", "finding", "runs", "run", "checks", "check", "problem"} {
		list[name] = template.Must(template.Must(base.Clone()).ParseFS(templateFiles, "templates/"+name+".html"))
	}
	return list
}

// view is what a template shows.
type view struct {
	Title   string
	Section string // of the navigation
	Now     time.Time
	// Last is the head of the last run, nil if there is none or it could not
	// be read.
	Last      *audit.Header
	Version   string
	Lifecycle bool
	Body      any
}

// show answers with a page.
func (h *handler) show(w http.ResponseWriter, r *http.Request, status int, name string, v view) {
	v.Now, v.Version, v.Lifecycle = h.Now(), h.Version, h.Lifecycle
	var text bytes.Buffer
	if err := h.pages[name].ExecuteTemplate(&text, "layout", v); err != nil {
		h.Log.Error("making the page "+r.URL.Path, zap.Error(err))
		answer(w, http.StatusInternalServerError, "The page could not be made; the log says why.")
		return
	}
	header := w.Header()
	header.Set("Content-Security-Policy", pagePolicy)
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Add("Vary", "Accept-Encoding")
	if !acceptsGzip(r) {
		w.WriteHeader(status)
		_, _ = w.Write(text.Bytes()) // a client that is gone needs no answer
		return
	}
	header.Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	packed, _ := gzip.NewWriterLevel(w, gzip.BestSpeed) // the level is valid
	_, _ = packed.Write(text.Bytes())
	_ = packed.Close()
}

// problem is a page that says what is wrong and what to do.
type problem struct {
	Status int
	What   string
	Next   string
}

func (h *handler) showProblem(w http.ResponseWriter, r *http.Request, p problem) {
	h.show(w, r, p.Status, "problem", view{Title: http.StatusText(p.Status), Body: p})
}

// failed answers for a page whose reading failed.
func (h *handler) failed(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // nobody is there to be told
	}
	h.Log.Error("serving "+r.Pattern, zap.Error(err))
	h.showProblem(w, r, problem{http.StatusInternalServerError, "What was recorded could not be read.", "The log says why. Metrics and the probes are served all the same."})
}

// lastRun is what the last run comes to, as it was published. If it is to be
// fresh, because that is not the last one any more, it is read anew.
func (h *handler) lastRun(ctx context.Context, fresh bool) (*audit.Run, bool, error) {
	if head := h.Index.head(); head != nil && !fresh {
		return head, true, nil
	}
	return h.Findings.Last(ctx)
}

// ofLast answers with a page of the last run. It makes the page anew if another
// run ends meanwhile.
func (h *handler) ofLast(w http.ResponseWriter, r *http.Request, give func(ctx context.Context, run *audit.Run) error) {
	ctx, cancel := context.WithTimeout(r.Context(), pageTime)
	defer cancel()
	for attempt := range attempts {
		run, ok, err := h.lastRun(ctx, attempt > 0)
		if err == nil && !ok {
			h.showProblem(w, r, problem{http.StatusServiceUnavailable, "No run has been recorded yet.", "Come back once the first one has ended."})
			return
		}
		if err == nil {
			err = give(ctx, run)
		}
		if errors.Is(err, audit.ErrSuperseded) {
			continue
		}
		if err != nil {
			h.failed(w, r, err)
		}
		return
	}
	h.showProblem(w, r, problem{http.StatusServiceUnavailable, "Runs end faster than one can be read.", "Try again."})
}

// strayed answers with a page where a browser asks for what does not exist.
func (h *handler) strayed(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern != "" || !wantsPage(r) {
			mux.ServeHTTP(w, r)
			return
		}
		h.showProblem(w, r, problem{http.StatusNotFound, "There is no such page.", "Begin at the overview."})
	})
}

// wantsPage reports whether it is a browser that asks, and not for what is
// served to programs.
func wantsPage(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		return false
	}
	for _, prefix := range []string{"/api/", "/-/", "/metrics/", "/assets/"} {
		if strings.HasPrefix(r.URL.Path, prefix) {
			return false
		}
	}
	return true
}
