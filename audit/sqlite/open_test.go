package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

func TestOpenTwice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("opening the history in %s: the history is in use by process %d; stop that one, or give this one another storage.path", dir, os.Getpid())
	if _, err := Open(t.Context(), dir); !errors.Is(err, ErrLocked) || err.Error() != want {
		t.Errorf("opened twice here: %v, want %s", err, want)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	other := start(t, "hold", dir)
	if got := other.line(t); got != "open" {
		t.Fatal(got)
	}
	if _, err := Open(t.Context(), dir); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprintf("by process %d;", other.Process.Pid)) {
		t.Errorf("opened while another process has it: %v", err)
	}
	if err := errorsOf(other.Process.Kill(), other.in.Close()); err != nil {
		t.Fatal(err)
	}
	if other.Wait() == nil {
		t.Error("it was not killed")
	}
	s, err = Open(t.Context(), dir)
	if err != nil {
		t.Fatalf("opened after the other process was killed: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestOpenAgainBesideAChild: a process that is forked has all files, until it
// executes another program.
func TestOpenAgainBesideAChild(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	child, err := syscall.Dup(int(s.lock.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Close(child) }()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestFilesAreTheOwners(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made", "on the way?#%")
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 4 {
		t.Fatalf("the store has the files %v, %v", entries, err)
	}
	for _, e := range append(entries, nil) {
		name, want := dir, os.FileMode(0o700)
		if e != nil {
			name, want = filepath.Join(dir, e.Name()), 0o600
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v; %v", name, info.Mode().Perm(), want, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, databaseName+"-wal")); !os.IsNotExist(err) {
		t.Errorf("the WAL is left after closing: %v", err)
	}
}

// TestOpenRefuses: what is no history, or none of this version, is refused
// and left as it is.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(t *testing.T, file string)
		want  []string
	}{
		"no database": {func(t *testing.T, file string) {
			write(t, file, []byte(strings.Repeat("this is a shopping list\n", 1000)))
		}, []string{"is damaged: move it aside", databaseName}},
		"cut off": {func(t *testing.T, file string) {
			if err := os.Truncate(file, 3*4096); err != nil {
				t.Fatal(err)
			}
		}, []string{"is damaged: move it aside", databaseName}},
		"a hole": {func(t *testing.T, file string) {
			text := read(t, file)
			clear(text[4096:])
			write(t, file, text)
		}, []string{"is damaged: move it aside", databaseName}},
		"newer": {func(t *testing.T, file string) {
			s, err := Open(t.Context(), filepath.Dir(file))
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.writer.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (7, 1)`)
			if err := errorsOf(err, s.Close()); err != nil {
				t.Fatal(err)
			}
		}, []string{"newer version", "schema 7, this one knows 2", databaseName}},
		"a directory": {func(t *testing.T, file string) {
			if err := errorsOf(os.Remove(file), os.Mkdir(file, 0o700)); err != nil {
				t.Fatal(err)
			}
		}, []string{"is a directory", databaseName}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s, _, _ := prepared(t, dir)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, databaseName)
			c.spoil(t, file)
			before := read(t, file)
			for range 2 { // and the lock is given back
				_, err := Open(t.Context(), dir)
				if err == nil || errors.Is(err, ErrLocked) {
					t.Fatalf("it was opened: %v", err)
				}
				for _, want := range c.want {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%v does not say %q", err, want)
					}
				}
			}
			if string(read(t, file)) != string(before) {
				t.Error("the file is another one now")
			}
		})
	}
}

// TestDamageIsToldWhenItIsRead: what is damaged inside is seen when it is
// read, and the rest can be read.
func TestDamageIsToldWhenItIsRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, _, _ := prepared(t, dir)
	if _, err := s.writer.Exec(`UPDATE bodies SET body = x'09' WHERE id IN (SELECT detail FROM findings) OR id IN (SELECT max(id) FROM bodies)`); err != nil {
		t.Fatal(err)
	}
	if err := firstError(t, s.Findings(t.Context(), audit.Query{})); err == nil {
		t.Error("findings with damaged texts are read")
	}
	collect(t, s.Findings(t.Context(), audit.Query{Brief: true}))
	if _, err := s.writer.Exec(`UPDATE bodies SET body = x'007b7d'`); err != nil {
		t.Fatal(err)
	}
	last, _, err := s.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Snapshot(t.Context(), last.Header.RunID); err == nil {
		t.Error("a damaged snapshot is read")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil && !strings.Contains(err.Error(), "is a directory") {
		t.Fatal(err)
	}
	return text
}

func write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
