package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

func recordedRuns(n int) []audit.Recorded {
	list := make([]audit.Recorded, n)
	for i := range list {
		list[i] = audit.Recorded{Header: runOf(fmt.Sprintf("run-%d", n-i), 0, nil).Header, Changes: i, SnapshotDigest: "sha256:" + strings.Repeat("0", 64)}
	}
	return list
}

func TestRuns(t *testing.T) {
	t.Parallel()
	h := serve(&history{recorded: recordedRuns(150)}, nil)
	for raw, want := range map[string]int{"": 100, "?limit=": 100, "?limit=1": 1, "?limit=10000": 150} {
		w := h.get("/api/v1/runs" + raw)
		lines := strings.Split(strings.TrimSuffix(w.Body.String(), "\n"), "\n")
		if w.Code != http.StatusOK || len(lines) != want || w.Header().Get("Content-Type") != "application/x-ndjson" {
			t.Fatalf("%s: status %d, %d lines of %s", raw, w.Code, len(lines), w.Header().Get("Content-Type"))
		}
		for i, line := range lines {
			var run struct {
				Type           string
				RunID          string `json:"run_id"`
				Result         string
				Changes        int
				SnapshotDigest string `json:"snapshot_digest"`
			}
			if err := unmarshal(line, &run); err != nil {
				t.Fatal(err)
			}
			if run.Type != "run" || run.RunID != fmt.Sprintf("run-%d", 150-i) || run.Result != "partial" || run.Changes != i || run.SnapshotDigest == "" {
				t.Errorf("line %d: %s", i+1, line)
			}
		}
	}
}

func TestNoRuns(t *testing.T) {
	t.Parallel()
	if w := serve(&history{}, nil).get("/api/v1/runs"); w.Code != http.StatusOK || w.Body.Len() > 0 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

func TestRunsRefuses(t *testing.T) {
	t.Parallel()
	for raw, says := range map[string]string{
		"limit=0": "from 1 to 10000", "limit=10001": "from 1 to 10000", "limit=1&limit=1": "given 2 times", "cursor=x": "use limit",
	} {
		w := serve(&history{recorded: recordedRuns(1)}, nil).get("/api/v1/runs?" + raw)
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), says) {
			t.Errorf("%s: status %d: %s", raw, w.Code, w.Body)
		}
	}
}
