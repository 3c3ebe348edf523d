package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// readers is how many reads can go on at once; more wait.
const readers = 8

// Reader reads the history in one directory. It implements audit.Reader.
type Reader struct {
	name   string // of the database file
	reader *sql.DB
	// cached is the last run as a read found it; see reading.last.
	cached atomic.Pointer[lastRun]
}

var _ audit.Reader = (*Reader)(nil)

// ErrNoHistory is the error of OpenReader if there is no history.
var ErrNoHistory = errors.New("there is no history: a service that was started with this storage.path makes one")

// OpenReader opens the history in the directory for reading, also while a
// Store, in this process or in another, has it open and writes. It takes no
// lock that keeps a Store out, makes no history and brings no schema up to
// date: it fails with ErrNoHistory if there is none, and on one that another
// version of the program wrote.
func OpenReader(ctx context.Context, dir string) (*Reader, error) {
	doing := "opening the history in " + dir + " for reading"
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	r := &Reader{name: filepath.Join(dir, databaseName)}
	if err := r.open(ctx); err != nil {
		return nil, errors.Join(r.explain(doing, err), r.close())
	}
	return r, nil
}

func (s *Reader) open(ctx context.Context) error {
	info, err := os.Stat(s.name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return ErrNoHistory
	}
	if err != nil {
		return err
	}
	if err := s.connect(ctx, url.Values{"mode": {"ro"}}); err != nil {
		return err
	}
	return s.checkVersion(ctx)
}

// connect opens the pool of readers.
func (s *Reader) connect(ctx context.Context, options url.Values) (err error) {
	options["_txlock"] = []string{"deferred"}
	options["_pragma"] = []string{busyTimeout, "query_only(1)", "cache_size(-4096)", "temp_store(memory)"}
	if s.reader, err = sql.Open("sqlite", s.dsn(options)); err != nil {
		return err
	}
	s.reader.SetMaxOpenConns(readers)
	s.reader.SetMaxIdleConns(readers)
	return s.reader.PingContext(ctx)
}

func (s *Reader) dsn(options url.Values) string {
	u := url.URL{Scheme: "file", Path: s.name, RawQuery: options.Encode()}
	return u.String()
}

// checkVersion fails if the schema is not the one that this program knows.
func (s *Reader) checkVersion(ctx context.Context) error {
	var tables int
	if err := s.reader.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE name = 'goose_db_version'`).Scan(&tables); err != nil {
		return err
	}
	if tables == 0 {
		return ErrNoHistory
	}
	var found int64
	if err := s.reader.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&found); err != nil {
		return err
	}
	known, err := schemaVersion()
	switch {
	case err != nil:
		return err
	case found > known:
		return fmt.Errorf("it was written by a newer version of this program (schema %d, this one knows %d): use that version", found, known)
	case found < known:
		return fmt.Errorf("it was written by an older version of this program (schema %d, this one knows %d): start the service of this version once, which brings it up to date", found, known)
	}
	return nil
}

// schemaVersion is that of the latest migration: the number that the name of
// its file begins with.
func schemaVersion() (latest int64, err error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, err
	}
	for _, name := range files {
		digits, _, _ := strings.Cut(filepath.Base(name), "_")
		version, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("the migration %s has no version: %w", name, err)
		}
		latest = max(latest, version)
	}
	return latest, nil
}

// Close closes the files.
func (s *Reader) Close() error {
	if err := s.close(); err != nil {
		return s.explain("closing the history", err)
	}
	return nil
}

func (s *Reader) close() error {
	if s.reader == nil {
		return nil
	}
	return s.reader.Close()
}
