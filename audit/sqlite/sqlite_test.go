package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// TestNoQuerySorts: what reads many findings walks an index in the order of a
// run, so that the first one comes at once.
func TestNoQuerySorts(t *testing.T) {
	t.Parallel()
	s, _, _ := prepared(t, t.TempDir())
	t.Cleanup(func() { _ = s.Close() })
	place := &audit.Position{AccountID: worldAccounts()[1], Resource: "arn:aws:s3:::bucket-1-4444", Check: worldCheck(1)}
	yes := true
	for name, q := range map[string]audit.Query{
		"all": {}, "after": {After: place}, "check": {Check: worldCheck(1)}, "fail": {Status: audit.StatusFail, After: place}, "severity": {Severity: audit.High},
		"waived": {Waived: &yes}, "outstanding": {Outstanding: true, After: place}, "bucket": {Bucket: "bucket-1-4444", After: place}, "account": {AccountID: worldAccounts()[1]},
	} {
		err := s.look(t.Context(), func(r *reading) error {
			l, err := r.last()
			if err != nil {
				return err
			}
			stretches, err := r.stretches(l, &q)
			if err != nil {
				return err
			}
			held := conditions(l, &q)
			for i := range stretches {
				st := &stretches[i]
				if p := plan(t, s, selection(st, held, false), append(st.args, held.args...)...); strings.Contains(p, "TEMP B-TREE") || strings.Contains(p, "SCAN f") {
					t.Errorf("%s: %s", name, p)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func plan(t *testing.T, s *Store, query string, args ...any) string {
	t.Helper()
	rows, err := s.reader.Query(`EXPLAIN QUERY PLAN `+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	var id, parent, unused int
	var detail, all string
	err = forEach(rows, []any{&id, &parent, &unused, &detail}, func() error {
		all += detail + "; "
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestSnapshotsShareWhatIsTheSame: a snapshot that differs in one bucket from
// the one before takes little more room.
func TestSnapshotsShareWhatIsTheSame(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	size := func() (n int) {
		for _, b := range scanAll[int](t, s, `SELECT length(body) FROM bodies`) {
			n += b
		}
		return n
	}
	c := largeContents()
	keep := func() {
		snap, err := snapshot.New(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Keep(t.Context(), snap); err != nil {
			t.Fatal(err)
		}
	}
	keep()
	first := size()
	c.TakenAt = c.TakenAt.Add(time.Hour)
	c.Buckets[1000].Policy = snapshot.Got(`{"Version":"2012-10-17","Statement":[]}`)
	keep()
	second := size() - first
	if second <= 0 || second > first/10 {
		t.Errorf("the first snapshot takes %d bytes, the second %d", first, second)
	}
	checkDatabase(t, s)
}

// largeContents has 2000 buckets whose policies differ.
func largeContents() snapshot.Contents {
	c := snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: worldStart, EndedAt: worldStart}
	c.Scope = snapshot.Scope{ControlAccountID: "111122223333", Profile: "p", Profiles: map[string][]string{"p": nil}}
	c.Scope.Accounts = []snapshot.Account{{ID: "444455556666", Partition: "aws", Data: true}}
	random := rand.New(rand.NewPCG(1, 1))
	for i := range 2000 {
		b := snapshot.ScopeBucket{AccountID: "444455556666", Name: fmt.Sprintf("bucket-%04d", i), Partition: "aws", Profile: "p"}
		c.Scope.Buckets = append(c.Scope.Buckets, b)
		c.Buckets = append(c.Buckets, snapshot.Bucket{AccountID: b.AccountID, ARN: b.ARN(), Policy: snapshot.Got(fmt.Sprintf(`{"Sid":"%x%x%x"}`, random.Uint64(), random.Uint64(), random.Uint64()))})
	}
	return c
}

// TestDiskDoesNotGrow: with a retention, the file stays as large as what is
// kept, and the WAL is emptied.
func TestDiskDoesNotGrow(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, w, prior := prepared(t, dir)
	t.Cleanup(func() { _ = s.Close() })
	sizes := map[int]int64{}
	for i := range 120 {
		w.drift(30)
		keepAndRecord(t, s, w, prior)
		if err := s.Prune(t.Context(), w.now.Add(-20*time.Hour)); err != nil {
			t.Fatal(err)
		}
		sizes[i] = sizeOf(t, filepath.Join(dir, databaseName))
		if wal := sizeOf(t, filepath.Join(dir, databaseName+"-wal")); wal != 0 {
			t.Fatalf("the WAL has %d bytes after Prune", wal)
		}
	}
	if sizes[119] > sizes[60]*3/2 {
		t.Errorf("the file has %d bytes after 60 runs, %d after 120", sizes[60], sizes[119])
	}
	if err := s.Prune(t.Context(), w.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if last := sizeOf(t, filepath.Join(dir, databaseName)); last >= sizes[119] {
		t.Errorf("dropping all but the last run leaves %d of %d bytes", last, sizes[119])
	}
	checkDatabase(t, s)
}

func sizeOf(t *testing.T, name string) int64 {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// TestAReaderDoesNotHoldUpWrites: while somebody reads, runs are recorded and
// pruned, and the WAL is emptied once the reader has gone.
func TestAReaderDoesNotHoldUpWrites(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, w, prior := prepared(t, dir)
	t.Cleanup(func() { _ = s.Close() })
	before := stateOf(t, s).Findings
	var got []audit.Finding
	for f, err := range s.Findings(t.Context(), audit.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			for range 5 {
				w.drift(50)
				keepAndRecord(t, s, w, prior)
				if err := s.Prune(t.Context(), w.now); err != nil {
					t.Fatal(err)
				}
			}
		}
		got = append(got, f)
	}
	same(t, "what the reader saw", before, got)
	if err := s.Prune(t.Context(), w.now); err != nil {
		t.Fatal(err)
	}
	if wal := sizeOf(t, filepath.Join(dir, databaseName+"-wal")); wal != 0 {
		t.Errorf("the WAL has %d bytes after the reader has gone", wal)
	}
}

// TestFullFile: without room for the run nothing of it is there, and with room
// again the next one brings it.
func TestFullFile(t *testing.T) {
	t.Parallel()
	s, w, prior := prepared(t, t.TempDir())
	t.Cleanup(func() { _ = s.Close() })
	before := stateOf(t, s)
	if _, err := s.writer.Exec(`PRAGMA max_page_count = 1`); err != nil { // at least what there is
		t.Fatal(err)
	}
	settlement := w.settlement(t, audit.LeftOut{}, prior)
	for i := range settlement.Verdicts {
		for range 300 { // what does not compress
			settlement.Verdicts[i].Reason += fmt.Sprint(w.random.Uint64())
		}
	}
	run := audit.Settle(settlement)
	err := s.Record(t.Context(), run, "")
	if err == nil || !strings.Contains(err.Error(), "free some space on the disk of "+s.name) {
		t.Fatalf("recording into a full file: %v", err)
	}
	same(t, "after that", before, stateOf(t, s))
	prior.Advance(run, false)
	if _, err := s.writer.Exec(`PRAGMA max_page_count = 1000000`); err != nil {
		t.Fatal(err)
	}
	settlement = w.settlement(t, audit.LeftOut{}, prior)
	next := audit.Settle(settlement)
	if err := s.Record(t.Context(), next, ""); err != nil {
		t.Fatal(err)
	}
	same(t, "findings", next.Findings, collect(t, s.Findings(t.Context(), audit.Query{})))
	checkDatabase(t, s)
}

// TestChunksFollowTheText: what is in front of a text moves its cuts only
// nearby, and no text is lost.
func TestChunksFollowTheText(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 5))
	text := make([]byte, 1<<20)
	for i := range text {
		text[i] = byte(random.Uint32())
	}
	cut := func(parts ...[]byte) map[string]bool {
		var all strings.Builder
		list := map[string]bool{}
		c := newChunker(func(chunk []byte) error {
			if len(chunk) > maxChunk {
				t.Errorf("a chunk of %d bytes", len(chunk))
			}
			all.Write(chunk)
			list[string(chunk)] = true
			return nil
		})
		want := ""
		for _, p := range parts {
			want += string(p)
			if _, err := io.Copy(c, strings.NewReader(string(p))); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.flush(); err != nil || all.String() != want {
			t.Fatalf("the chunks are not the text, %v", err)
		}
		return list
	}
	one, two := cut(text), cut([]byte("something in front"), text)
	shared := 0
	for chunk := range one {
		if two[chunk] {
			shared++
		}
	}
	if len(one) < 20 || shared < len(one)-3 {
		t.Errorf("%d of %d chunks are shared", shared, len(one))
	}
}

// TestHandmadeRun: findings are served also of a run whose tallies do not
// tell of them.
func TestHandmadeRun(t *testing.T) {
	t.Parallel()
	s, err := Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	f := audit.Finding{ID: audit.FindingID("c", "r", ""), Check: "c", AccountID: "444455556666", Resource: "r", Status: audit.StatusPass}
	run := &audit.Run{Header: audit.Header{RunID: "r"}, Delta: audit.Delta{Rows: audit.RowsOf(audit.Row{Finding: &f, Digest: 1})}}
	if err := s.Record(t.Context(), run, ""); err != nil {
		t.Fatal(err)
	}
	same(t, "findings", []audit.Finding{f}, collect(t, s.Findings(t.Context(), audit.Query{})))
}

// TestManyRows: a run with so many rows that they are packed is recorded like
// any other.
func TestManyRows(t *testing.T) {
	t.Parallel()
	s, err := Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	want, rows := make([]audit.Finding, 9_000), make([]audit.Row, 9_000)
	for i := range want {
		f := &want[i]
		*f = audit.Finding{Check: "c", AccountID: "444455556666", Resource: fmt.Sprintf("r%06d", i), Status: audit.StatusPass, Controls: []audit.Control{}}
		f.ID, f.Evidence = audit.FindingID(f.Check, f.Resource, ""), json.RawMessage(fmt.Sprintf(`{"n":%d}`, i))
		rows[len(rows)-1-i] = audit.Row{Finding: f, Digest: int64(i + 1)}
	}
	run := &audit.Run{Header: audit.Header{RunID: "r"}, Delta: audit.Delta{Rows: audit.RowsOf(rows...)}}
	if err := s.Record(t.Context(), run, ""); err != nil {
		t.Fatal(err)
	}
	same(t, "findings", want, collect(t, s.Findings(t.Context(), audit.Query{})))
}
