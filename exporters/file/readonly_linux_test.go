package file_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// nobody is a user who owns nothing.
const nobody = 65534

// asNobody calls f with the rights on files of a user who owns nothing: root
// may write anywhere. It holds the thread, whose rights alone are changed.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if os.Geteuid() == 0 {
		if err := syscall.Setfsuid(nobody); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := syscall.Setfsuid(0); err != nil {
				t.Fatal(err)
			}
		}()
	}
	f()
}

func TestPublishIntoReadOnlyDirectory(t *testing.T) {
	t.Parallel()
	for kind, publish := range publishers() {
		dir := t.TempDir()
		name, err := publish(t.Context(), dir, runAt(noon, "run"), writeID)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range []struct {
			path string
			mode fs.FileMode
		}{{filepath.Dir(dir), 0o755}, {dir, 0o555}} {
			if err := os.Chmod(d.path, d.mode); err != nil {
				t.Fatal(err)
			}
		}
		asNobody(t, func() { _, err = publish(t.Context(), dir, runAt(noon, "run"), writeID) })
		if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), filepath.Join(dir, name)) || !strings.Contains(err.Error(), "must exist and be writable") {
			t.Errorf("%s: error is %v, want one that says what to do", kind, err)
		}
		asNobody(t, func() { _, err = publish(t.Context(), filepath.Join(dir, "below"), runAt(noon, "run"), writeID) })
		if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "make it yourself, writable for the user") {
			t.Errorf("%s: error is %v, want one that says what to do", kind, err)
		}
		if err := os.Chmod(dir, 0o755); err != nil { // for the end of the test
			t.Fatal(err)
		}
		holds(t, filepath.Join(dir, name), "run\n")
	}
}
