//go:build moto

package main_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// gate stands between program and emulator. It records every request, holds
// each against the rules that a read-only auditor keeps, and does what moto
// leaves out: it lets nobody assume a role that does not trust them, and tells
// the region of a bucket that is refused.
type gate struct {
	url  string
	moto http.Handler

	mu      sync.Mutex
	trusted map[string]string // external ids by role ARN
	keys    map[string]string // accounts by access key of a session
	secret  []string          // keys and tokens of sessions
	holds   map[string]hold   // by action
	calls   []call
	broken  []string
}

// hold is a stop at the gate.
type hold struct{ reached, released chan struct{} }

func newGate(t *testing.T, moto string) *gate {
	t.Helper()
	target, err := url.Parse(moto)
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{}
	g.moto = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
		},
		ModifyResponse: tellRegion,
		ErrorHandler:   g.failed,
	}
	g.forget()
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

// tellRegion adds what AWS tells of a bucket even to those whom it refuses, and
// moto does not (S3 API Reference, "HeadBucket"). All such buckets of the
// tests are in one region.
func tellRegion(r *http.Response) error {
	if r.Request.Method == http.MethodHead && r.StatusCode == http.StatusForbidden {
		r.Header.Set("X-Amz-Bucket-Region", "us-east-1")
	}
	return nil
}

// failed notes that moto did not answer, unless the program gave up first.
func (g *gate) failed(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.broken = append(g.broken, "moto did not answer: "+err.Error())
	}
	w.WriteHeader(http.StatusBadGateway)
}

func (g *gate) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.trusted, g.keys, g.holds = map[string]string{}, map[string]string{}, map[string]hold{}
	g.secret, g.calls, g.broken = nil, nil, nil
}

func (g *gate) trust(role, externalID string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.trusted[role] = externalID
}

// hold stops the next request for the action, and those after it, until
// release is called; reached tells that the first is there.
func (g *gate) hold(action string) (reached <-chan struct{}, release func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := hold{make(chan struct{}), make(chan struct{})}
	g.holds[action] = h
	return h.reached, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.holds, action)
		close(h.released)
	}
}

// wait stops where hold says so.
func (g *gate) wait(action string) {
	g.mu.Lock()
	h, ok := g.holds[action]
	if ok && !closed(h.reached) {
		close(h.reached)
	}
	g.mu.Unlock()
	if ok {
		<-h.released
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// secrets is what the program was told and may tell nobody.
func (g *gate) secrets() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string{externalID, baseSecret}, g.secret...)
}

// check fails the test if any request broke a rule.
func (g *gate) check(t *testing.T) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, broken := range g.broken {
		t.Error(broken)
	}
}

// seen returns the requests so far.
func (g *gate) seen() []call {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.calls)
}

// ServeHTTP records the request and lets it pass, if it only reads.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "the request broke off", http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	c := newCall(r, body)
	g.wait(c.action)
	switch kept, trusted := g.record(&c); {
	case !kept || c.assumes() && !trusted:
		refuse(w)
	case c.assumes():
		answer := httptest.NewRecorder()
		g.moto.ServeHTTP(answer, r)
		g.learn(answer.Body.Bytes(), c.form.Get("RoleArn"))
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	default:
		g.moto.ServeHTTP(w, r)
	}
}

// record notes the call, and tells whether it keeps the rules and whether the
// role that it assumes, if it does, trusts the caller.
func (g *gate) record(c *call) (kept, trusted bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c.account = g.keys[c.key]
	broken := c.broken()
	g.calls = append(g.calls, *c)
	g.broken = append(g.broken, broken...)
	secret, known := g.trusted[c.form.Get("RoleArn")]
	return len(broken) == 0, known && c.form.Get("ExternalId") == secret
}

var (
	sessionKey    = regexp.MustCompile(`<AccessKeyId>([A-Z0-9]+)</AccessKeyId>`)
	sessionSecret = regexp.MustCompile(`<(?:SecretAccessKey|SessionToken)>([^<]+)<`)
)

// learn remembers whose account the session is in.
func (g *gate) learn(answer []byte, role string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m := sessionKey.FindSubmatch(answer); m != nil {
		g.keys[string(m[1])] = strings.Split(role, ":")[4]
	}
	for _, m := range sessionSecret.FindAllSubmatch(answer, -1) {
		g.secret = append(g.secret, string(m[1]))
	}
}

// refuse answers as STS does (STS API Reference, "Common Errors").
func refuse(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(http.StatusForbidden)
	_, _ = io.WriteString(w, `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code>`+
		`<Message>User is not authorized to perform: sts:AssumeRole</Message></Error><RequestId>1</RequestId></ErrorResponse>`)
}
