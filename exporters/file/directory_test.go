package file_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/file"
)

const day = 24 * time.Hour

func publishAll(t *testing.T, d *file.Directory, runs ...*audit.Run) {
	t.Helper()
	for _, run := range runs {
		if err := d.Publish(t.Context(), run); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "runs")
	d := file.NewDirectory("json", dir, "ndjson", 90*day, writeID)
	if d.Format() != "json" {
		t.Errorf("format %q", d.Format())
	}
	east := time.FixedZone("east", 5*3600)
	first, second := runAt(noon.In(east).Add(999*time.Millisecond), "019ab000-0000-7000-8000-000000000001"), runAt(noon, "019ab000-0000-7000-8000-000000000002")
	publishAll(t, d, second, runAt(noon.Add(time.Hour), "later"), first, first)
	alone(t, dir, "20261122T120000Z-019ab000-0000-7000-8000-000000000001.ndjson", "20261122T120000Z-019ab000-0000-7000-8000-000000000002.ndjson", "20261122T130000Z-later.ndjson")
	text, err := os.ReadFile(filepath.Join(dir, "20261122T120000Z-019ab000-0000-7000-8000-000000000001.ndjson"))
	if err != nil || string(text) != first.Header.RunID+"\n" {
		t.Errorf("it holds %q, %v", text, err)
	}
}

// A file stays for exactly as long as it is to be kept.
func TestDirectoryRetention(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := file.NewDirectory("json", dir, "ndjson", 90*day, writeID)
	publishAll(t, d, runAt(noon, "a"), runAt(noon.Add(time.Second), "b"), runAt(noon.Add(90*day), "c"))
	alone(t, dir, "20261122T120000Z-a.ndjson", "20261122T120001Z-b.ndjson", "20270220T120000Z-c.ndjson")
	publishAll(t, d, runAt(noon.Add(90*day+900*time.Millisecond), "d"))
	alone(t, dir, "20261122T120000Z-a.ndjson", "20261122T120001Z-b.ndjson", "20270220T120000Z-c.ndjson", "20270220T120000Z-d.ndjson")
	publishAll(t, d, runAt(noon.Add(90*day+time.Second), "e"))
	alone(t, dir, "20261122T120001Z-b.ndjson", "20270220T120000Z-c.ndjson", "20270220T120000Z-d.ndjson", "20270220T120001Z-e.ndjson")
}

// Whatever a clock does, the file of the run just published stays, and so does
// the latest.
func TestDirectoryWhenClocksJump(t *testing.T) {
	t.Parallel()
	for _, keep := range []time.Duration{0, day} {
		dir := t.TempDir()
		d := file.NewDirectory("json", dir, "ndjson", keep, writeID)
		publishAll(t, d, runAt(noon.AddDate(-1, 0, 0), "before"), runAt(noon.AddDate(73, 0, 0), "ahead"))
		alone(t, dir, "20991122T120000Z-ahead.ndjson")
		publishAll(t, d, runAt(noon.Add(-2*day), "back"))
		alone(t, dir, "20261120T120000Z-back.ndjson", "20991122T120000Z-ahead.ndjson")
		publishAll(t, d, runAt(noon, "now"))
		alone(t, dir, "20261122T120000Z-now.ndjson", "20991122T120000Z-ahead.ndjson")
		publishAll(t, d, runAt(noon.Add(-day), "again-back"))
		alone(t, dir, "20261121T120000Z-again-back.ndjson", "20261122T120000Z-now.ndjson", "20991122T120000Z-ahead.ndjson")
	}
}

// Only files that it named itself are ever removed.
func TestDirectoryLeavesForeignFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	foreign := []string{
		"20200101T000000Z-a.json", "20200101T000000Z-a.ndjson.gz", "20200101T000000Z.ndjson", "20200101T000000-a.ndjson", "20200101T000000Z-.ndjson",
		"20201301T000000Z-no-month.ndjson", "a20200101T000000Z-a.ndjson", "20200101T000000Z-a b.ndjson", "20200101T000000Z-" + strings.Repeat("a", 65) + ".ndjson",
		"notes.ndjson", "20200101T000000Zxa.ndjson", "20200101T000000Z-axndjson",
	}
	for _, name := range foreign {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Of its own form, but no file.
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.WriteFile(elsewhere, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, filepath.Join(dir, "20200101T000000Z-link.ndjson")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "20200101T000000Z-directory.ndjson"), 0o700); err != nil {
		t.Fatal(err)
	}
	d := file.NewDirectory("json", dir, "ndjson", day, writeID)
	publishAll(t, d, runAt(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), "own"), runAt(noon, "run"))
	sameNames(t, dir, append(foreign, "20200101T000000Z-link.ndjson", "20200101T000000Z-directory.ndjson", "20261122T120000Z-run.ndjson")...)
	holds(t, elsewhere, "kept")
}

// What cannot stand in a name must not find its way out of the directory.
func TestDirectoryRefusesNames(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "runs")
	d := file.NewDirectory("json", dir, "ndjson", day, writeID)
	for _, id := range []string{"", "../x", "a/b", "a.b", "a\x00", "a\nb", strings.Repeat("a", 65), "ü"} {
		if err := d.Publish(t.Context(), runAt(noon, id)); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("run ID %q: error %v", id, err)
		}
	}
	if err := d.Publish(t.Context(), runAt(time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC), "run")); err == nil {
		t.Error("a year of five digits is taken")
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("something was made: %v", err)
	}
}

// TestDirectoryOverYears publishes on a schedule: the directory holds what is
// to be kept and does not grow.
func TestDirectoryOverYears(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := file.NewDirectory("json", dir, "ndjson", 7*day, writeID)
	for n := range 400 {
		publishAll(t, d, runAt(noon.Add(time.Duration(n)*12*time.Hour), fmt.Sprint("run-", n)))
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		if want := min(n+1, 15); len(entries) != want {
			t.Fatalf("%d files after %d runs, want %d", len(entries), n+1, want)
		}
	}
}
