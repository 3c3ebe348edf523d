package prometheus

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

var _ audit.Exporter = (*Exporter)(nil)

func answer(t testing.TB, e *Exporter, method, acceptEncoding string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "/metrics", http.NoBody)
	if acceptEncoding != "" {
		r.Header.Set("Accept-Encoding", acceptEncoding)
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

// scraped is the whole page, uncompressed.
func scraped(t testing.TB, e *Exporter) string {
	t.Helper()
	return answer(t, e, http.MethodGet, "").Body.String()
}

// gunzipped decompresses one member, as browsers do, and fails the test if
// anything follows.
func gunzipped(t testing.TB, b []byte) []byte {
	t.Helper()
	rest := bytes.NewReader(b)
	z, err := gzip.NewReader(rest)
	if err != nil {
		t.Fatal(err)
	}
	z.Multistream(false)
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if rest.Len() > 0 {
		t.Fatalf("%d bytes follow the gzip member", rest.Len())
	}
	return text
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	e := busy(t)
	for _, encoding := range []string{"", "gzip"} {
		for _, published := range []*Exporter{e, New(Options{})} {
			get, head := answer(t, published, http.MethodGet, encoding), answer(t, published, http.MethodHead, encoding)
			text := get.Body.Bytes()
			for _, r := range []*httptest.ResponseRecorder{get, head} {
				h := r.Header()
				if r.Code != http.StatusOK || h.Get("Content-Type") != contentType ||
					h.Get("Content-Encoding") != encoding || h.Get("Vary") != "Accept-Encoding" {
					t.Errorf("%q: %d %v", encoding, r.Code, h)
				}
			}
			if got := get.Header().Get("Content-Length"); got != strconv.Itoa(len(text)) {
				t.Errorf("%q: Content-Length %s, body %d", encoding, got, len(text))
			}
			if n := head.Body.Len(); n != 0 || head.Header().Get("Content-Length") == "" {
				t.Errorf("%q: HEAD has a body of %d bytes, Content-Length %q", encoding, n, head.Header().Get("Content-Length"))
			}
			if encoding == "gzip" {
				text = gunzipped(t, text)
			}
			seriesOf(t, string(text))
		}
	}
}

// Compressed and plain, the page of the run is the same, and metrics are not
// split between it and what follows.
func TestBothFormsAreTheSame(t *testing.T) {
	t.Parallel()
	e := busy(t)
	plain := answer(t, e, http.MethodGet, "").Body.Bytes()
	packed := gunzipped(t, answer(t, e, http.MethodGet, "gzip").Body.Bytes())
	run := e.current().plain
	if len(run) == 0 || !bytes.HasPrefix(plain, run) || !bytes.HasPrefix(packed, run) {
		t.Errorf("the page of the run (%d bytes) does not begin both forms", len(run))
	}
	heads := map[string]int{}
	for line := range strings.Lines(string(packed)) {
		if strings.HasPrefix(line, "# ") {
			heads[strings.Join(strings.Fields(line)[1:3], " ")]++
		}
	}
	for head, n := range heads {
		if n != 1 {
			t.Errorf("%s is there %d times", head, n)
		}
	}
	for _, m := range Metrics() {
		if heads["HELP "+m.Name] != 1 || heads["TYPE "+m.Name] != 1 {
			t.Errorf("%s has not one HELP and one TYPE line", m.Name)
		}
	}
}

func TestOtherMethods(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		r := answer(t, New(Options{}), method, "")
		if r.Code != http.StatusMethodNotAllowed || r.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d %v", method, r.Code, r.Header())
		}
	}
}

func TestAcceptsGzip(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"":                           false,
		"identity":                   false,
		"gzip":                       true,
		"GZip":                       true,
		"x-gzip":                     true,
		"gzip;q=0":                   false,
		"gzip; q=0.000":              false,
		"gzip ; Q = 0.5":             true,
		"gzip;q=0.5, identity":       false,
		"gzip;q=0.5, identity;q=0":   true,
		"identity;q=0.5, *;q=0":      false,
		"deflate, gzip;q=1.0, *;q=0": true,
		"*":                          true,
		"*;q=0":                      false,
		"*, gzip;q=0":                false,
		"br, zstd":                   false,
		"gzip;q=2":                   false,
		"gzip;q=NaN":                 false,
		"gzip;q":                     false,
		"gzip;level=9":               false,
		"deflate,br,gzip":            true,
		"gzipped":                    false,
		",,;;=,":                     false,
	} {
		if got := acceptsGzip([]string{header}); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
	if !acceptsGzip([]string{"br", "gzip"}) || acceptsGzip(nil) {
		t.Error("several headers, or none, are read wrongly")
	}
}

func TestPublished(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	if e.page.Load() != nil || e.Format() != "prometheus" {
		t.Errorf("published before the first run, or format %q", e.Format())
	}
	cut := &audit.Run{LeftOut: audit.LeftOut{Everything: true}}
	if err := e.Publish(t.Context(), cut); err != nil || e.page.Load() != nil {
		t.Errorf("a run that judged nothing was published, or %v", err)
	}
	if err := e.Publish(t.Context(), fullRun()); err != nil || e.page.Load() == nil {
		t.Errorf("not published: %v", err)
	}
	before := e.current()
	if err := e.Publish(t.Context(), cut); err != nil || e.current() != before {
		t.Errorf("a run that judged nothing changed the page, or %v", err)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.Publish(done, fullRun()); !errors.Is(err, context.Canceled) || e.current() != before {
		t.Errorf("published though it was too late: %v", err)
	}
}

func TestChecksGiveSeverities(t *testing.T) {
	t.Parallel()
	run := &audit.Run{Header: audit.Header{Checks: []string{ownership}, Accounts: []audit.HeaderAccount{{ID: genomics}}}}
	for want, checks := range map[int][]audit.Check{0: nil, 2: catalogue()} {
		e := New(Options{Checks: checks})
		if err := e.Publish(t.Context(), run); err != nil {
			t.Fatal(err)
		}
		if got := len(only(seriesOf(t, scraped(t, e)), "findings")); got != want {
			t.Errorf("%d series, want %d", got, want)
		}
	}
}
