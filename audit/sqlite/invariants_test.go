package sqlite

import "testing"

// checkDatabase holds the database to what must be true of it after every
// transaction.
func checkDatabase(t testing.TB, s *Store) {
	t.Helper()
	var text string
	if err := s.reader.QueryRow(`PRAGMA integrity_check`).Scan(&text); err != nil || text != "ok" {
		t.Fatalf("integrity_check: %s, %v", text, err)
	}
	for what, query := range map[string]string{
		"pieces without a body":       `SELECT count(*) FROM pieces WHERE id NOT IN (SELECT id FROM bodies)`,
		"bodies without a piece":      `SELECT count(*) FROM bodies WHERE id NOT IN (SELECT id FROM pieces)`,
		"resources without a finding": `SELECT count(*) FROM resources WHERE id NOT IN (SELECT resource FROM findings)`,
		"findings without a resource": `SELECT count(*) FROM findings WHERE resource NOT IN (SELECT id FROM resources)`,
		"runs that count wrongly":     `SELECT count(*) FROM runs r WHERE current <> (SELECT count(*) FROM findings f WHERE f.run = r.seq)`,
		"findings of no run":          `SELECT count(*) FROM findings WHERE run NOT IN (SELECT seq FROM runs)`,
		"changes that keep a part":    `SELECT count(*) FROM changes WHERE (rule IS NULL) <> (detail IS NULL)`,
		"changes of no run":           `SELECT count(*) FROM changes WHERE run NOT IN (SELECT seq FROM runs)`,
		"runs of a snapshot gone":     `SELECT count(*) FROM runs WHERE snapshot NOT IN (SELECT id FROM snapshots)`,
	} {
		var n int
		if err := s.reader.QueryRow(query).Scan(&n); err != nil || n != 0 {
			t.Fatalf("%d %s, %v", n, what, err)
		}
	}
	checkUses(t, s)
}

// checkUses holds the counts of pieces to their uses.
func checkUses(t testing.TB, s *Store) {
	t.Helper()
	uses := map[int64]int{}
	count := func(id int64) { uses[id]++ }
	for _, query := range []string{
		`SELECT rule FROM findings`, `SELECT detail FROM findings`, `SELECT rule FROM changes WHERE rule IS NOT NULL`,
		`SELECT detail FROM changes WHERE rule IS NOT NULL`, `SELECT setup FROM runs WHERE setup IS NOT NULL`,
	} {
		for _, id := range scanAll[int64](t, s, query) {
			count(id)
		}
	}
	for _, packed := range scanAll[[]byte](t, s, `SELECT pieces FROM snapshots`) {
		list, err := unpack(packed)
		if err != nil {
			t.Fatal(err)
		}
		ids, err := unpackIDs(list)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			count(id)
		}
	}
	ids, refs := scanAll[int64](t, s, `SELECT id FROM pieces ORDER BY id`), scanAll[int](t, s, `SELECT refs FROM pieces ORDER BY id`)
	for i, id := range ids {
		if refs[i] != uses[id] || refs[i] == 0 {
			t.Fatalf("piece %d is used %d times and counted %d times", id, uses[id], refs[i])
		}
		delete(uses, id)
	}
	if len(uses) > 0 {
		t.Fatalf("pieces are used that are not there: %v", uses)
	}
}

func scanAll[T any](t testing.TB, s *Store, query string, args ...any) (list []T) {
	t.Helper()
	rows, err := s.reader.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	var v T
	err = forEach(rows, []any{&v}, func() error {
		list = append(list, v)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
