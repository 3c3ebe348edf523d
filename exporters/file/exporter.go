package file

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

var (
	_ audit.Exporter = (*Exporter)(nil)
	_ audit.Exporter = (*Directory)(nil)
)

// WriteFunc writes a run in some format.
type WriteFunc = func(io.Writer, *audit.Run) error

// Exporter keeps the last run in one file.
type Exporter struct {
	format, path string
	write        WriteFunc
}

// NewExporter returns the Exporter that writes to the file at path.
func NewExporter(format, path string, write WriteFunc) *Exporter {
	return &Exporter{format, path, write}
}

// Format is the name of the format that is written.
func (e *Exporter) Format() string { return e.format }

// Publish replaces the file by the run, as Replace does, and makes its
// directory if there is none. What a killed Publish left aside is removed a
// day later. If ctx is done before the run is written, the file stays as it
// was.
func (e *Exporter) Publish(ctx context.Context, run *audit.Run) error {
	if err := makeDirectory(filepath.Dir(e.path)); err != nil {
		return err
	}
	if err := publish(ctx, e.path, run, e.write); err != nil {
		return err
	}
	target, err := filepath.EvalSymlinks(e.path) // what is aside lies beside it
	if err != nil {
		return fmt.Errorf("look after %s: %w", e.path, err)
	}
	return removeLeftovers(target)
}

// publish replaces the file at path by the run, unless ctx is done first.
func publish(ctx context.Context, path string, run *audit.Run, write WriteFunc) error {
	return replaceUntilDone(ctx, path, func(w io.Writer) error { return write(w, run) })
}

// replaceUntilDone is Replace, unless ctx is done first.
func replaceUntilDone(ctx context.Context, path string, write func(io.Writer) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	return Replace(path, func(w io.Writer) error {
		if err := write(&untilDone{ctx, w}); err != nil {
			return err
		}
		return ctx.Err() // a formatter may hide that it could not go on
	})
}

// newDirectoryMode is the mode, before the umask, of directories that are
// made: findings are not for everybody on the machine.
const newDirectoryMode fs.FileMode = 0o750

func makeDirectory(path string) error {
	if err := os.MkdirAll(path, newDirectoryMode); err != nil {
		return fmt.Errorf("make the directory %s: %w; make it yourself, writable for the user that quilt-auditor runs as, or export elsewhere", path, err)
	}
	return nil
}

// untilDone is a writer that fails once ctx is done.
type untilDone struct {
	ctx context.Context
	w   io.Writer
}

// Write writes to the writer behind it, or fails.
func (u *untilDone) Write(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.w.Write(p)
}
