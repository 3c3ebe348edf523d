package deploy_test

import (
	"slices"
	"strings"
	"testing"
)

// TestComposeCommands: the program takes the command line of its service and of
// the health check, and the check asks at the address that is listened on.
func TestComposeCommands(t *testing.T) {
	t.Parallel()
	program := built(t)
	for name, project := range compositions(t) {
		s := project.Services[auditorService]
		wantTaken(t, program, s.Command)
		probe := s.HealthCheck.Test
		if len(probe) < 3 || probe[0] != "CMD" || probe[1] != "/quilt-auditor" {
			t.Fatalf("%s: the health check is %q", name, probe)
		}
		wantTaken(t, program, probe[2:])
		address, ok := strings.CutPrefix(probe[len(probe)-1], "--url=http://")
		address, path, _ := strings.Cut(address, "/")
		if !ok || path != "-/ready" || !slices.Contains(s.Command, "--web.health-address="+address) {
			t.Errorf("%s: %q is asked of %q", name, probe, s.Command)
		}
	}
}

// flagOf is the value of the flag on the command line.
func flagOf(t *testing.T, line []string, name string) string {
	t.Helper()
	for _, word := range line {
		if value, ok := strings.CutPrefix(word, name+"="); ok {
			return value
		}
	}
	t.Fatalf("no %s in %q", name, line)
	return ""
}
