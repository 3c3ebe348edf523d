package web

import (
	"context"
	"net/http"
)

// runs serves the recorded runs, one a line, the latest first.
func (h *handler) runs(w http.ResponseWriter, r *http.Request) {
	limit, err := parseRuns(r.URL.RawQuery)
	if err != nil {
		answerError(w, http.StatusBadRequest, err.Error())
		return
	}
	h.streamed(w, r, func(ctx context.Context, s *stream) error {
		for run, err := range h.Findings.Runs(ctx, limit) {
			if err != nil {
				return err
			}
			if err := s.begin(nil); err != nil {
				return err
			}
			if s.head() {
				break
			}
			if err := s.enc.Run(&run); err != nil {
				return err
			}
		}
		if err := s.begin(nil); err != nil { // there was none
			return err
		}
		return s.end()
	})
}
