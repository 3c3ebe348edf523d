package sqlite

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	result "modernc.org/sqlite/lib"
)

// explain says what was being done and, where it is known, what to do next.
func (s *Reader) explain(doing string, err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if advice := s.advice(e.Code()); advice != "" {
		return fmt.Errorf("%s: %w: %s", doing, err, advice)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// advice is what to do about a result code of SQLite (sqlite.org/rescode.html),
// the lowest byte of which is the primary one.
func (s *Reader) advice(code int) string {
	switch code & 0xff {
	case result.SQLITE_FULL:
		return "free some space on the disk of " + s.name
	case result.SQLITE_READONLY, result.SQLITE_CANTOPEN, result.SQLITE_PERM:
		return "make " + s.name + " and its directory writable for the user that runs this program"
	case result.SQLITE_CORRUPT, result.SQLITE_NOTADB:
		return s.name + " is damaged: move it aside, together with the files of the same name that end in -wal and -shm, " +
			"then put a backup in its place or begin a new history"
	case result.SQLITE_IOERR:
		return "check the disk of " + s.name + ", and the system's log"
	case result.SQLITE_BUSY, result.SQLITE_LOCKED:
		return "another program has " + s.name + " locked: end it"
	}
	return ""
}
