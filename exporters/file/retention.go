package file

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// removeBefore removes the Directory's own files of runs taken before that
// time, and gives the first error: a thousand files that cannot be removed have
// the same cause.
func (d *Directory) removeBefore(oldest time.Time) error {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return fmt.Errorf("look for files in %s that are no longer kept: %w", d.path, err)
	}
	var failed error
	for _, e := range entries {
		if at, ok := d.takenAt(e.Name()); ok && at.Before(oldest) && e.Type().IsRegular() {
			failed = cmp.Or(failed, remove(filepath.Join(d.path, e.Name())))
		}
	}
	return failed
}

// leftoverAge is how old a file aside must be for its writer to be gone:
// nobody writes a run for a day.
const leftoverAge = 24 * time.Hour

// leftover is the name of a file that Replace writes aside.
var leftover = regexp.MustCompile(`^` + regexp.QuoteMeta(asidePrefix) + `[A-Z2-7]{26}` + regexp.QuoteMeta(asideSuffix) + `$`)

// removeLeftovers removes what writers that were killed left beside the file,
// which has just been written: its own time is the file system's idea of now.
func removeLeftovers(written string) error {
	dir := filepath.Dir(written)
	info, err := os.Stat(written)
	if err != nil {
		return fmt.Errorf("look after %s: %w", written, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look for leftovers in %s: %w", dir, err)
	}
	var failed error
	for _, e := range entries {
		if !leftover.MatchString(e.Name()) || !e.Type().IsRegular() {
			continue
		}
		if aside, err := e.Info(); err == nil && info.ModTime().Sub(aside.ModTime()) > leftoverAge {
			failed = cmp.Or(failed, remove(filepath.Join(dir, e.Name())))
		}
	}
	return failed
}

// remove removes a file; that it is gone already is no error.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("what is new is written, but an old file cannot be removed: %w; remove it, or let the user that quilt-auditor runs as write to its directory", err)
	}
	return nil
}
