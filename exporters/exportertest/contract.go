package exportertest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Write writes a run in the format under test.
type Write = func(io.Writer, *audit.Run) error

// Text is the run in the format.
func Text(t testing.TB, write Write, run *audit.Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, run); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Golden holds what is written of Full against the file at path, or writes the
// file if it is to be updated. Writing twice gives the same, and leaves the
// run as it was.
func Golden(t *testing.T, write Write, path string, update bool) {
	t.Helper()
	run := Full()
	got := Text(t, write, run)
	if !reflect.DeepEqual(run, Full()) {
		t.Error("the run was changed")
	}
	if again := Text(t, write, run); again != got {
		t.Error("written a second time, it is another text")
	}
	if update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the text changed (-want +got); -update accepts it:\n%s", diff)
	}
}

// Errors holds that errors of the destination, wherever in the text, and of
// reading findings come back.
func Errors(t *testing.T, write Write) {
	t.Helper()
	broken := errors.New("disk full")
	length := len(Text(t, write, Large(1000)))
	for _, room := range []int{0, 1, length / 2, length - 1} {
		if err := write(&limited{room, broken}, Large(1000)); !errors.Is(err, broken) {
			t.Errorf("with room for %d of %d bytes the error is %v", room, length, err)
		}
	}
	if err := write(&limited{length, broken}, Large(1000)); err != nil {
		t.Errorf("with room for all the error is %v", err)
	}
	unreadable := errors.New("store closed")
	run := Failing(unreadable)
	if err := write(io.Discard, run); !errors.Is(err, unreadable) || !strings.Contains(err.Error(), run.Header.RunID) {
		t.Errorf("error is %v, want the one of reading, with the run", err)
	}
}

// limited is a writer that takes so many bytes.
type limited struct {
	room int
	err  error
}

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.room {
		n := l.room
		l.room = 0
		return n, l.err
	}
	l.room -= len(p)
	return len(p), nil
}

// Streams holds that findings are passed on as they come: of no moment is more
// than a part of them kept.
func Streams(t *testing.T, write Write) {
	t.Helper()
	const most = 128 << 10
	all := len(Text(t, write, Large(1000)))
	run := Large(1000)
	findings := run.Elsewhere
	var b bytes.Buffer
	kept := all
	run.Elsewhere = func(yield func(audit.Finding, error) bool) {
		findings(yield)
		kept = min(kept, all-b.Len())
	}
	if err := write(&b, run); err != nil {
		t.Fatal(err)
	}
	if all < 2*most || kept > most {
		t.Errorf("of %d bytes, %d are kept until the findings end", all, kept)
	}
}
