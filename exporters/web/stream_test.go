package web_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// server serves over TCP, by HTTP/2 if asked.
func server(t *testing.T, h http.Handler, http2 bool) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = http2
	if http2 {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

func request(ctx context.Context, t *testing.T, url, encoding string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", encoding) // so that the client does not unpack by itself
	return r
}

// TestErrorInTheMiddleBreaksTheConnection has the store fail after findings,
// and runs, were sent: no client can take what it has for the whole.
func TestErrorInTheMiddleBreaksTheConnection(t *testing.T) {
	t.Parallel()
	run, runs := runOf("run-1", 2000, nil), recordedRuns(2000)
	for _, http2 := range []bool{false, true} {
		for _, encoding := range []string{"identity", "gzip"} {
			for _, target := range []string{"/api/v1/findings?limit=2000", "/api/v1/runs?limit=2000"} {
				for _, after := range []int{1, 1500} {
					s := &history{run: run, recorded: runs}
					s.before = func(_ context.Context, n int) error {
						if n == after {
							return errBroken
						}
						return nil
					}
					h := serve(s, nil)
					srv := server(t, h, http2)
					resp, err := srv.Client().Do(request(t.Context(), t, srv.URL+target, encoding))
					if err == nil {
						if wantProto := map[bool]int{false: 1, true: 2}[http2]; resp.ProtoMajor != wantProto {
							t.Fatalf("spoken: %s", resp.Proto)
						}
						_, err = io.ReadAll(resp.Body)
						_ = resp.Body.Close()
					}
					if err == nil {
						t.Errorf("HTTP/2 %t, %s, %s, after %d: the response ended as if it were whole", http2, encoding, target, after)
					}
					if h.log.Len() != 1 {
						t.Errorf("logged %v, want one error", h.log.All())
					}
				}
			}
		}
	}
}

// TestGoneClientEndsTheReading leaves after the first line of a stream that
// has no end, and while the store does not answer.
func TestGoneClientEndsTheReading(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		s := &history{run: runOf("run-1", 5, nil), endless: true, ended: make(chan struct{})}
		h := serve(s, nil)
		srv := server(t, h, http2)
		resp, err := srv.Client().Do(request(t.Context(), t, srv.URL+"/api/v1/findings", "identity"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		<-s.ended

		blocked := make(chan struct{})
		s = &history{run: runOf("run-1", 5, nil), ended: make(chan struct{}), before: func(ctx context.Context, _ int) error {
			close(blocked)
			<-ctx.Done()
			return ctx.Err()
		}}
		h2 := serve(s, nil)
		srv2 := server(t, h2, http2)
		ctx, leave := context.WithCancel(t.Context())
		go func() {
			<-blocked
			leave()
		}()
		resp, err = srv2.Client().Do(request(ctx, t, srv2.URL+"/api/v1/findings", "identity"))
		if err == nil {
			_ = resp.Body.Close()
			t.Error("there was a response")
		}
		<-s.ended
		srv.Close()
		srv2.Close() // waits for the handlers
		if h.log.Len()+h2.log.Len() > 0 {
			t.Errorf("logged %v %v: clients may leave", h.log.All(), h2.log.All())
		}
	}
}

// TestStreamsWhileItReads holds that what was read does not gather: by the
// time of each reading at most a buffer is not yet sent.
func TestStreamsWhileItReads(t *testing.T) {
	t.Parallel()
	s := &history{run: runOf("run-1", 5000, nil)}
	w := httptest.NewRecorder()
	most, size := 0, 0
	s.before = func(_ context.Context, n int) error {
		if size == 0 && n == 1000 {
			size = w.Body.Len() / 1000 // about, and rather too little
		}
		if size > 0 {
			most = max(most, n*size-w.Body.Len())
		}
		return nil
	}
	serve(s, nil).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/findings?limit=10000", nil))
	if p := readPage(t, w); len(p.findings) != 5000 || most > 128<<10 {
		t.Errorf("%d findings; up to %d bytes were held back", len(p.findings), most)
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	h := serve(&history{run: runOf("run-1", 500, nil), recorded: recordedRuns(3)}, nil)
	for _, target := range []string{"/api/v1/findings?limit=300", "/api/v1/runs"} {
		plain := h.get(target)
		for accepted, packs := range map[string]bool{
			"gzip": true, "br, GZIP;q=0.5": true, "deflate,gzip ; q=1": true,
			"": false, "identity": false, "gzip;q=0": false, "gzip;q=0.0": false, "gzip;q=x": false, "xgzip": false, "*": false,
		} {
			r := httptest.NewRequest(http.MethodGet, target, nil)
			r.Header.Set("Accept-Encoding", accepted)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if packed := w.Header().Get("Content-Encoding") == "gzip"; packed != packs {
				t.Errorf("Accept-Encoding %q: packed %t", accepted, packed)
				continue
			}
			body := w.Body.Bytes()
			if packs {
				body = unpack(t, body)
			}
			if !bytes.Equal(body, plain.Body.Bytes()) || w.Header().Get("Vary") != "Accept-Encoding" || w.Header().Get("Link") != plain.Header().Get("Link") {
				t.Errorf("Accept-Encoding %q gives another response, %v", accepted, w.Header())
			}
		}
	}
}

func unpack(t *testing.T, body []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestHeadReadsNoPage holds that HEAD has the headers of GET and does not read
// what nobody wants.
func TestHeadReadsNoPage(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/api/v1/findings?limit=50", "/api/v1/findings?check=none", "/api/v1/runs"} {
		read := 0
		s := &history{run: runOf("run-1", 100, nil), recorded: recordedRuns(60), before: func(context.Context, int) error { read++; return nil }}
		h := serve(s, nil)
		get := h.get(target)
		read = 0
		head := h.do(http.MethodHead, target)
		if head.Code != http.StatusOK || head.Body.Len() > 0 || read > 1 {
			t.Errorf("%s: status %d, %d bytes, %d read", target, head.Code, head.Body.Len(), read)
		}
		for name := range get.Header() {
			if head.Header().Get(name) != get.Header().Get(name) {
				t.Errorf("%s: %s is %q, of GET %q", target, name, head.Header().Get(name), get.Header().Get(name))
			}
		}
	}
}

// TestStalledStore has the store never answer: before anything was sent that
// is an error, afterwards the connection is broken off.
func TestStalledStore(t *testing.T) {
	t.Parallel()
	for _, at := range []int{0, 3} {
		synctest.Test(t, func(t *testing.T) {
			s := &history{run: runOf("run-1", 5, nil), before: func(ctx context.Context, n int) error {
				if n == at {
					<-ctx.Done()
					return ctx.Err()
				}
				return nil
			}}
			h := serve(s, nil)
			w, began := httptest.NewRecorder(), time.Now()
			panicked := func() (err error) {
				defer func() { err, _ = recover().(error) }()
				h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/findings", nil))
				return nil
			}()
			if took := time.Since(began); took != 2*time.Minute || h.log.Len() != 1 {
				t.Errorf("ended after %s, logged %v", took, h.log.All())
			}
			if at == 0 && (w.Code != http.StatusInternalServerError || panicked != nil) || at > 0 && !errors.Is(panicked, http.ErrAbortHandler) {
				t.Errorf("stalled at finding %d: status %d, panic %v", at, w.Code, panicked)
			}
		})
	}
}

// TestStalledClient has a client that asks and then reads nothing.
func TestStalledClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &history{run: runOf("run-1", 5, nil), endless: true, ended: make(chan struct{})}
		client, connection := net.Pipe()
		srv := http.Server{Handler: serve(s, nil)}
		l := &oneConnection{accepted: make(chan net.Conn, 1), closed: make(chan struct{})}
		l.accepted <- connection
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = srv.Serve(l)
		}()
		began := time.Now()
		if _, err := io.WriteString(client, "GET /api/v1/findings HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		<-s.ended
		if took := time.Since(began); took != 2*time.Minute {
			t.Errorf("the reading ended after %s", took)
		}
		_ = srv.Close()
		_ = client.Close()
		<-done
	})
}

type oneConnection struct {
	accepted chan net.Conn
	closed   chan struct{}
}

func (l *oneConnection) Accept() (net.Conn, error) {
	select {
	case c := <-l.accepted:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *oneConnection) Close() error   { close(l.closed); return nil }
func (l *oneConnection) Addr() net.Addr { return &net.TCPAddr{} }

// TestFollowLinks reads all pages as a client does.
func TestFollowLinks(t *testing.T) {
	t.Parallel()
	s := &history{run: runOf("run-1", 95, nil)}
	srv := server(t, serve(s, nil), false)
	pages, findings := 0, []audit.Finding(nil)
	for target := "/api/v1/findings?limit=10"; target != ""; pages++ {
		resp, err := srv.Client().Do(request(t.Context(), t, srv.URL+target, "gzip"))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		p := parsePage(t, resp.Header.Get("Link"), string(unpack(t, body)))
		findings, target = append(findings, p.findings...), p.next
		if target != "" && !strings.HasPrefix(target, "/") {
			t.Fatalf("next is %s", target)
		}
	}
	if pages != 10 || len(findings) != 95 {
		t.Errorf("%d findings on %d pages", len(findings), pages)
	}
}
