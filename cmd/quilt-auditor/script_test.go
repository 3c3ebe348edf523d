package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"quilt-auditor": main, "large-service": largeService, "measured": measured})
}

// run is the program in this process.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return (&program{"quilt-auditor", environ, stdin, stdout, stderr}).run(ctx, args)
}

// TestScripts runs the program as its users do: each script is a session with
// its output, its files and its exit codes.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "script"),
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "1")
			return writeSample(filepath.Join(env.WorkDir, "sample.json"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// writeSample writes the sample estate as a recorded snapshot.
func writeSample(path string) error {
	s, err := testdata.Sample(time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), checkIDs(checks.All()))
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := snapshot.Encode(f, s); err != nil {
		return err
	}
	return f.Close()
}

// exits runs the program and wants an exit code: exits CODE ARG...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARG...")
	}
	got := "0"
	if err := ts.Exec("quilt-auditor", args[1:]...); err != nil {
		got = exitCode(err)
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

func exitCode(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return strconv.Itoa(exit.ExitCode())
	}
	return err.Error()
}
