package file_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/file"
)

// crashIn is set for the process that TestPublishKilled kills.
const crashIn = "QUILT_AUDITOR_TEST_CRASH_IN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashIn); dir != "" {
		publishForEver(dir)
	}
	os.Exit(m.Run())
}

// publishForEver writes half a run, says so and waits to be killed.
func publishForEver(dir string) {
	kind, dir, _ := strings.Cut(dir, ":")
	_, _ = killable()[kind](context.Background(), dir, runAt(noon, "run"), func(w io.Writer, _ *audit.Run) error {
		_, _ = io.WriteString(w, strings.Repeat("half ", 1<<16))
		fmt.Println("written")
		_, _ = io.Copy(io.Discard, os.Stdin)
		return nil
	})
}

// killable are the publishers, and documents.
func killable() map[string]publisher {
	all := publishers()
	all["documents"] = func(ctx context.Context, dir string, run *audit.Run, write file.WriteFunc) (string, error) {
		name := file.DocumentName("report", run.Header.TakenAt, "html")
		_, err := file.NewDocuments(dir, "report", 0).Put(ctx, name, func(w io.Writer) error { return write(w, run) })
		return name, err
	}
	return all
}

// A process that is killed in mid-write leaves no half file under the real
// name, and what it leaves aside goes a day later.
func TestPublishKilled(t *testing.T) {
	t.Parallel()
	for kind, publish := range killable() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			killInMidWrite(t, kind+":"+dir)
			left, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			if len(left) != 1 || !strings.HasSuffix(left[0].Name(), ".tmp") {
				t.Fatalf("left behind: %v", left)
			}
			name, err := publish(t.Context(), dir, runAt(noon, "run"), writeID)
			if err != nil {
				t.Fatal(err)
			}
			sameNames(t, dir, name, left[0].Name())
			then := time.Now().Add(-25 * time.Hour)
			if err := os.Chtimes(filepath.Join(dir, left[0].Name()), then, then); err != nil {
				t.Fatal(err)
			}
			if _, err := publish(t.Context(), dir, runAt(noon, "run"), writeID); err != nil {
				t.Fatal(err)
			}
			holds(t, filepath.Join(dir, name), "run\n")
		})
	}
}

func killInMidWrite(t *testing.T, where string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self)
	c.Env = append(os.Environ(), crashIn+"="+where)
	if _, err := c.StdinPipe(); err != nil { // stays open, so that it waits
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "written\n" {
		t.Errorf("it says %q (%v)", line, err)
	}
	if err := c.Process.Kill(); err != nil {
		t.Error(err)
	}
	if err := c.Wait(); err == nil {
		t.Error("it ended by itself")
	}
}
