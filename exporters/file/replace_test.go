package file_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/exporters/file"
)

func writes(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// holds fails the test unless the directory holds exactly one file, with this
// text.
func holds(t *testing.T, path, text string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != text {
		t.Errorf("%s holds %q, want %q", path, got, text)
	}
	alone(t, filepath.Dir(path), filepath.Base(path))
}

func alone(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if strings.Join(names, " ") != strings.Join(want, " ") {
		t.Errorf("the directory holds %q, want %q", names, want)
	}
}

func TestReplaceCreatesAndReplaces(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "findings.ndjson")
	for _, text := range []string{"first, the longer one", "second", ""} {
		if err := file.Replace(path, writes(text)); err != nil {
			t.Fatal(err)
		}
		holds(t, path, text)
	}
}

func TestReplaceTakesTheLongestName(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), strings.Repeat("n", 255))
	if err := file.Replace(path, writes("x")); err != nil {
		t.Fatal(err)
	}
	holds(t, path, "x")
}

func TestReplaceKeepsThePermissions(t *testing.T) {
	t.Parallel()
	// 0o666 is more than the usual umask leaves.
	for _, mode := range []fs.FileMode{0o600, 0o644, 0o666} {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if err := file.Replace(path, writes("x")); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != mode {
			t.Errorf("mode is %v, was %v", info.Mode().Perm(), mode)
		}
	}
}

func TestReplaceNewFileIsNoWiderThan0644(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f")
	if err := file.Replace(path, writes("x")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode&^0o644 != 0 || mode&0o600 != 0o600 {
		t.Errorf("mode of a new file is %v", mode)
	}
}

func TestReplaceFollowsSymbolicLinks(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "target")
	if err := os.WriteFile(target, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := file.Replace(link, writes("new")); err != nil {
		t.Fatal(err)
	}
	holds(t, target, "new")
	if to, err := os.Readlink(link); err != nil || to != target {
		t.Errorf("the link became %q, %v", to, err)
	}
}

func TestReplaceLeavesTheOldFileWhenWritingFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken evidence")
	path := filepath.Join(t.TempDir(), "f")
	if err := file.Replace(path, writes("old")); err != nil {
		t.Fatal(err)
	}
	err := file.Replace(path, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half of the n")
		return broken
	})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), path) {
		t.Errorf("error is %v", err)
	}
	holds(t, path, "old")
}

func TestReplaceLeavesNothingWhenWritingPanics(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = file.Replace(filepath.Join(dir, "f"), func(io.Writer) error { panic("defect") })
	}()
	alone(t, dir)
}

func TestReplaceRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, []byte("kept"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, path, says string }{
		{"a missing directory", filepath.Join(dir, "missing", "f"), "directory must exist and be writable"},
		{"a file as directory", filepath.Join(plain, "f"), "not a directory"},
		{"a directory", dir, "not a regular file"},
		{"a device", os.DevNull, "not a regular file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := file.Replace(tt.path, func(io.Writer) error {
				t.Error("wrote")
				return nil
			})
			if err == nil || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), tt.path) {
				t.Errorf("error is %v, want one that names the path and says %q", err, tt.says)
			}
		})
	}
	holds(t, plain, "kept")
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Fatalf("the null device is gone: %v", err)
	}
}

// TestReplaceConcurrently has many writers and a reader: every content that is
// seen is one writer's, whole.
func TestReplaceConcurrently(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f")
	content := func(i int) string { return strings.Repeat(fmt.Sprintf("%d\n", i), 5000) }
	if err := file.Replace(path, writes(content(0))); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if err := file.Replace(path, writes(content(i))); err != nil {
				t.Error(err)
			}
			got, err := os.ReadFile(path)
			if err != nil || len(got) == 0 || string(got) != content(int(got[0]-'0')) {
				t.Errorf("saw %d bytes that no writer wrote (%v)", len(got), err)
			}
		})
	}
	group.Wait()
	alone(t, filepath.Dir(path), "f")
}
