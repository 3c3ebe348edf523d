package file

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Directory keeps a file per run, and removes those that have become old.
type Directory struct {
	format, path, extension string
	keep                    time.Duration
	write                   WriteFunc
	own                     *regexp.Regexp // names that Publish gives
}

// NewDirectory returns the Directory at path. The names of its files end in
// the extension, which has no dot; they stay for keep, which is not negative.
func NewDirectory(format, path, extension string, keep time.Duration, write WriteFunc) *Directory {
	own := regexp.MustCompile(`^([0-9]{8}T[0-9]{6}Z)-` + runIDForm + `\.` + regexp.QuoteMeta(extension) + `$`)
	return &Directory{format, path, extension, keep, write, own}
}

// Format is the name of the format that is written.
func (d *Directory) Format() string { return d.format }

const (
	// nameTime is the taken_at of a run in the name of its file, in UTC: in
	// the order of names the files are in the order of runs.
	nameTime = "20060102T150405Z"
	// runIDForm is what a run ID may be to stand in a name.
	runIDForm = `[0-9A-Za-z_-]{1,64}`
)

var runID = regexp.MustCompile(`^` + runIDForm + `$`)

// Publish writes the run to a file of its own, whole or not at all, and makes
// the directory if there is none. Then it removes the files of runs that were
// taken more than keep before this one, and what a killed Publish left aside a
// day ago. So this run's file stays, and so does the latest, whatever the clock
// did; and files that Publish did not name stay. Publishing the same run again
// writes the same file. If ctx is done before the run is written, nothing
// changes.
func (d *Directory) Publish(ctx context.Context, run *audit.Run) error {
	name, err := d.name(&run.Header)
	if err != nil {
		return err
	}
	if err := makeDirectory(d.path); err != nil {
		return err
	}
	path := filepath.Join(d.path, name)
	if err := publish(ctx, path, run, d.write); err != nil {
		return err
	}
	oldest := run.Header.TakenAt.Truncate(time.Second).Add(-d.keep)
	if err := d.removeBefore(oldest); err != nil {
		return err
	}
	return removeLeftovers(path)
}

// name is the name of the run's file.
func (d *Directory) name(h *audit.Header) (string, error) {
	if !runID.MatchString(h.RunID) {
		return "", fmt.Errorf("export to %s: run ID %.80q cannot be part of a file's name", d.path, h.RunID)
	}
	name := h.TakenAt.UTC().Format(nameTime) + "-" + h.RunID + "." + d.extension
	if !d.own.MatchString(name) {
		return "", fmt.Errorf("export to %s: the year of %s cannot be part of a file's name", d.path, h.TakenAt)
	}
	return name, nil
}

// takenAt is the time in the name of one of the Directory's own files.
func (d *Directory) takenAt(name string) (time.Time, bool) {
	m := d.own.FindStringSubmatch(name)
	if m == nil {
		return time.Time{}, false
	}
	t, err := time.Parse(nameTime, m[1])
	return t, err == nil
}
