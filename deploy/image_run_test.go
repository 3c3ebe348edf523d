//go:build deploy

package deploy_test

import (
	"bufio"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	nobody   = 65532
	stateDir = "/var/lib/quilt-auditor"
)

// confined runs a program in a root that nobody can write to, but for /tmp and
// the directory of the state, as the user of the image and without any
// capability: what compose.yaml and the Helm chart ask of a runtime.
const confined = `set -e
root=$1
shift
mount --bind "$root" "$root"
mount -o remount,ro,bind "$root"
if touch "$root/written" 2>/dev/null; then echo "the root can be written to" >&2; exit 99; fi
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=0700,uid=65532,gid=65532 tmpfs "$root/var/lib/quilt-auditor"
exec chroot --userspec=65532:65532 "$root" "$@"
`

// stage is a container of the image, to run programs in.
type stage struct {
	t      *testing.T
	root   string
	config imageConfig
}

// command is the entry point with arguments; none stands for the image's own.
func (s *stage) command(t *testing.T, args ...string) *exec.Cmd {
	if len(args) == 0 {
		args = s.config.Cmd
	}
	line := slices.Concat([]string{"--mount", "sh", "-c", confined, "sh", s.root}, s.config.Entrypoint, args)
	c := exec.CommandContext(t.Context(), "unshare", line...)
	c.Env = slices.Concat([]string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, s.config.Env)
	return c
}

func (s *stage) run(t *testing.T, args ...string) string {
	t.Helper()
	text, err := s.command(t, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v\n%s", args, err, text)
	}
	return string(text)
}

// files: there is the program and where it writes to, nothing else.
func (s *stage) files(t *testing.T) {
	var got []string
	err := filepath.WalkDir(s.root, func(file string, _ fs.DirEntry, err error) error {
		if err != nil || file == s.root {
			return err
		}
		got = append(got, strings.TrimPrefix(file, s.root))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/quilt-auditor", "/var", "/var/lib", stateDir}, got); diff != "" {
		t.Errorf("files (-want +got)\n%s", diff)
	}
	info, err := os.Stat(s.root + stateDir)
	if err != nil {
		t.Fatal(err)
	}
	if owner := info.Sys().(*syscall.Stat_t); owner.Uid != nobody || owner.Gid != nobody {
		t.Errorf("a new volume at %s would belong to %d:%d", stateDir, owner.Uid, owner.Gid)
	}
	if info, err = os.Stat(s.root + "/quilt-auditor"); err != nil || info.Mode() != 0o755 || info.Sys().(*syscall.Stat_t).Uid != 0 {
		t.Errorf("the program could be changed: %v, %v", info.Mode(), err)
	}
	// What a runtime makes for the tmpfs of compose.yaml and the Helm chart.
	if err := os.Mkdir(s.root+"/tmp", 0o755); err != nil {
		t.Fatal(err)
	}
}

func (s *stage) version(t *testing.T) {
	if got := s.run(t, "version"); !strings.HasPrefix(got, "quilt-auditor "+imageVersion+" (go") {
		t.Errorf("version: %s", got)
	}
}

func (s *stage) demoOnce(t *testing.T) {
	if got := s.run(t, "demo", "--once", "--output", "json"); !strings.HasPrefix(got, `{"type":"header"`) || !strings.Contains(got, `"status":"fail"`) {
		t.Errorf("demo --once: %.200s", got)
	}
}

// unconfigured: what is said without arguments and configuration leads on.
func (s *stage) unconfigured(t *testing.T) {
	text, err := s.command(t).CombinedOutput()
	if err == nil || !strings.Contains(string(text), "/etc/quilt-auditor/quilt-auditor.yaml") {
		t.Errorf("%v: %s", err, text)
	}
}

// configured: time zones come with the program, there are none in the image.
func (s *stage) configured(t *testing.T) {
	write(t, s.root+"/etc/quilt-auditor/quilt-auditor.yaml", `
control: {account_id: "111122223333", regions: [us-east-1]}
accounts: [{id: "444455556666", discover: {}}]
schedule: "0 3 * * *"
timezone: Europe/Berlin
`)
	if got := s.run(t, "config", "check", s.config.Cmd[1]); !strings.Contains(got, "is valid") {
		t.Errorf("config check: %s", got)
	}
}

// service runs the demo until it is ready, by the health check that compose.yaml
// uses, and stops it by the signal of the image.
func (s *stage) service(t *testing.T) {
	c := s.command(t, "demo", "--web.listen-address=127.0.0.1:0")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	base, lines := "", bufio.NewScanner(out)
	shown, counted := regexp.MustCompile(`http://[0-9.:a-z]+/metrics`), regexp.MustCompile(`^run 0 .* fail`)
	for lines.Scan() && !counted.MatchString(lines.Text()) {
		if address := shown.FindString(lines.Text()); address != "" {
			base = strings.TrimSuffix(address, "/metrics")
		}
	}
	if got := s.run(t, "healthcheck", "--url="+base+"/-/ready"); got != "quilt-auditor is ready.\n" {
		t.Errorf("healthcheck: %s", got)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, out); err != nil {
		t.Error(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("stopping it: %v", err)
	}
}
