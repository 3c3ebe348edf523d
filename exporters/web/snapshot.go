package web

import (
	"context"
	"net/http"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// snapshotType is the media type of a snapshot.
const snapshotType = "application/json"

// snapshot serves what a run read, in the form that `audit --snapshot` takes:
// its SHA-256 is the snapshot_digest of the run.
func (h *handler) snapshot(w http.ResponseWriter, r *http.Request) {
	if r.URL.RawQuery != "" {
		answerError(w, http.StatusBadRequest, "this address has no parameters")
		return
	}
	h.streamed(w, r, func(ctx context.Context, s *stream) error {
		kept, there, err := h.Findings.Snapshot(ctx, r.PathValue("run_id"))
		if err != nil {
			return err
		}
		if !there {
			answerError(w, http.StatusNotFound, "no such run, or its snapshot is not kept: only those with a snapshot_digest in /api/v1/runs are")
			return nil
		}
		body := s.open(snapshotType)
		if s.head() {
			return nil
		}
		if err := snapshot.Encode(body, kept); err != nil {
			return err
		}
		return s.end()
	})
}
