package file

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// documentTime is the instant in the name of a document, in UTC: in the order
// of names documents are in the order of time.
const documentTime = "2006-01-02T150405Z"

// DocumentName is the name of the document of an instant, such as
// stem-2026-11-01T060000Z.html; the extension has no dot.
func DocumentName(stem string, at time.Time, extension string) string {
	return stem + "-" + at.UTC().Format(documentTime) + "." + extension
}

// Documents keeps documents in a directory, each for good once it is there, or
// for a time.
type Documents struct {
	path string
	keep time.Duration
	own  *regexp.Regexp // names that begin with its stem
}

// NewDocuments returns the Documents at path whose names are DocumentNames of
// the stem. They stay for keep; 0 is for good.
func NewDocuments(path, stem string, keep time.Duration) *Documents {
	own := regexp.MustCompile(`^` + regexp.QuoteMeta(stem) + `-([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6}Z)\.[a-z0-9]+$`)
	return &Documents{path, keep, own}
}

// Has reports whether there is a document, or anything else, of the name.
func (d *Documents) Has(name string) (bool, error) {
	_, err := os.Lstat(filepath.Join(d.path, name))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) { // that there can be no directory is for Put to say
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for a document: %w", err)
	}
	return true, nil
}

// Put writes a document, whole or not at all, and makes the directory if there
// is none. It reports whether it did: a document of that name stays as it is, so that what was handed out
// does not change. If ctx is done before it is written, nothing changes. What
// a killed Put left aside is removed a day later.
func (d *Documents) Put(ctx context.Context, name string, write func(io.Writer) error) (added bool, err error) {
	path := filepath.Join(d.path, name)
	there, err := d.Has(name)
	if err != nil {
		return false, err
	}
	if there {
		return false, removeLeftovers(path)
	}
	if err := makeDirectory(d.path); err != nil {
		return false, err
	}
	if err := replaceUntilDone(ctx, path, write); err != nil {
		return false, err
	}
	return true, removeLeftovers(path)
}

// Prune removes the documents of instants more than keep before that time.
// Files of other names stay.
func (d *Documents) Prune(at time.Time) error {
	if d.keep == 0 {
		return nil
	}
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return fmt.Errorf("look for documents in %s that are no longer kept: %w", d.path, err)
	}
	oldest := at.Add(-d.keep)
	var failed error
	for _, e := range entries {
		m := d.own.FindStringSubmatch(e.Name())
		if m == nil || !e.Type().IsRegular() {
			continue
		}
		if of, err := time.Parse(documentTime, m[1]); err == nil && of.Before(oldest) {
			failed = cmp.Or(failed, remove(filepath.Join(d.path, e.Name())))
		}
	}
	return failed
}
