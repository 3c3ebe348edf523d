//go:build prometheus || deploy

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"
)

// patience is how long anything is waited for: only as long where the program
// is wrong, or the machine very slow.
const patience = 4 * time.Minute

// binaries is where the program is built.
var binaries = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "quilt-auditor-e2e-") })

// auditor builds the program, once.
var auditor = sync.OnceValues(func() (string, error) {
	dir, err := binaries()
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "quilt-auditor")
	output, err := exec.Command("go", "build", "-o", program, "../../cmd/quilt-auditor").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the auditor: %w\n%s", err, output)
	}
	return program, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := binaries(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

func program(t *testing.T) string {
	t.Helper()
	path, err := auditor()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// process is a program that runs until the end of the test.
type process struct {
	address string // of its HTTP server
	stop    func() // ends it now
}

// base is what the URLs of the process begin with.
func (p *process) base() string { return "http://" + p.address }

// start runs a program until it says, by the first group of the expression, at
// which address it listens. What it said is shown if the test fails.
func start(t *testing.T, listens *regexp.Regexp, env []string, name string, args ...string) *process {
	t.Helper()
	said := filepath.Join(t.TempDir(), "said")
	output, err := os.Create(said)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr, cmd.Dir = append(os.Environ(), env...), output, output, t.TempDir()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{stop: sync.OnceFunc(func() {
		cancel()
		_ = cmd.Wait() // it was killed
		_ = output.Close()
	})}
	t.Cleanup(func() {
		p.stop()
		if text, err := os.ReadFile(said); err == nil && t.Failed() {
			t.Logf("%s said, at its end:\n%s", name, text[max(0, len(text)-4000):])
		}
	})
	until(t, filepath.Base(name)+" listens", func() error {
		text, err := os.ReadFile(said)
		found := listens.FindSubmatch(text)
		if err != nil || found == nil {
			return fmt.Errorf("it says %.200s: %w", text, err)
		}
		p.address = string(found[1])
		return nil
	})
	return p
}

// until waits until there is no error any more.
func until(t *testing.T, what string, try func() error) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("it is not so that %s: %v", what, err)
		}
	}
}

var (
	auditorListens    = regexp.MustCompile(`msg=started addresses="?\[([^\] ]+)`)
	prometheusListens = regexp.MustCompile(`msg="Listening on" address=(\S+)`)
)

// startDemo runs the auditor over its sample estate, which drifts.
func startDemo(t *testing.T) *process {
	t.Helper()
	return start(t, auditorListens, nil, program(t), "demo", "--web.listen-address", "127.0.0.1:0", "--log.level", "info")
}
