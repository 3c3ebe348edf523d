package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readmeExample is a command of policy allows and what it prints.
var readmeExample = regexp.MustCompile("(?s)```sh\n\\./quilt-auditor (policy allows [^`]*)```\n\n```\n([^`]*)```")

// TestReadmePolicy runs the example of the README in the repository, as a
// reader would.
func TestReadmePolicy(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := readmeExample.FindSubmatch(text)
	if found == nil {
		t.Fatal("the README has no example of policy allows with its output")
	}
	c := ready(t, strings.Fields(strings.ReplaceAll(string(found[1]), "\\\n", " "))...)
	c.Dir = root
	out, err := c.Output()
	if got := exitCode(err); got != "3" {
		t.Errorf("exit code %s, want 3", got)
	}
	if diff := cmp.Diff(string(found[2]), string(out)); diff != "" {
		t.Errorf("the README shows something else (-README +program)\n%s", diff)
	}
}

// TestBatchInterrupted: a batch that waits for questions ends at once when it is
// interrupted, with every answer written.
func TestBatchInterrupted(t *testing.T) {
	t.Parallel()
	c := ready(t, "policy", "batch")
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(in, `{"id":7}`)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != `{"id":7,"error":"principal: missing"}`+"\n" {
		t.Errorf("%q, %v", line, err)
	}
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, out)
	if got := exitCode(c.Wait()); got != "1" || stderr.String() != "quilt-auditor: interrupted after 1 answers\n" {
		t.Errorf("exit code %s, %q", got, stderr.String())
	}
}

// ready is the program with arguments; see TestMain.
func ready(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("quilt-auditor")
	if err != nil {
		t.Fatal(err)
	}
	return exec.CommandContext(t.Context(), path, args...)
}

func TestShown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": `""`, "plain/é漢": "plain/é漢", "a b": `"a b"`, "\x1b[2J": `"\x1b[2J"`, "a\u202eb": `"a\u202eb"`, `say "hi"`: `"say \"hi\""`, "\u009b": `"\u009b"`,
	} {
		if got := shown(text); got != want {
			t.Errorf("%q is shown as %s, want %s", text, got, want)
		}
	}
	if got, want := escapedJSON("é \u202e\u009b\x7f\U000e0041"), `é \u202e\u009b\u007f\udb40\udc41`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestStatementText(t *testing.T) {
	t.Parallel()
	const one = `{"Sid" : "a, b:\"}" ,"Action":[ "x" , "y"]}`
	for text, want := range map[string]string{
		`{"Version":"2012-10-17","Statement":` + one + `}`:         one,
		`{"Statement":[{"Sid":"no"},` + one + `,{}],"Id":"after"}`: one,
	} {
		place := strings.Count(text, `"no"`)
		if got := statementText(text, place); got != want {
			t.Errorf("%s: statement %d is %q", text, place, got)
		}
	}
	if diff := cmp.Diff([]string{`{"Sid": "a, b:\"}",`, `"Action": ["x",`, `"y"]}`}, layOut(one)); diff != "" {
		t.Error(diff)
	}
}

// TestAllowsFollowsPrincipal: what every signed request carries of its principal
// need not be told, and can be.
func TestAllowsFollowsPrincipal(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::111122223333:role/Indexer"
	file := filepath.Join(t.TempDir(), "bucket.json")
	text := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*",` +
		`"Condition":{"ArnEquals":{"aws:PrincipalArn":"` + role + `"},"StringEquals":{"aws:PrincipalAccount":"111122223333"}}}}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		principal, key, value string
		refused               bool
	}{
		{principal: role},
		{principal: role + "2", refused: true},
		{principal: "*", refused: true},
		{principal: role, key: "--context", value: "aws:principalarn=" + role + "2", refused: true},
	} {
		args := []string{"policy", "allows", "--principal", c.principal, "--action", "s3:GetObject", "--bucket", "b", "--bucket-account", "444455556666", "--bucket-policy", file}
		if c.key != "" {
			args = append(args, c.key, c.value)
		}
		out, err := ready(t, args...).Output()
		if refused := err != nil && exitCode(err) == "3"; refused != c.refused || err != nil && !refused {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}
