package web

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// attempts is how often a page is begun anew because the run that it is of
// was superseded before anything was sent.
const attempts = 5

// findings serves one page of the last run's findings, as a findings stream
// whose header is that of the whole run.
func (h *handler) findings(w http.ResponseWriter, r *http.Request) {
	q, err := parseFindings(r.URL.RawQuery)
	if err != nil {
		answerError(w, http.StatusBadRequest, err.Error())
		return
	}
	h.streamed(w, r, func(ctx context.Context, s *stream) error {
		for range attempts {
			if err := h.page(ctx, s, q); s.sent || !errors.Is(err, audit.ErrSuperseded) {
				return err
			}
		}
		answerError(w, http.StatusServiceUnavailable, "runs end faster than one can be read: try again")
		return nil
	})
}

// page writes the page of the run that is the last one now.
func (h *handler) page(ctx context.Context, s *stream, q findingsQuery) error {
	run, ok, err := h.Findings.Last(ctx)
	if err != nil {
		return err
	}
	if !ok {
		answerError(s.w, http.StatusServiceUnavailable, "no run has been recorded yet")
		return nil
	}
	q.RunID = run.Header.RunID
	last, err := h.lastOfPage(ctx, q.Query)
	if err != nil {
		return err
	}
	s.link = ""
	if last != nil {
		s.link = "<" + h.next(q.given, *last) + `>; rel="next"`
	}
	for f, err := range h.Findings.Findings(ctx, q.Query) {
		if err != nil {
			return err
		}
		if err := s.begin(run); err != nil {
			return err
		}
		if s.head() {
			break
		}
		if err := s.enc.Finding(&f); err != nil {
			return err
		}
	}
	if err := s.begin(run); err != nil { // there was none
		return err
	}
	return s.end()
}

// lastOfPage is the place of the page's last finding if more follow, else
// nil. The link to the next page stands before the body, so that it has to be
// known before the body is read; this reads the identities alone, and keeps
// one.
func (h *handler) lastOfPage(ctx context.Context, q audit.Query) (*audit.Position, error) {
	size := q.Limit
	q.Brief, q.Limit = true, size+1
	var last audit.Position
	read := 0
	for f, err := range h.Findings.Findings(ctx, q) {
		if err != nil {
			return nil, err
		}
		if read++; read > size {
			return &last, nil
		}
		last = f.Position()
	}
	return nil, nil
}

// next is the address of the page behind the place, with what else was asked
// for.
func (h *handler) next(given url.Values, last audit.Position) string {
	query := maps.Clone(given)
	query.Set("cursor", encodeCursor(last))
	return origin(h.ExternalURL) + h.prefix() + "/api/v1/findings?" + query.Encode()
}
