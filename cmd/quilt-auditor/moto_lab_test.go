//go:build moto

package main_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
)

// lab is what the contract tests work with: the binary, the emulator, and the
// gate between the two.
type lab struct {
	binary, home, empty string
	moto                *cloud
	gate                *gate
}

func newLab(t *testing.T) *lab {
	t.Helper()
	url := startMoto(t)
	return &lab{binary: build(t), home: t.TempDir(), empty: writeFile(t, "empty", ""), moto: newCloud(t, url), gate: newGate(t, url)}
}

// build builds the program as the tests are built, race detector included, so
// that both share the build cache.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "quilt-auditor")
	if out, err := exec.Command("go", "build", "-race", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	return path
}

// reset empties the emulator and forgets what the gate saw.
func (l *lab) reset(t *testing.T) {
	t.Helper()
	answer, err := http.Post(l.moto.url+"/moto-api/reset", "", nil)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("resetting moto: %v", err)
	}
	_ = answer.Body.Close()
	l.moto.forget()
	l.gate.forget()
}

// admit makes the auditor's role in the accounts.
func (l *lab) admit(t *testing.T, accounts ...string) {
	t.Helper()
	for _, account := range accounts {
		l.moto.role(t, account, roleSpec{name: "QuiltAuditor"})
		l.gate.trust("arn:aws:iam::"+account+":role/QuiltAuditor", externalID)
	}
}

// outcome is what a run of the program left behind.
type outcome struct {
	code           int
	stdout, stderr string
}

// command is a run of the program with nothing in its environment but what
// points it to the gate. It is killed if it goes on for minutes.
func (l *lab) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, l.binary, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = []string{
		"HOME=" + l.home, "AWS_CONFIG_FILE=" + l.empty, "AWS_SHARED_CREDENTIALS_FILE=" + l.empty, "AWS_EC2_METADATA_DISABLED=true",
		"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=" + baseKey, "AWS_SECRET_ACCESS_KEY=" + baseSecret,
		"AWS_ENDPOINT_URL=" + l.gate.url,
	}
	return cmd
}

// run runs the program to its end.
func (l *lab) run(t *testing.T, args ...string) outcome {
	t.Helper()
	return l.runCommand(t, l.command(t, args...))
}

func (l *lab) runCommand(t *testing.T, cmd *exec.Cmd) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("running %q: %v", cmd.Args, err)
	}
	got := outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	for _, secret := range l.gate.secrets() {
		if strings.Contains(got.stdout+got.stderr, secret) {
			t.Errorf("%q shows the secret %q", cmd.Args, secret)
		}
	}
	if strings.Contains(got.stderr, "DATA RACE") {
		t.Errorf("%q has a race:\n%s", cmd.Args, got.stderr)
	}
	return got
}

// want fails the test if the program did not exit with the code.
func (o outcome) want(t *testing.T, code int) outcome {
	t.Helper()
	if o.code != code {
		t.Fatalf("exit code %d, want %d\nstdout:\n%s\nstderr:\n%s", o.code, code, o.stdout, o.stderr)
	}
	return o
}

// findings reads the findings stream on stdout.
func (o outcome) findings(t *testing.T) *audit.Run {
	t.Helper()
	run, err := json.Read(strings.NewReader(o.stdout))
	if err != nil {
		t.Fatalf("%v\nstdout:\n%s\nstderr:\n%s", err, o.stdout, o.stderr)
	}
	return run
}

// audit runs the whole audit of the configuration and reads its findings; the
// exit code must be 3 exactly if one of them needs attention.
func (l *lab) audit(t *testing.T, config string) *audit.Run {
	t.Helper()
	got := l.run(t, "audit", "--config.file", config, "--output", "json")
	run := got.findings(t)
	code := 0
	if run.Header.Counts.Fail+run.Header.Counts.Unknown > 0 {
		code = 3
	}
	got.want(t, code)
	return run
}

// one returns the only finding of the check about the resource, whose last
// part is the name.
func one(t *testing.T, run *audit.Run, check, name, subject string) audit.Finding {
	t.Helper()
	at := slices.IndexFunc(run.Findings, func(f audit.Finding) bool {
		return f.Check == check && shortName(f.Resource) == name && f.Subject == subject
	})
	if at < 0 {
		t.Fatalf("no finding of %s about %s %s", check, name, subject)
	}
	return run.Findings[at]
}

// shortName is the last part of an ARN: a bucket's or role's name; of an
// account its id.
func shortName(arn string) string {
	if id, ok := strings.CutSuffix(arn, ":root"); ok {
		return id[strings.LastIndex(id, ":")+1:]
	}
	return arn[strings.LastIndexAny(arn, ":/")+1:]
}

func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
