package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/exporters/web"
)

// asked runs the command, without the root command, and says what it printed.
func asked(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var stdout bytes.Buffer
	c := (&program{stdout: &stdout}).healthcheck()
	c.SetArgs(args)
	c.SetOut(io.Discard)
	c.SilenceErrors, c.SilenceUsage = true, true
	err := c.ExecuteContext(t.Context())
	return stdout.String(), err
}

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	var notReady error
	probes := httptest.NewServer(web.Probes(func() error { return notReady }))
	t.Cleanup(probes.Close)
	if line, err := asked(t, "--url", probes.URL+"/-/ready"); err != nil || line != "quilt-auditor is ready.\n" {
		t.Errorf("%q, %v", line, err)
	}
	notReady = errors.New("no run yet")
	if _, err := asked(t, "--url", probes.URL+"/-/ready"); err == nil || !strings.Contains(err.Error(), "503") || !strings.Contains(err.Error(), "no run yet") {
		t.Errorf("a service that is not ready: %v", err)
	}
	if line, err := asked(t, "--url", probes.URL+"/-/healthy"); err != nil || line != "quilt-auditor is healthy.\n" {
		t.Errorf("%q, %v", line, err)
	}
}

func TestHealthcheckFails(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.RedirectHandler("/-/ready", http.StatusFound))
	t.Cleanup(elsewhere.Close)
	held := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-held }))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(held) })
	for name, args := range map[string][]string{
		"redirect": {"--url", elsewhere.URL},
		"nobody":   {"--url", "http://127.0.0.1:1"}, // a port that nobody can be given meanwhile
		"slow":     {"--url", slow.URL, "--timeout", "1ms"},
	} {
		if line, err := asked(t, args...); err == nil || line != "" {
			t.Errorf("%s: %q, %v", name, line, err)
		}
	}
	var usage usageError
	if _, err := asked(t, "--url", "http://["); !errors.As(err, &usage) {
		t.Errorf("no URL: %v", err)
	}
	if _, err := asked(t, "now"); !errors.As(err, &usage) {
		t.Errorf("an argument: %v", err)
	}
}
