package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// TestReaderBesideTheWriter reads while a store is open, and sees each run as
// soon as it is recorded; the store neither waits nor is shut out.
func TestReaderBesideTheWriter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, w, prior := openHere(t, dir), newWorld(1), audit.NewPrior(0)
	keepAndRecord(t, s, w, prior)
	r := openReader(t, dir)
	for range 5 {
		w.drift(30)
		runID, _ := keepAndRecord(t, s, w, prior)
		last, there, err := r.Last(t.Context())
		if err != nil || !there || last.Header.RunID != runID {
			t.Fatalf("the reader sees %+v, %v, %v", last, there, err)
		}
		same(t, "findings", collect(t, s.Findings(t.Context(), audit.Query{})), collect(t, r.Findings(t.Context(), audit.Query{})))
		same(t, "moments", collect(t, s.Moments(t.Context(), time.Time{}, w.now.Add(1))), collect(t, r.Moments(t.Context(), time.Time{}, w.now.Add(1))))
		if _, there, err := r.Snapshot(t.Context(), runID); err != nil || !there {
			t.Fatal(there, err)
		}
	}
	if err := s.Prune(t.Context(), w.now); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	openHere(t, dir) // a reader keeps no writer out
}

// TestReaderAlone reads what nobody has open: what a store left that was
// closed, and what one left that was killed.
func TestReaderAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, w, prior := openHere(t, dir), newWorld(1), audit.NewPrior(0)
	runID, _ := keepAndRecord(t, s, w, prior)
	killed := t.TempDir()
	if err := os.CopyFS(killed, os.DirFS(dir)); err != nil { // with its WAL, as it is at this moment
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"closed": dir, "killed": killed} {
		r := openReader(t, dir)
		last, there, err := r.Last(t.Context())
		if err != nil || !there || last.Header.RunID != runID {
			t.Errorf("%s: the reader sees %+v, %v, %v", name, last, there, err)
		}
		if err := r.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		openHere(t, dir)
	}
}

func openReader(t *testing.T, dir string) *Reader {
	t.Helper()
	r, err := OpenReader(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func TestReaderRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prepare func(t *testing.T, dir string)
		want    string
	}{
		"nothing":    {func(*testing.T, string) {}, "there is no history"},
		"no store":   {func(t *testing.T, dir string) { overwrite(t, dir, "") }, "there is no history"},
		"a text":     {func(t *testing.T, dir string) { overwrite(t, dir, strings.Repeat("no database ", 1000)) }, "is damaged"},
		"other data": {func(t *testing.T, dir string) { execute(t, dir, `CREATE TABLE t (a)`) }, "there is no history"},
		"older":      {func(t *testing.T, dir string) { migrateTo(t, dir, 1) }, "older version of this program (schema 1, "},
		"newer": {func(t *testing.T, dir string) {
			migrateTo(t, dir, 1)
			execute(t, dir, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
		}, "newer version of this program (schema 99, "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "history")
			if name != "nothing" {
				if err := os.Mkdir(dir, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			c.prepare(t, dir)
			before := listing(t, dir)
			r, err := OpenReader(t.Context(), dir)
			if r != nil || err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "opening the history in "+dir+" for reading") {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if errors.Is(err, ErrNoHistory) != strings.Contains(c.want, "no history") {
				t.Errorf("%v is ErrNoHistory: %v", err, errors.Is(err, ErrNoHistory))
			}
			if after := listing(t, dir); before != after {
				t.Errorf("the directory held %q and now holds %q", before, after)
			}
		})
	}
}

// listing is what the directory holds, the files that SQLite has beside a
// database aside.
func listing(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "nothing"
	}
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), "-wal") && !strings.HasSuffix(e.Name(), "-shm") {
			names = append(names, e.Name())
		}
	}
	return strings.Join(names, " ")
}

func overwrite(t *testing.T, dir, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, databaseName), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// rawDatabase is the database without a store around it.
func rawDatabase(t *testing.T, dir string, do func(*sql.DB) error) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, databaseName))
	if err == nil {
		err = errorsOf(do(db), db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, dir, statement string) {
	t.Helper()
	rawDatabase(t, dir, func(db *sql.DB) error {
		_, err := db.Exec(statement)
		return err
	})
}

// migrateTo makes the database of an earlier version.
func migrateTo(t *testing.T, dir string, version int64) {
	t.Helper()
	rawDatabase(t, dir, func(db *sql.DB) error {
		sub, err := fs.Sub(migrations, "migrations")
		if err != nil {
			return err
		}
		p, err := goose.NewProvider(goose.DialectSQLite3, db, sub, goose.WithDisableGlobalRegistry(true))
		if err != nil {
			return err
		}
		_, err = p.UpTo(context.Background(), version)
		return err
	})
}

// TestOldHistoryMigrates brings a history of the first version up to date: its
// changes are there, and say that nothing was kept with them.
func TestOldHistoryMigrates(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	migrateTo(t, dir, 1)
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	execute(t, dir, `INSERT INTO runs (seq, run_id, taken_at, header, setup, changes, wrote, current) VALUES (1, 'old', 0, CAST('{"run_id":"old"}' AS BLOB), NULL, 1, 1, 0)`)
	rawDatabase(t, dir, func(db *sql.DB) error {
		_, err := db.Exec(`INSERT INTO changes (run, n, at, kind, from_status, to_status, check_id, account_id, region, resource, subject)
			VALUES (1, 0, ?, 'opened', 1, 2, 'some-check', '444455556666', 'us-east-1', 'arn:aws:s3:::b', '')`, nanos(at))
		return err
	})
	s := openHere(t, dir)
	want := audit.Change{
		FindingID: audit.FindingID("some-check", "arn:aws:s3:::b", ""), Check: "some-check", AccountID: "444455556666", Region: "us-east-1", Resource: "arn:aws:s3:::b",
		Kind: audit.Opened, From: audit.StatusPass, To: audit.StatusFail, At: at, RunID: "old",
	}
	same(t, "changes", []audit.Change{want}, collect(t, s.Changes(t.Context(), at, at.Add(1))))
	same(t, "moments", []audit.Moment{{Change: want}}, collect(t, s.Moments(t.Context(), at, at.Add(1))))
}
