//go:build deploy

package alertmanager_test

import (
	"os/exec"
	"strings"
	"testing"
)

// These tests take amtool from the PATH, which Debian's package
// prometheus-alertmanager provides, and fail without it.

func amtool(t *testing.T, args ...string) string {
	t.Helper()
	var warnings strings.Builder
	cmd := exec.Command("amtool", args...)
	cmd.Stderr = &warnings
	text, err := cmd.Output()
	if err != nil {
		t.Errorf("amtool %s: %v\n%s%s", strings.Join(args, " "), err, text, warnings.String())
	}
	return string(text)
}

func TestConfig(t *testing.T) {
	t.Parallel()
	amtool(t, "check-config", file)
}

// TestRoutes has Alertmanager say where alerts go.
func TestRoutes(t *testing.T) {
	t.Parallel()
	for severity, want := range map[string]string{"critical": "on-call", "warning": "tickets", "info": "info", "": "tickets"} {
		got := amtool(t, "config", "routes", "test", "--config.file", file, "alertname=QuiltAuditorOpenFinding", "severity="+severity)
		if strings.TrimSpace(got) != want {
			t.Errorf("%q goes to %s, want %s", severity, got, want)
		}
	}
}
