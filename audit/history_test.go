package audit_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// history is a store in memory: it holds what Deltas told it to hold, in the
// form of JSON, and derives what a store has to derive.
type history struct {
	rows    map[string]keptRow
	changes []audit.Change
	runs    []keptRun
	written int // rows, in all
}

type keptRow struct {
	line                    []byte
	missed                  int
	failFingerprint         string
	digest                  int64
	id, check, account      string
	status                  audit.Status
	lastSeenIfStatusUnknown time.Time
}

type keptRun struct {
	takenAt time.Time
	leftOut audit.LeftOut
}

func newHistory() *history { return &history{rows: map[string]keptRow{}} }

func (h *history) record(t testing.TB, run *audit.Run) {
	t.Helper()
	for _, id := range run.Delta.Removed {
		delete(h.rows, id)
	}
	for r := range run.Delta.Rows.All() {
		line, err := json.Marshal(r.Finding)
		if err != nil {
			t.Fatal(err)
		}
		f := r.Finding
		h.rows[f.ID] = keptRow{line, r.Missed, r.FailFingerprint, r.Digest, f.ID, f.Check, f.AccountID, f.Status, f.LastSeen}
		h.written++
	}
	h.changes = append(h.changes, run.Delta.Changes...)
	h.runs = append(h.runs, keptRun{run.Header.TakenAt, run.LeftOut})
}

// finding reads a finding back, LastSeen derived.
func (h *history) finding(t testing.TB, r keptRow) *audit.Finding {
	t.Helper()
	f := &audit.Finding{}
	if err := json.Unmarshal(r.line, f); err != nil {
		t.Fatal(err)
	}
	if r.status == audit.StatusUnknown {
		f.LastSeen = r.lastSeenIfStatusUnknown
		return f
	}
	for _, run := range h.runs {
		if !run.leftOut.Has(r.check, r.account) {
			f.LastSeen = run.takenAt
		}
	}
	return f
}

// prior is what a new process learns of the history.
func (h *history) prior(t testing.TB) *audit.Prior {
	t.Helper()
	p := audit.NewPrior(len(h.rows))
	for _, r := range h.rows {
		row := audit.Row{Finding: h.finding(t, r), Missed: r.missed, FailFingerprint: r.failFingerprint, Digest: r.digest}
		if err := p.Add(row); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// clone is a copy that later runs leave alone.
func (m model) clone() model { return maps.Clone(m) }
