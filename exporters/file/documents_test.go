package file_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/exporters/file"
)

// put puts a document of that instant.
func put(t *testing.T, d *file.Documents, at time.Time, text string) {
	t.Helper()
	name := file.DocumentName("report-monthly", at, "html")
	there, err := d.Has(name)
	if added, putErr := d.Put(t.Context(), name, writes(text)); added == there || err != nil || putErr != nil {
		t.Errorf("there: %t, added: %t, %v, %v", there, added, err, putErr)
	}
}

// A document that is there stays as it is.
func TestDocuments(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made", "for", "it")
	d := file.NewDocuments(dir, "report-monthly", 0)
	const name = "report-monthly-2026-11-22T120000Z.html"
	if there, err := d.Has(name); there || err != nil {
		t.Errorf("there before: %t, %v", there, err)
	}
	east := time.FixedZone("east", 3*3600)
	put(t, d, noon.In(east), "as it was")
	put(t, d, noon, "as it is")
	alone(t, dir, name)
	holds(t, filepath.Join(dir, name), "as it was")
	if there, err := d.Has(name); !there || err != nil {
		t.Errorf("there after: %t, %v", there, err)
	}
}

// Documents stay for exactly as long as they are to be kept, whatever their
// extension; those of other stems, and all that is no document, stay.
func TestDocumentsArePruned(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	foreign := []string{
		"report-monthly-eu-2020-01-01T000000Z.html", "report-2020-01-01T000000Z.html", "report-monthly-2020-13-01T000000Z.html",
		"report-monthly-2020-01-01T000000Z", "report-monthly-2020-01-01T000000Z.html.gz", "a-report-monthly-2020-01-01T000000Z.html", "notes.html",
	}
	for _, name := range foreign {
		oldFile(t, filepath.Join(dir, name), time.Hour)
	}
	if err := os.Mkdir(filepath.Join(dir, "report-monthly-2020-01-01T000000Z.d"), 0o700); err != nil {
		t.Fatal(err)
	}
	foreign = append(foreign, "report-monthly-2020-01-01T000000Z.d")
	for _, name := range []string{"report-monthly-2026-11-22T120000Z.html", "report-monthly-2026-11-22T120001Z.csv", "report-monthly-2020-01-01T000000Z.md"} {
		oldFile(t, filepath.Join(dir, name), time.Hour)
	}
	for _, step := range []struct {
		keep time.Duration
		at   time.Time
		left []string
	}{
		{0, noon.Add(10_000 * day), []string{"report-monthly-2020-01-01T000000Z.md", "report-monthly-2026-11-22T120000Z.html", "report-monthly-2026-11-22T120001Z.csv"}},
		{90 * day, noon.Add(90 * day), []string{"report-monthly-2026-11-22T120000Z.html", "report-monthly-2026-11-22T120001Z.csv"}},
		{90 * day, noon.Add(90*day + time.Second), []string{"report-monthly-2026-11-22T120001Z.csv"}},
	} {
		if err := file.NewDocuments(dir, "report-monthly", step.keep).Prune(step.at); err != nil {
			t.Error(err)
		}
		sameNames(t, dir, append(step.left, foreign...)...)
	}
}

// A document that is not written whole is not there.
func TestDocumentsFail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := file.NewDocuments(dir, "report", 0)
	broken := errors.New("broken report")
	half := func(w io.Writer) error {
		_, _ = io.WriteString(w, "half of")
		return broken
	}
	if _, err := d.Put(t.Context(), "r.html", half); !errors.Is(err, broken) || !strings.Contains(err.Error(), "r.html") {
		t.Errorf("a formatter that fails: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	careless := func(w io.Writer) error {
		stop()
		_, _ = io.WriteString(w, "half of")
		return nil
	}
	if _, err := d.Put(ctx, "r.html", careless); !errors.Is(err, context.Canceled) {
		t.Errorf("ctx is done meanwhile: %v", err)
	}
	alone(t, dir)
	plain := filepath.Join(dir, "plain")
	oldFile(t, plain, time.Hour)
	var path *fs.PathError
	if _, err := file.NewDocuments(plain, "report", 0).Put(t.Context(), "r.html", writes("")); !errors.As(err, &path) || !strings.Contains(err.Error(), "make it yourself") {
		t.Errorf("where no directory can be: %v", err)
	}
	if err := file.NewDocuments(filepath.Join(dir, "none"), "report", day).Prune(noon); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("pruning where nothing was put: %v", err)
	}
}
