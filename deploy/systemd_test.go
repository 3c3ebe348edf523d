//go:build deploy

package deploy_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// exposure is the most that "systemd-analyze security" may say of the unit, in
// tenths of its scale of 0 (confined) to 10 (not at all). It says 1.1, of which
// the network is half.
const exposure = "11"

// TestSystemdUnit has systemd's own tool, of Debian's package systemd, read the
// unit and rate its confinement.
func TestSystemdUnit(t *testing.T) {
	t.Parallel()
	program := built(t)
	text := read(t, "systemd/quilt-auditor.service")
	const installed = "/usr/local/bin/quilt-auditor"
	if n := strings.Count(text, installed); n != 1 {
		t.Fatalf("%s stands %d times in the unit", installed, n)
	}
	_, line, _ := strings.Cut(text, "ExecStart="+installed+" ")
	line, _, _ = strings.Cut(line, "\n")
	wantTaken(t, program, strings.Fields(line))
	// verify wants the program to be there.
	unit := filepath.Join(t.TempDir(), "quilt-auditor.service")
	write(t, unit, strings.Replace(text, installed, program, 1))
	// What it does not know it only warns of.
	if said := tool(t, "sh", "-c", `systemd-analyze verify --man=no "$1" 2>&1`, "sh", unit); said != "" {
		t.Error(said)
	}
	tool(t, "systemd-analyze", "security", "--offline=yes", "--threshold="+exposure, unit)
}
