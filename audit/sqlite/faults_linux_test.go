//go:build amd64 || arm64

package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// state is what a store tells, to compare with what it should.
type state struct {
	Runs     []audit.Recorded
	Findings []audit.Finding
	Changes  []audit.Change
}

func stateOf(t *testing.T, s opened) state {
	t.Helper()
	return state{
		Runs: collect(t, s.Runs(t.Context(), 0)), Findings: collect(t, s.Findings(t.Context(), audit.Query{})),
		Changes: collect(t, s.Changes(t.Context(), time.Time{}, worldStart.AddDate(10, 0, 0))),
	}
}

// prepared is a store with a few runs, and the next run to record.
func prepared(t *testing.T, dir string) (*Store, *world, *audit.Prior) {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	w, prior := newWorld(11), audit.NewPrior(0)
	for range 3 {
		w.drift(30)
		keepAndRecord(t, s, w, prior)
	}
	return s, w, prior
}

// copyFiles copies the database and its WAL as they are now. The file -shm is
// left out on purpose: it is an index that whoever opens the database first
// makes anew from the WAL, whatever is in it.
func copyFiles(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Mkdir(to, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{databaseName, databaseName + "-wal"} {
		text, err := os.ReadFile(filepath.Join(from, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// tear applies the first half of a write to the copy.
func tear(t *testing.T, dir string, c change) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(dir, c.file), os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt(c.data[:len(c.data)/2], c.offset)
	if err := errorsOf(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestKilledAtEveryWrite holds that the program can be killed at every write.
//
// What a kill leaves is what is in the files at that moment: the kernel keeps
// what was written, synced or not. The files change by nothing but the calls
// that onChange sees (writes, truncations, removals; memory is mapped for -shm
// only). So the states before each call, those in the middle of a write, and
// the last one are all that a kill of Keep, Record and Prune can leave. Each is
// copied, opened and compared: it is the state before the run or that after it.
func TestKilledAtEveryWrite(t *testing.T) {
	dir, copies := t.TempDir(), t.TempDir()
	s, w, prior := prepared(t, dir)
	before := stateOf(t, s)
	n, torn := 0, 0
	onChange(t, dir, func(c change) syscall.Errno {
		n++
		copyFiles(t, dir, filepath.Join(copies, fmt.Sprintf("%05d", n)))
		if len(c.data) > 1 {
			torn++
			name := filepath.Join(copies, fmt.Sprintf("%05d-torn", n))
			copyFiles(t, dir, name)
			tear(t, name, c)
		}
		return 0
	})
	w.drift(30)
	keepAndRecord(t, s, w, prior)
	recorded := n
	if err := s.Prune(t.Context(), time.Time{}); err != nil {
		t.Fatal(err)
	}
	after := stateOf(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	copyFiles(t, dir, filepath.Join(copies, "end"))
	if recorded < 20 || n == recorded {
		t.Fatalf("only %d writes were seen, %d of them by Prune and Close", n, n-recorded)
	}
	entries, err := os.ReadDir(copies)
	if err != nil {
		t.Fatal(err)
	}
	flipped := false
	for _, e := range entries {
		s := openHere(t, filepath.Join(copies, e.Name()))
		got := stateOf(t, s)
		if len(got.Runs) == len(after.Runs) {
			flipped = true
			same(t, "after, at "+e.Name(), after, got)
		} else {
			same(t, "before, at "+e.Name(), before, got)
			if flipped && !strings.HasSuffix(e.Name(), "-torn") {
				t.Errorf("at %s the run is gone again", e.Name())
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d calls, %d of them writes that were torn too", n, torn)
}

// TestDiskFailsAtEveryWrite holds that after a write that fails, whichever it
// is, the store holds what it held before, says so, and goes on once the disk
// does.
func TestDiskFailsAtEveryWrite(t *testing.T) {
	for name, fault := range map[string]struct {
		errno syscall.Errno
		want  string
	}{
		"full":   {syscall.ENOSPC, "free some space"},
		"broken": {syscall.EIO, "check the disk"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, w, prior := prepared(t, dir)
			t.Cleanup(func() { _ = s.Close() })
			left := -1 // calls until the disk fails; below 0 it does not
			onChange(t, dir, func(change) syscall.Errno {
				if left < 0 {
					return 0
				}
				if left > 0 {
					left--
					return 0
				}
				return fault.errno // and stays like that
			})
			for at, failures := 0, 0; ; at++ {
				w.drift(30)
				run := audit.Settle(w.settlement(t, audit.LeftOut{}, prior))
				before := stateOf(t, s)
				left = at
				err := s.Record(t.Context(), run, "")
				left = -1
				if err == nil {
					prior.Advance(run, true)
					if failures < 20 {
						t.Fatalf("there were only %d writes that could fail", failures)
					}
					return
				}
				failures++
				if !strings.Contains(err.Error(), fault.want) || !strings.Contains(err.Error(), databaseName) {
					t.Fatalf("the error does not tell what to do: %v", err)
				}
				same(t, fmt.Sprintf("after write %d failed", at), before, stateOf(t, s))
				prior.Advance(run, false)
				next := audit.Settle(w.settlement(t, audit.LeftOut{}, prior))
				if err := s.Record(t.Context(), next, ""); err != nil {
					t.Fatalf("after write %d failed, the next run: %v", at, err)
				}
				prior.Advance(next, true)
				same(t, "findings", next.Findings, collect(t, s.Findings(t.Context(), audit.Query{})))
				checkDatabase(t, s)
			}
		})
	}
}
