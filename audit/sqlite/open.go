package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

//go:embed migrations/*.sql
var migrations embed.FS

// The files in the directory of the store.
const (
	databaseName = "history.db"
	lockName     = "history.lock"
)

// Store is the history in one directory. It implements audit.Store.
type Store struct {
	Reader
	lock   *os.File
	writer *sql.DB // one connection
}

var _ audit.Store = (*Store)(nil)

// Open opens the history in the directory, which it makes if it is missing,
// and brings its schema up to date. It fails with ErrLocked if somebody has
// it open, and on a file that is damaged or that a newer version of the
// program wrote; it never removes or replaces one.
func Open(ctx context.Context, dir string) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the history in %s: %w", dir, err)
	}
	s := &Store{Reader: Reader{name: filepath.Join(dir, databaseName)}}
	if err := s.open(ctx, dir); err != nil {
		return nil, errors.Join(s.explain("opening the history in "+dir, err), s.close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var err error
	if s.lock, err = lock(filepath.Join(dir, lockName)); err != nil {
		return err
	}
	empty, err := touch(s.name)
	if err != nil {
		return err
	}
	if s.writer, err = sql.Open("sqlite", s.dsn(url.Values{"_txlock": {"immediate"}, "_pragma": writerPragmas(empty)})); err != nil {
		return err
	}
	s.writer.SetMaxOpenConns(1)
	if err := migrate(ctx, s.writer); err != nil {
		return err
	}
	return s.connect(ctx, url.Values{})
}

// touch makes the file if it is missing, readable for its owner only, and
// tells whether it is empty. SQLite gives the files beside it the same mode.
func touch(name string) (empty bool, err error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return false, err
	}
	info, err := f.Stat()
	if err := errors.Join(err, f.Close()); err != nil {
		return false, err
	}
	return info.Size() == 0, nil
}

// busyTimeout is for programs of other people that look into the file; the
// store itself never waits for its own locks.
const busyTimeout = "busy_timeout(5000)"

// writerPragmas bound the memory for pages to 16 MB and the WAL, once a
// checkpoint could empty it, to 8 MB. Free pages are given back by Prune,
// which takes a mode that can only be set before there is anything else.
func writerPragmas(empty bool) []string {
	list := []string{
		busyTimeout, "journal_mode(wal)", "synchronous(full)", "foreign_keys(0)",
		"cache_size(-16384)", "temp_store(memory)", "wal_autocheckpoint(1000)", "journal_size_limit(8388608)",
	}
	if empty {
		list = append(list, "auto_vacuum(incremental)") // the driver sorts, so that it is early
	}
	return list
}

// migrate brings the schema up to date, or says that it is newer than this
// program.
func migrate(ctx context.Context, db *sql.DB) error {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, sub, goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	found, known, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if found > known {
		return fmt.Errorf("it was written by a newer version of this program (schema %d, this one knows %d): run that version, or move %s aside to begin a new history",
			found, known, databaseName)
	}
	_, err = p.Up(ctx)
	return err
}

// Close closes the files and gives the lock back. A write that goes on is waited
// for; nothing is to be begun any more.
func (s *Store) Close() error {
	if err := s.close(); err != nil {
		return s.explain("closing the history", err)
	}
	return nil
}

// close closes what is open, the writer after the readers: the last one to go
// empties the WAL.
func (s *Store) close() error {
	var errs []error
	if s.writer != nil {
		// Having the one connection means that no write goes on. There is
		// none to be had once the store is closed.
		if conn, err := s.writer.Conn(context.Background()); err == nil {
			errs = append(errs, conn.Close())
		}
	}
	errs = append(errs, s.Reader.close())
	if s.writer != nil {
		errs = append(errs, s.writer.Close())
	}
	if s.lock != nil {
		errs = append(errs, unlock(s.lock))
	}
	return errors.Join(errs...)
}
