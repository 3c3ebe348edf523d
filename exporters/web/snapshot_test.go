package web_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func TestSnapshot(t *testing.T) {
	t.Parallel()
	kept, err := snapshot.New(snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: takenAt})
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := snapshot.Encode(&want, kept); err != nil {
		t.Fatal(err)
	}
	h := serve(&history{snapshots: map[string]*snapshot.Snapshot{"run-1": kept, "run-2": nil}}, nil)
	w := h.get("/api/v1/runs/run-1/snapshot")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" || w.Body.String() != want.String() {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	for path, code := range map[string]int{
		"/api/v1/runs/run-2/snapshot": http.StatusInternalServerError, "/api/v1/runs/run-3/snapshot": http.StatusNotFound,
		"/api/v1/runs/run-1/snapshot?x=1": http.StatusBadRequest, "/api/v1/runs/run-1": http.StatusNotFound,
	} {
		if w := h.get(path); w.Code != code || bytes.Contains(w.Body.Bytes(), []byte("fire")) {
			t.Errorf("%s: status %d: %s", path, w.Code, w.Body)
		}
	}
}
