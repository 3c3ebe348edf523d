// Package file puts what an exporter writes onto disk so that a reader of the
// file sees the old content or the new, whole, and never a part of either: in
// one file, by Exporter, in a file per run, by Directory, or in documents that
// stay as they are, by Documents.
package file

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// The name of a file that is written aside. Between these stands a text of
// crypto/rand.
const (
	asidePrefix = ".quilt-auditor-"
	asideSuffix = ".tmp"
)

// newFileMode is the mode, before the umask, of a file that was not there.
const newFileMode fs.FileMode = 0o644

// Replace makes what write writes the content of the file at path. It is
// written aside in the same directory, synced to disk and renamed; on any
// error the file stays as it was and nothing is left beside it.
//
// A file that exists keeps its permissions, though not its owner or its hard
// links; a symbolic link keeps pointing to its target, which is replaced. What
// exists and is no regular file (a directory, a device, a pipe) is refused.
// The errors name the path; those of write are wrapped.
func Replace(path string, write func(io.Writer) error) error {
	if err := replace(path, write); err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	return nil
}

func replace(path string, write func(io.Writer) error) (err error) {
	target, old, err := resolve(path)
	if err != nil {
		return err
	}
	dir := filepath.Dir(target)
	// The name owes nothing to the target's, which may be as long as the file
	// system permits.
	temp := filepath.Join(dir, asidePrefix+rand.Text()+asideSuffix)
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, modeOf(old))
	if err != nil {
		return fmt.Errorf("its directory must exist and be writable: %w", err)
	}
	renamed := false
	defer func() { // also if write panics
		if !renamed {
			_ = f.Close() // closed already, or the error at hand says more
			_ = os.Remove(temp)
		}
	}()
	if err := fill(f, old, write); err != nil {
		return err
	}
	if err := os.Rename(temp, target); err != nil {
		return err
	}
	renamed = true
	return syncDirectory(dir)
}

// resolve follows symbolic links, so that the rename hits what the path
// stands for. The FileInfo is nil if there is no such file yet.
func resolve(path string) (string, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	if !info.Mode().IsRegular() {
		return "", nil, fmt.Errorf("it is not a regular file (%s): name another path, or write to stdout", info.Mode().Type())
	}
	target, err := filepath.EvalSymlinks(path)
	return target, info, err
}

func modeOf(old fs.FileInfo) fs.FileMode {
	if old == nil {
		return newFileMode
	}
	return old.Mode().Perm()
}

func fill(f *os.File, old fs.FileInfo, write func(io.Writer) error) error {
	if old != nil {
		if err := f.Chmod(modeOf(old)); err != nil { // undoes the umask
			return err
		}
	}
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

// syncDirectory makes the rename itself survive a loss of power. Network and
// FUSE file systems that cannot do so say EINVAL or that it is unsupported;
// there is nothing more to be done about it then.
func syncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		err = nil
	}
	return errors.Join(err, d.Close())
}
