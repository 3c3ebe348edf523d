//go:build prometheus

package prometheus

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"testing"
)

// These tests need promtool in PATH and fail without it.

func TestPromtoolTakesTheGoldenPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	checkMetrics(t, page)
}

func TestPromtoolTakesAScrape(t *testing.T) {
	t.Parallel()
	e := busy(t)
	checkMetrics(t, answer(t, e, http.MethodGet, "").Body.Bytes())
	checkMetrics(t, gunzipped(t, answer(t, e, http.MethodGet, "gzip").Body.Bytes()))
	checkMetrics(t, answer(t, New(Options{}), http.MethodGet, "").Body.Bytes())
}

func checkMetrics(t *testing.T, page []byte) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "promtool", "check", "metrics")
	cmd.Stdin = bytes.NewReader(page)
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, out)
	}
}
