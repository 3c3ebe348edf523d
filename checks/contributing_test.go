package checks_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// step is a marked block of CONTRIBUTING.md: <!-- VERB: PATH --> and the
// fenced text below it.
var step = regexp.MustCompile("(?s)<!-- (file|append|run|after (\"(?:[^\"\\\\]|\\\\.)*\"))(?:: (\\S+))? -->\n```[a-z]*\n(.*?)```\n")

// TestContributingCanBeFollowed does what "How to add a check" says, on a
// copy of the repository.
func TestContributingCanBeFollowed(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join("..", "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	for _, part := range []string{"audit", "checks", "exporters", "testdata", "docs", "go.mod", "go.sum"} {
		copyTree(t, filepath.Join("..", part), filepath.Join(root, part))
	}
	steps := step.FindAllStringSubmatch(string(guide), -1)
	if len(steps) != 9 {
		t.Fatalf("found %d marked steps in CONTRIBUTING.md, want 9", len(steps))
	}
	for _, s := range steps {
		if err := follow(root, s[1], s[2], s[3], s[4]); err != nil {
			t.Fatalf("%s %s: %v", s[1], s[3], err)
		}
	}
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	if info.IsDir() {
		err = os.CopyFS(to, os.DirFS(from))
	} else {
		var text []byte
		if text, err = os.ReadFile(from); err == nil {
			err = os.WriteFile(to, text, 0o644)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// follow does one step in the copy.
func follow(root, verb, anchor, path, text string) error {
	path = filepath.Join(root, path)
	switch verb {
	case "run":
		cmd := exec.Command("sh", "-ec", text)
		cmd.Dir = root
		if output, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w\n%s", err, output)
		}
		return nil
	case "file":
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, []byte(text), 0o644)
	}
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	changed := string(old) + text
	if verb != "append" {
		after, err := strconv.Unquote(anchor)
		if err != nil {
			return err
		}
		head, tail, found := strings.Cut(string(old), after+"\n")
		if !found {
			return fmt.Errorf("%s does not hold %s", path, anchor)
		}
		changed = head + after + "\n" + text + tail
	}
	return os.WriteFile(path, []byte(changed), 0o644)
}
