//go:build deploy

package deploy_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

// laid lays out what is mounted into the service, as the container sees it.
func laid(t *testing.T, s types.ServiceConfig) string {
	t.Helper()
	dir := t.TempDir()
	for _, v := range s.Volumes {
		if info, err := os.Stat(v.Source); v.Type == types.VolumeTypeBind && err == nil && !info.IsDir() {
			write(t, filepath.Join(dir, filepath.FromSlash(v.Target)), read(t, v.Source))
		}
	}
	return dir
}

// TestComposeMonitoring has Prometheus's and Alertmanager's own tools, of
// Debian's packages prometheus and prometheus-alertmanager, check what is
// mounted, where it is mounted.
func TestComposeMonitoring(t *testing.T) {
	t.Parallel()
	services := compositions(t)["demo"].Services
	tool(t, "promtool", "check", "config", "--lint=all", "--lint-fatal", laid(t, services["prometheus"])+flagOf(t, services["prometheus"].Command, "--config.file"))
	tool(t, "amtool", "check-config", laid(t, services["alertmanager"])+flagOf(t, services["alertmanager"].Command, "--config.file"))
}
