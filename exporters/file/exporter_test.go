package file_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/file"
)

// noon is when the runs of the tests were taken, if nothing else is said.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func runAt(at time.Time, id string) *audit.Run {
	return &audit.Run{Header: audit.Header{RunID: id, TakenAt: at}}
}

// writeID writes the run's ID.
func writeID(w io.Writer, run *audit.Run) error {
	_, err := io.WriteString(w, run.Header.RunID+"\n")
	return err
}

func TestExporter(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "deep", "findings.ndjson")
	e := file.NewExporter("json", path, writeID)
	if e.Format() != "json" {
		t.Errorf("format %q", e.Format())
	}
	for _, id := range []string{"first-and-longer", "second", "second"} {
		if err := e.Publish(t.Context(), runAt(noon, id)); err != nil {
			t.Fatal(err)
		}
		holds(t, path, id+"\n")
	}
	info, err := os.Stat(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode&^0o750 != 0 {
		t.Errorf("mode of a new directory is %v", mode)
	}
}

func TestExporterFollowsSymbolicLinks(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "target")
	if err := os.WriteFile(target, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	leftAside(t, filepath.Dir(target), 25*time.Hour)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := file.NewExporter("json", link, writeID).Publish(t.Context(), runAt(noon, "run")); err != nil {
		t.Fatal(err)
	}
	holds(t, target, "run\n")
	if to, err := os.Readlink(link); err != nil || to != target {
		t.Errorf("the link became %q, %v", to, err)
	}
}

// leftAside makes what a writer that was killed so long ago left.
func leftAside(t *testing.T, dir string, age time.Duration) string {
	t.Helper()
	name := ".quilt-auditor-" + rand.Text() + ".tmp"
	oldFile(t, filepath.Join(dir, name), age)
	return name
}

func oldFile(t *testing.T, path string, age time.Duration) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-age)
	if err := os.Chtimes(path, then, then); err != nil {
		t.Fatal(err)
	}
}

// Old files aside go, those of writers that may still write stay, and so does
// everything that only looks alike.
func TestLeftoversAreRemoved(t *testing.T) {
	t.Parallel()
	for name, publish := range publishers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			leftAside(t, dir, 25*time.Hour)
			leftAside(t, dir, 9000*time.Hour)
			kept := []string{leftAside(t, dir, 23*time.Hour), leftAside(t, dir, time.Minute)}
			for _, alike := range []string{".quilt-auditor-.tmp", ".quilt-auditor-" + strings.Repeat("a", 26) + ".tmp", "findings.ndjson.tmp"} {
				oldFile(t, filepath.Join(dir, alike), 9000*time.Hour)
				kept = append(kept, alike)
			}
			written, err := publish(t.Context(), dir, runAt(noon, "run"), writeID)
			if err != nil {
				t.Fatal(err)
			}
			sameNames(t, dir, append(kept, written)...)
		})
	}
}

// publisher publishes a run below a directory and says under which name.
type publisher func(ctx context.Context, dir string, run *audit.Run, write file.WriteFunc) (string, error)

func publishers() map[string]publisher {
	return map[string]publisher{
		"file": func(ctx context.Context, dir string, run *audit.Run, write file.WriteFunc) (string, error) {
			return "findings.ndjson", file.NewExporter("json", filepath.Join(dir, "findings.ndjson"), write).Publish(ctx, run)
		},
		"directory": func(ctx context.Context, dir string, run *audit.Run, write file.WriteFunc) (string, error) {
			name := run.Header.TakenAt.UTC().Format("20060102T150405Z-") + run.Header.RunID + ".ndjson"
			return name, file.NewDirectory("json", dir, "ndjson", time.Hour, write).Publish(ctx, run)
		},
	}
}

func sameNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	sorted := make(map[string]bool)
	for _, name := range want {
		sorted[name] = true
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !sorted[e.Name()] {
			t.Errorf("%s is there", e.Name())
		}
		delete(sorted, e.Name())
	}
	for name := range sorted {
		t.Errorf("%s is gone", name)
	}
}

// When a run is not written, for whatever reason, the old content stays whole
// and nothing is beside it.
func TestPublishFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken evidence")
	cancelled, cancel := context.WithCancelCause(t.Context())
	cancel(context.Canceled)
	for name, publish := range publishers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			written, err := publish(t.Context(), dir, runAt(noon, "run"), writeID)
			if err != nil {
				t.Fatal(err)
			}
			half := func(w io.Writer, _ *audit.Run) error {
				_, _ = io.WriteString(w, "half of the n")
				return broken
			}
			if _, err := publish(t.Context(), dir, runAt(noon, "run"), half); !errors.Is(err, broken) || !strings.Contains(err.Error(), written) {
				t.Errorf("a formatter that fails: %v", err)
			}
			untouched := func(io.Writer, *audit.Run) error {
				t.Error("wrote")
				return nil
			}
			if _, err := publish(cancelled, dir, runAt(noon, "run"), untouched); !errors.Is(err, context.Canceled) {
				t.Errorf("ctx is done before: %v", err)
			}
			holds(t, filepath.Join(dir, written), "run\n")

			// ctx ends in mid-write, and the formatter does not care.
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			careless := func(w io.Writer, _ *audit.Run) error {
				_, _ = io.WriteString(w, "half of the n")
				stop()
				if n, err := io.WriteString(w, "ew"); n != 0 || !errors.Is(err, context.Canceled) {
					t.Errorf("wrote %d bytes more, error %v", n, err)
				}
				return nil
			}
			if _, err := publish(ctx, dir, runAt(noon, "run"), careless); !errors.Is(err, context.Canceled) {
				t.Errorf("ctx is done meanwhile: %v", err)
			}
			holds(t, filepath.Join(dir, written), "run\n")
		})
	}
}

func TestPublishWhereNoDirectoryCanBe(t *testing.T) {
	t.Parallel()
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, []byte("kept"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, publish := range publishers() {
		for _, dir := range []string{plain, filepath.Join(plain, "below")} {
			_, err := publish(t.Context(), dir, runAt(noon, "run"), writeID)
			var path *fs.PathError
			if !errors.As(err, &path) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "make it yourself") {
				t.Errorf("%s: error is %v, want one that says what to do", name, err)
			}
		}
	}
	holds(t, plain, "kept")
}
