package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
)

// TestEncoderWritesWhatWriteDoes gives the findings one by one, each in the
// same place, as a loop over a store does.
func TestEncoderWritesWhatWriteDoes(t *testing.T) {
	t.Parallel()
	run := largeRun(200) // larger than what is gathered
	run.Findings[7].Known, run.Findings[7].Waiver = nil, nil
	var b bytes.Buffer
	enc := json.NewEncoder(&b, "1.2.0")
	header := *run
	header.Findings = nil
	if err := enc.Header(&header); err != nil {
		t.Fatal(err)
	}
	var f audit.Finding
	for i := range run.Findings {
		f = run.Findings[i]
		if err := enc.Finding(&f); err != nil {
			t.Fatal(err)
		}
	}
	if err := enc.Flush(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), write(t, run)) {
		t.Error("the streams differ")
	}
}

func TestEncoderPassesOnAsItGoes(t *testing.T) {
	t.Parallel()
	run := largeRun(1)
	var b bytes.Buffer
	enc := json.NewEncoder(&b, "1.2.0")
	for range 1000 {
		if err := enc.Finding(&run.Findings[0]); err != nil {
			t.Fatal(err)
		}
	}
	if unflushed := len(write(t, largeRun(1000))) - b.Len(); unflushed > 128<<10 {
		t.Errorf("%d bytes are gathered", unflushed)
	}
}

// recorded are runs with every member and with none that can be absent.
func recorded() []audit.Recorded {
	header := fullRun().Header
	zone := time.FixedZone("", 3600)
	local := header
	local.StartedAt, local.TakenAt, local.EndedAt = header.StartedAt.In(zone), header.TakenAt.In(zone), header.EndedAt.In(zone)
	local.Checks = nil
	return []audit.Recorded{
		{
			Header: header, Changes: 7, SnapshotDigest: digest,
			LeftOut: audit.LeftOut{Everything: true, Checks: []string{"s3-object-ownership"}, Accounts: []string{"444455556666"}},
		},
		{Header: local, LeftOut: audit.LeftOut{Checks: []string{}, Accounts: []string{}}},
	}
}

func runLines(t *testing.T) []string {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b, "1.2.0")
	for _, r := range recorded() {
		if err := enc.Run(&r); err != nil {
			t.Fatal(err)
		}
	}
	if err := enc.Flush(); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

func TestEncoderRun(t *testing.T) {
	t.Parallel()
	lines := runLines(t)
	for i, want := range recorded() {
		var got struct {
			Type string `json:"type"`
			audit.Header
			LeftOut        audit.LeftOut `json:"left_out"`
			Changes        int           `json:"changes"`
			SnapshotDigest string        `json:"snapshot_digest"`
		}
		if err := stdjson.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		if i == 1 { // as the stream promises it
			want.Header.StartedAt, want.Header.TakenAt, want.Header.EndedAt = takenAt.Add(-time.Second), takenAt, takenAt.Add(1500*time.Millisecond)
			want.Header.Checks, want.LeftOut = []string{}, audit.LeftOut{}
		}
		have := audit.Recorded{Header: got.Header, LeftOut: got.LeftOut, Changes: got.Changes, SnapshotDigest: got.SnapshotDigest}
		if diff := cmp.Diff(want, have); diff != "" || got.Type != "run" {
			t.Errorf("type %q (-want +got):\n%s", got.Type, diff)
		}
	}
}

func TestRunSchema(t *testing.T) {
	t.Parallel()
	schema := compile(t, json.Schemas(), "run.schema.json")
	lines := runLines(t)
	for _, line := range lines {
		if err := schema.Validate(parse(t, line)); err != nil {
			t.Errorf("%v\n%s", err, line)
		}
	}
	optional := []string{"left_out", "snapshot_digest"}
	full := parse(t, lines[0])
	for name, value := range maps.Clone(full) {
		delete(full, name)
		if schema.Validate(full) == nil != slices.Contains(optional, name) {
			t.Errorf("a line without %s is taken for whole, or for broken", name)
		}
		full[name] = []any{map[string]any{}}
		if schema.Validate(full) == nil {
			t.Errorf("%s can be of another type", name)
		}
		full[name] = value
	}
	full["extra"] = 1
	if schema.Validate(full) == nil {
		t.Error("a member more is accepted")
	}
	for _, absent := range optional {
		if strings.Contains(lines[1], absent) {
			t.Errorf("%s is written where there is none", absent)
		}
	}
}

func TestEncoderErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection reset")
	run := largeRun(1)
	enc := json.NewEncoder(failingWriter{broken}, "1.2.0")
	if err := enc.Header(run); err != nil {
		t.Errorf("the header was passed on before it had to be: %v", err)
	}
	if err := enc.Flush(); !errors.Is(err, broken) {
		t.Errorf("error is %v, want the writer's", err)
	}
	if err := enc.Run(&audit.Recorded{Header: run.Header}); !errors.Is(err, broken) || !strings.Contains(err.Error(), run.Header.RunID) {
		t.Errorf("error is %v, want the writer's, with the run", err)
	}
	run.Findings[0].Evidence = stdjson.RawMessage(`{`)
	if err := json.NewEncoder(io.Discard, "1.2.0").Finding(&run.Findings[0]); err == nil || !strings.Contains(err.Error(), run.Findings[0].ID) {
		t.Errorf("error is %v, want one that names the finding", err)
	}
}
