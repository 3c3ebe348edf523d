// Package deploy_test holds what is deployed against what is there: the
// program with its flags, its configuration and its permissions, and the
// schemas of the programs that take the files.
//
// Tests that need a program which is not Go are behind the tag deploy, take it
// from the PATH or from an environment variable, and fail without it.
package deploy_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"
)

// update rewrites what is generated: the copies in the Helm chart and the
// actions in the CloudFormation template.
var update = flag.Bool("update", false, "write the files that are generated from others")

// root is the repository's.
const root = ".."

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// decode reads YAML into a value that has every key of it.
func decode(t *testing.T, text string, into any) {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}

// tool is a command of another program; all that it says is the error if it
// fails.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	text, err := command(t, name, args...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// command runs another program and gives what it prints to stdout.
func command(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(t.Context(), name, args...)
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, stdout.String(), stderr.String())
	}
	return stdout.String(), nil
}

// wantTaken fails unless the program takes that command line.
func wantTaken(t *testing.T, program string, line []string) {
	t.Helper()
	// --help ends it after all flags were read, which is when it refuses one.
	if _, err := command(t, program, append(slices.Clone(line), "--help")...); err != nil {
		t.Error(err)
	}
}

// TestMain removes what compile made.
func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.Remove(compiled()) // it is there only if a test asked for it
	os.Exit(code)
}

func compiled() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("quilt-auditor-deploy-%d", os.Getpid()))
}

// compile compiles the program, once for all tests.
var compile = sync.OnceValue(func() error {
	text, err := exec.Command("go", "build", "-C", root, "-o", compiled(), "./cmd/quilt-auditor").CombinedOutput()
	if err != nil {
		return fmt.Errorf("compiling the program: %w\n%s", err, text)
	}
	return nil
})

// built is the path of the program as it is now.
func built(t *testing.T) string {
	t.Helper()
	if err := compile(); err != nil {
		t.Fatal(err)
	}
	return compiled()
}
