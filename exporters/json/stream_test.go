package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
)

var update = flag.Bool("update", false, "write the golden files")

func TestWriteGolden(t *testing.T) {
	t.Parallel()
	const path = "testdata/full.ndjson"
	got := write(t, fullRun())
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the stream changed (-want +got); -update accepts it:\n%s", diff)
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]*audit.Run{"full": fullRun(), "many": largeRun(50)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stream := write(t, run)
			got, err := json.Read(iotest.HalfReader(bytes.NewReader(stream)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(run, got, cmp.AllowUnexported(audit.Rows{})); diff != "" {
				t.Errorf("what is read is not what was written (-written +read):\n%s", diff)
			}
			if !bytes.Equal(stream, write(t, got)) {
				t.Error("what was read is written with other bytes")
			}
		})
	}
}

// TestWriteHoldsItsPromises gives a run with times in other zones and lists
// that are nil: the stream is the same, and the run is left as it was.
func TestWriteHoldsItsPromises(t *testing.T) {
	t.Parallel()
	want := write(t, fullRun())
	run, before := fullRun(), fullRun()
	for _, r := range []*audit.Run{run, before} {
		zone := time.FixedZone("", 3600)
		for _, at := range []*time.Time{&r.Header.StartedAt, &r.Header.TakenAt, &r.Header.EndedAt} {
			*at = at.In(zone)
		}
		for i := range r.Findings {
			f := &r.Findings[i]
			for _, at := range []*time.Time{&f.FirstSeen, &f.LastSeen, &f.StatusSince} {
				*at = at.In(zone)
			}
			if f.Known != nil {
				f.Known.Since = f.Known.Since.In(zone)
			}
		}
		r.Header.Accounts[1].Regions = nil
		r.Findings[1].Controls = nil
	}
	if diff := cmp.Diff(string(want), string(write(t, run))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, run, cmp.AllowUnexported(audit.Rows{})); diff != "" {
		t.Errorf("Write changed the run:\n%s", diff)
	}
	empty := string(write(t, &audit.Run{}))
	if !strings.Contains(empty, `"checks":[]`) || !strings.Contains(empty, `"accounts":[]`) {
		t.Errorf("null lists in %s", empty)
	}
}

func TestWriteKeepsALineALine(t *testing.T) {
	t.Parallel()
	run := fullRun()
	run.Findings[0].Evidence = stdjson.RawMessage("{\n  \"a\": \"<b>\"\n}")
	run.Findings[0].Reason = "one\ntwo\u2028three"
	stream := write(t, run)
	if lines := bytes.Count(stream, []byte("\n")); lines != 5 {
		t.Errorf("%d lines, want 5", lines)
	}
	if !bytes.Contains(stream, []byte(`"evidence":{"a":"<b>"}`)) {
		t.Error("the evidence is not compact, or escaped as if for HTML")
	}
}

func TestWriteErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk full")
	for _, run := range []*audit.Run{fullRun(), largeRun(1000)} {
		if err := json.Write(failingWriter{broken}, "1.2.0", run); !errors.Is(err, broken) {
			t.Errorf("error is %v, want the writer's", err)
		}
	}
	run := fullRun()
	run.Findings[1].Evidence = stdjson.RawMessage(`{"a":`)
	err := json.Write(io.Discard, "1.2.0", run)
	if err == nil || !strings.Contains(err.Error(), run.Findings[1].ID) || !strings.Contains(err.Error(), run.Findings[1].Check) {
		t.Errorf("error is %v, want one that names finding and check", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func BenchmarkWrite(b *testing.B) {
	run := largeRun(100_000)
	size := len(write(b, run))
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		if err := json.Write(io.Discard, "1.2.0", run); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	stream := write(b, largeRun(100_000))
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Read(bytes.NewReader(stream)); err != nil {
			b.Fatal(err)
		}
	}
}
