package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/exporters/web"
)

const text, object, lines = "text/plain; charset=utf-8", "application/json", "application/x-ndjson"

func TestEndpoints(t *testing.T) {
	t.Parallel()
	noLifecycle := func(o *web.Options) {
		o.Lifecycle = false
		o.Reload = func(context.Context) error { panic("reloaded") }
		o.StartRun = func() error { panic("started") }
	}
	notReady := func(o *web.Options) { o.Ready = func() error { return errors.New("no run has been published yet") } }
	badConfig := func(o *web.Options) {
		o.Reload = func(context.Context) error { return errors.New("quilt.yaml:3: unknown key \"rigions\"") }
	}
	starts := func(err error) func(*web.Options) {
		return func(o *web.Options) { o.StartRun = func() error { return err } }
	}
	for _, tt := range []struct {
		request string
		adjust  func(*web.Options)
		status  int
		media   string
		body    string // that it begins with
		allow   string
	}{
		{"GET /", nil, 200, "text/html; charset=utf-8", "<!doctype html>", ""},
		{"POST /", nil, 405, text, "Method Not Allowed", "GET, HEAD"},
		{"GET /metrics", nil, 200, "", "quilt_auditor_up 1\n", ""},
		{"GET /-/healthy", nil, 200, text, "quilt-auditor is healthy.\n", ""},
		{"GET /-/healthy", notReady, 200, text, "quilt-auditor is healthy.\n", ""},
		{"GET /-/ready", nil, 200, text, "quilt-auditor is ready.\n", ""},
		{"GET /-/ready", notReady, 503, text, "quilt-auditor is not ready: no run has been published yet\n", ""},
		{"POST /-/ready", nil, 405, text, "Method Not Allowed", "GET, HEAD"},
		{"POST /-/reload", nil, 200, text, "The configuration is reloaded.\n", ""},
		{"POST /-/reload", badConfig, 500, text, "The configuration is as it was: quilt.yaml:3: unknown key \"rigions\"\n", ""},
		{"POST /-/reload", noLifecycle, 403, text, "Forbidden: this is off; --web.enable-lifecycle switches it on.\n", ""},
		{"GET /-/reload", nil, 405, text, "Method Not Allowed", "POST"},
		{"PUT /-/reload", noLifecycle, 405, text, "Method Not Allowed", "POST"},
		{"GET /api/v1/findings", nil, 200, lines, `{"type":"header","schema_version":"1","product":{"name":"quilt-auditor","version":"1.2.0"}`, ""},
		{"DELETE /api/v1/findings", nil, 405, text, "Method Not Allowed", "GET, HEAD"},
		{"GET /api/v1/runs", nil, 200, lines, `{"type":"run"`, ""},
		{"POST /api/v1/runs", nil, 202, object, `{"status":"started"}`, ""},
		{"POST /api/v1/runs", starts(web.ErrBusy), 409, object, `{"error":"a run is going on already"}`, ""},
		{"POST /api/v1/runs", starts(errors.New("secret")), 503, object, `{"error":"the run could not be started; the log says why"}`, ""},
		{"POST /api/v1/runs", noLifecycle, 403, object, `{"error":"this is off; --web.enable-lifecycle switches it on"}`, ""},
		{"DELETE /api/v1/runs", nil, 405, text, "Method Not Allowed", "GET, HEAD, POST"},
		{"GET /favicon.ico", nil, 404, text, "404", ""},
		{"GET /api/v1", nil, 404, text, "404", ""},
		{"GET /api/v1/findings/1", nil, 404, text, "404", ""},
		{"GET /metrics/", nil, 404, text, "404", ""},
		{"POST /-/quit", nil, 404, text, "404", ""},
		{"GET /debug/pprof/", nil, 404, text, "404", ""},
	} {
		t.Run(tt.request, func(t *testing.T) {
			t.Parallel()
			h := serve(&history{run: runOf("run-1", 20, nil), recorded: recordedRuns(2)}, tt.adjust)
			method, target, _ := strings.Cut(tt.request, " ")
			w := h.do(method, target)
			got := w.Header().Get("Content-Type")
			if w.Code != tt.status || tt.media != "" && got != tt.media || !strings.HasPrefix(w.Body.String(), tt.body) || w.Header().Get("Allow") != tt.allow {
				t.Errorf("status %d, %s, Allow %q:\n%.300s", w.Code, got, w.Header().Get("Allow"), w.Body)
			}
			checkSecured(t, w)
			if method != http.MethodGet {
				return
			}
			head := h.do(http.MethodHead, target) // a recorder keeps what a server would not send
			if tt.status != http.StatusMethodNotAllowed && (head.Code != tt.status || head.Header().Get("Content-Type") != got) {
				t.Errorf("HEAD: status %d, %s", head.Code, head.Header().Get("Content-Type"))
			}
		})
	}
}

func checkSecured(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	for name, value := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
	} {
		if w.Header().Get(name) != value {
			t.Errorf("%s is %q, want %s", name, w.Header().Get(name), value)
		}
	}
	policy := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action '"} {
		if !strings.Contains(policy, want) || strings.Contains(policy, "unsafe") {
			t.Errorf("Content-Security-Policy is %q", policy)
		}
	}
	if w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("other sites may read this")
	}
}

func TestProbesTellNothingElse(t *testing.T) {
	t.Parallel()
	err := errors.New("not yet")
	h := web.Probes(func() error { return err })
	for target, status := range map[string]int{
		"/-/healthy": 200, "/-/ready": 503, "/": 404, "/metrics": 404, "/api/v1/findings": 404, "/api/v1/runs": 404, "/-/reload": 404,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(method, target, nil))
			if w.Code != status {
				t.Errorf("%s %s: status %d, want %d", method, target, w.Code, status)
			}
			checkSecured(t, w)
		}
	}
	err = nil
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/-/ready", nil)); w.Code != http.StatusOK {
		t.Errorf("ready: status %d", w.Code)
	}
}

// TestOtherSites has a browser send what another site told it to: without a
// check its user's password would come along.
func TestOtherSites(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		header  map[string]string
		allowed bool
	}{
		"no browser":              {nil, true},
		"same origin":             {map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://auditor.internal:10990"}, true},
		"typed by the user":       {map[string]string{"Sec-Fetch-Site": "none"}, true},
		"another site":            {map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, false},
		"another host of it":      {map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "http://wiki.internal"}, false},
		"an old browser, here":    {map[string]string{"Origin": "http://auditor.internal:10990"}, true},
		"an old browser, there":   {map[string]string{"Origin": "https://evil.example"}, false},
		"a sandbox":               {map[string]string{"Origin": "null"}, false},
		"through the proxy":       {map[string]string{"Origin": "https://audit.acme.example"}, true},
		"a name like the proxy's": {map[string]string{"Origin": "https://audit.acme.example.evil.example"}, false},
	} {
		for _, target := range []string{"/-/reload", "/api/v1/runs"} {
			done := 0
			h := serve(&history{}, func(o *web.Options) {
				o.ExternalURL = &url.URL{Scheme: "https", Host: "Audit.acme.example", Path: "/quilt"}
				o.Reload = func(context.Context) error { done++; return nil }
				o.StartRun = func() error { done++; return nil }
			})
			r := httptest.NewRequest(http.MethodPost, "http://auditor.internal:10990"+target, nil)
			for key, value := range tt.header {
				r.Header.Set(key, value)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if tt.allowed != (done == 1) || tt.allowed == (w.Code == http.StatusForbidden) {
				t.Errorf("%s, %s: status %d, done %d times", name, target, w.Code, done)
			}
		}
	}
}

func TestOddExternalURLs(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"http://[fe80::1%25eth0]:8080/x", "https://bücher.example", "/only/a/path", "//host", "https://a%20b.example", "mailto:a@b"} {
		u, err := url.Parse(raw)
		if err != nil {
			continue // refused before
		}
		h := serve(&history{run: runOf("run-1", 3, nil)}, func(o *web.Options) { o.ExternalURL = u })
		if w := h.get("/"); w.Code != http.StatusOK {
			t.Errorf("%s: status %d", raw, w.Code)
		}
		readPage(t, h.get("/api/v1/findings?limit=1"))
	}
}

func TestStartRunLogsWhatItDoesNotShow(t *testing.T) {
	t.Parallel()
	h := serve(&history{}, func(o *web.Options) { o.StartRun = func() error { return errBroken } })
	if h.do(http.MethodPost, "/api/v1/runs"); h.log.Len() != 1 {
		t.Errorf("logged %v", h.log.All())
	}
}

// TestReadmeHasTheParameters compares the reference with what an unknown
// parameter is answered.
func TestReadmeHasTheParameters(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(serve(&history{}, nil).get("/api/v1/findings?x=1").Body.String(), ": use ")
	names := strings.Split(strings.TrimSuffix(rest, "\"}\n"), ", ")
	for _, name := range names {
		if !strings.Contains(string(readme), "| `"+name+"` |") {
			t.Errorf("%s is not in README.md", name)
		}
	}
	if rows := strings.Count(string(readme), "\n| `"); len(names) != 9 || rows != 16+len(names) {
		t.Errorf("%d parameters, %d rows of paths and parameters", len(names), rows)
	}
}
