package sqlite

import (
	"context"
	"database/sql"
	"errors"
)

// statements prepares each statement of a transaction once.
type statements struct {
	tx       *sql.Tx
	prepared map[string]*sql.Stmt
}

func newStatements(tx *sql.Tx) statements { return statements{tx, map[string]*sql.Stmt{}} }

func (s *statements) prepare(query string) (*sql.Stmt, error) {
	if stmt, ok := s.prepared[query]; ok {
		return stmt, nil
	}
	stmt, err := s.tx.Prepare(query)
	if err == nil {
		s.prepared[query] = stmt
	}
	return stmt, err
}

// writing is the one write transaction at a time.
type writing struct {
	// ctx is the caller's. It is asked between statements and not handed to
	// them: one that can be cancelled costs a goroutine.
	ctx context.Context
	statements
	pieces pieces
}

// write does something as one transaction: all of it, or nothing.
func (s *Store) write(ctx context.Context, doing string, do func(*writing) error) error {
	if err := s.commit(ctx, do); err != nil {
		return s.explain(doing, err)
	}
	return nil
}

func (s *Store) commit(ctx context.Context, do func(*writing) error) (err error) {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return err
	}
	// After Commit this does nothing. Otherwise SQLite may have rolled back
	// already, and the error that matters is the first one.
	defer func() { _ = tx.Rollback() }()
	w := &writing{ctx: ctx, statements: newStatements(tx)}
	w.pieces.w = w
	if err := do(w); err != nil {
		return err
	}
	if err := w.pieces.settle(); err != nil {
		return err
	}
	return tx.Commit()
}

// exec runs a statement that returns no rows, and tells how many it changed.
func (w *writing) exec(query string, args ...any) (int64, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	stmt, err := w.prepare(query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.Exec(args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// one reads one row; false if there is none.
func (w *writing) one(query string, args []any, to ...any) (bool, error) {
	if err := w.ctx.Err(); err != nil {
		return false, err
	}
	stmt, err := w.prepare(query)
	if err != nil {
		return false, err
	}
	return found(stmt.QueryRow(args...).Scan(to...))
}

// each calls do for every row after it was read into to.
func (w *writing) each(query string, args []any, to []any, do func() error) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	stmt, err := w.prepare(query)
	if err != nil {
		return err
	}
	rows, err := stmt.Query(args...)
	if err != nil {
		return err
	}
	return forEach(rows, to, do)
}

// reading is a read transaction: all of it sees the same recorded run.
type reading struct {
	ctx context.Context
	statements
	store *Reader
}

func (s *Reader) read(ctx context.Context, doing string, do func(*reading) error) error {
	if err := s.look(ctx, do); err != nil {
		return s.explain(doing, err)
	}
	return nil
}

func (s *Reader) look(ctx context.Context, do func(*reading) error) error {
	tx, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	// There is nothing to lose by a rollback that fails.
	defer func() { _ = tx.Rollback() }()
	if err := do(&reading{ctx, newStatements(tx), s}); err != nil {
		if gone := ctx.Err(); gone != nil && !errors.Is(err, errEnough) {
			return gone
		}
		return err
	}
	return nil
}

// one reads one row; false if there is none. It is for what is quick.
func (r *reading) one(query string, args []any, to ...any) (bool, error) {
	stmt, err := r.prepare(query)
	if err != nil {
		return false, err
	}
	return found(stmt.QueryRow(args...).Scan(to...))
}

// each calls do for every row after it was read into to, until ctx is done.
func (r *reading) each(query string, args []any, to []any, do func() error) error {
	stmt, err := r.prepare(query)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(r.ctx, args...)
	if err != nil {
		return err
	}
	return forEach(rows, to, do)
}

// errEnough ends a loop over rows early, without an error.
var errEnough = errors.New("enough")

func forEach(rows *sql.Rows, to []any, do func() error) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return err
		}
		if err := do(); err != nil {
			return err
		}
	}
	return rows.Err()
}

func found(err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
