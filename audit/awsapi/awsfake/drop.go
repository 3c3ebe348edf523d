package awsfake

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
)

// Drop stands before another handler and takes the objects that are put, into buckets that are in no
// estate: PutObject as S3 answers it (S3 API Reference), no matter who asks. All other requests pass.
type Drop struct {
	next http.Handler

	mu      sync.Mutex
	answers []int
	puts    []http.Header
	objects map[string]string
}

// NewDrop returns an empty Drop before the handler.
func NewDrop(next http.Handler) *Drop { return &Drop{next: next, objects: map[string]string{}} }

// Answer sets what the next puts are answered, whatever they ask: HTTP statuses of failures, one for
// each. Those after them succeed.
func (d *Drop) Answer(statuses ...int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answers = statuses
}

// Objects are the contents of what was put, by bucket and key with a slash before each.
func (d *Drop) Objects() map[string]string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.objects)
}

// Puts are the headers of all attempts to put something.
func (d *Drop) Puts() []http.Header {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.puts)
}

// ServeHTTP answers a put and passes on everything else.
func (d *Drop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPut {
		d.next.ServeHTTP(w, r)
		return
	}
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client is gone, and so is what it began
	}
	if status := d.take(r, string(content)); status != http.StatusOK {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<Error><Code>"+putCodes[status]+"</Code><Message>It cannot be put.</Message></Error>")
	}
}

// putCodes are the error codes of PutObject by status.
var putCodes = map[int]string{
	http.StatusBadRequest: "BadDigest", http.StatusForbidden: "AccessDenied", http.StatusNotFound: "NoSuchBucket",
	http.StatusPreconditionFailed: "PreconditionFailed", http.StatusConflict: "ConditionalRequestConflict",
	http.StatusMovedPermanently: "PermanentRedirect", http.StatusInternalServerError: "InternalError",
}

// take keeps an object, if it is to be, and returns the status.
func (d *Drop) take(r *http.Request, content string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.puts = append(d.puts, r.Header)
	if len(d.answers) > 0 {
		status := d.answers[0]
		d.answers = d.answers[1:]
		return status
	}
	sum := sha256.Sum256([]byte(content))
	if r.Header.Get("X-Amz-Checksum-Sha256") != base64.StdEncoding.EncodeToString(sum[:]) {
		return http.StatusBadRequest
	}
	if _, there := d.objects[r.URL.Path]; there && r.Header.Get("If-None-Match") == "*" {
		return http.StatusPreconditionFailed
	}
	d.objects[r.URL.Path] = content
	return http.StatusOK
}
