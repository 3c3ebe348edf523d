package web

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// responseTime bounds one response of the API, reading and writing. A client
// that takes longer would hold a view of the store, which then cannot give
// space back.
const responseTime = 2 * time.Minute

// stream is a response that is written while it is read. Until begin nothing
// of it is sent, so that an error can still be answered as one.
type stream struct {
	h    *handler
	w    http.ResponseWriter
	r    *http.Request
	link string  // the Link header; "" for none
	sent bool    // the headers, so that an error can no longer be answered
	enc  Encoder // nil before begin
	pack *gzip.Writer
}

// head reports whether no body is asked for.
func (s *stream) head() bool { return s.r.Method == http.MethodHead }

// begin sends the headers, and as the first lines the head of the run, if
// there is one. Once begun it does nothing.
func (s *stream) begin(run *audit.Run) error {
	if s.sent {
		return nil
	}
	s.enc = s.h.Encoder(s.open(s.h.MediaType))
	if run == nil {
		return nil
	}
	return s.enc.Header(run)
}

// open sends the headers and returns where the body goes.
func (s *stream) open(mediaType string) io.Writer {
	s.sent = true
	header, packed := s.w.Header(), acceptsGzip(s.r)
	header.Set("Content-Type", mediaType)
	header.Add("Vary", "Accept-Encoding")
	if s.link != "" {
		header.Set("Link", s.link)
	}
	if packed {
		header.Set("Content-Encoding", "gzip")
	}
	s.w.WriteHeader(http.StatusOK)
	switch {
	case s.head():
		return io.Discard
	case !packed:
		return s.w
	}
	s.pack, _ = gzip.NewWriterLevel(s.w, gzip.BestSpeed) // the level is valid
	return s.pack
}

// end completes the body.
func (s *stream) end() error {
	if s.enc != nil {
		if err := s.enc.Flush(); err != nil {
			return err
		}
	}
	if s.pack == nil {
		return nil
	}
	if err := s.pack.Close(); err != nil {
		return fmt.Errorf("end the compressed body: %w", err)
	}
	return nil
}

// streamed serves one response by write, which begins the stream once it
// knows that it can, and ends it. After an error in between the client must
// not take what it has for the whole: the connection is broken off.
func (h *handler) streamed(w http.ResponseWriter, r *http.Request, write func(context.Context, *stream) error) {
	ctx, cancel := context.WithTimeout(r.Context(), responseTime)
	defer cancel()
	// Not every ResponseWriter has deadlines; reading is bounded all the same.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(responseTime))
	s := &stream{h: h, w: w, r: r}
	err := write(ctx, s)
	if err == nil {
		return
	}
	gone := r.Context().Err() != nil // the client, or the whole server
	if !gone {
		h.Log.Error("serving "+r.Pattern, zap.Error(err))
	}
	if s.sent || gone {
		panic(http.ErrAbortHandler)
	}
	answerError(w, http.StatusInternalServerError, "what was recorded could not be read; the log says why")
}

// acceptsGzip reports whether the client takes gzip (RFC 9110, 12.5.3).
func acceptsGzip(r *http.Request) bool {
	for _, coding := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, weight, weighted := strings.Cut(coding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		if !weighted {
			return true
		}
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(weight)), "q="), 64)
		return err == nil && q > 0
	}
	return false
}

// answerError writes {"error": "..."}.
func answerError(w http.ResponseWriter, status int, message string) {
	answerJSON(w, status, struct {
		Error string `json:"error"`
	}{message})
}

func answerJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that is gone needs no answer
}
