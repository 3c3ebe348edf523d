package main

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
)

// figures are what must not grow for ever.
type figures struct {
	heap, history, wal, exports float64 // MB; history with its WAL empty
	goroutines, files           float64
	series                      float64
}

// measure takes the figures; no run is going on.
func (s *soak) measure() (f figures) {
	s.wantPruned()
	f.series = float64(s.series())
	all, _ := s.sizeOf(s.history)
	f.wal, _ = s.sizeOf(filepath.Join(s.history, "history.db-wal"))
	f.history = all - f.wal
	f.exports, f.files = s.sizeOf(s.exports)
	runtime.GC()
	runtime.GC() // what pools held is dropped by the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	f.heap, f.goroutines = float64(m.HeapAlloc)/(1<<20), float64(runtime.NumGoroutine())
	return f
}

func (s *soak) sizeOf(dir string) (mb, files float64) {
	s.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		mb += float64(info.Size()) / (1 << 20)
		files++
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // the WAL goes when the history is closed
		s.Error(err)
	}
	return mb, files
}

// series counts those of the metrics page, which must be in the text format
// and have each once.
func (s *soak) series() (n int) {
	reply := httptest.NewRecorder()
	s.page.ServeHTTP(reply, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(reply.Body)
	if err != nil {
		s.Error(err)
	}
	seen := map[string]bool{}
	for name, family := range families {
		for _, m := range family.GetMetric() {
			labels := name
			for _, l := range m.GetLabel() {
				labels += "\xff" + l.GetName() + "\xff" + l.GetValue()
			}
			if seen[labels] {
				s.Errorf("%q is on the page twice", labels)
			}
			seen[labels] = true
		}
	}
	return len(seen)
}

// growths are the figures that must be no larger in later samples than in
// earlier ones, but for so much: a share, and an amount.
var growths = []struct {
	unit   string
	of     func(*figures) float64
	share  float64
	amount float64
}{
	{"heap-MB", func(f *figures) float64 { return f.heap }, 0.2, 2},
	{"goroutines", func(f *figures) float64 { return f.goroutines }, 0, 4},
	{"history-MB", func(f *figures) float64 { return f.history }, 0.3, 0.2},
	{"wal-MB", func(f *figures) float64 { return f.wal }, 0, 8}, // is emptied now and then
	{"exports-MB", func(f *figures) float64 { return f.exports }, 0.2, 2},
	{"exports-files", func(f *figures) float64 { return f.files }, 0.1, 15},
	{"series", func(f *figures) float64 { return f.series }, 0.1, 10},
}

// wantNoGrowth compares the largest of each figure in the second half of the
// samples from that one on with the largest in the first half.
func (s *soak) wantNoGrowth(from int) {
	steady := s.figures[from:]
	half := len(steady) / 2
	for _, g := range growths {
		before, after := largest(steady[:half], g.of), largest(steady[half:], g.of)
		s.Logf("%s: %.1f, then %.1f", g.unit, before, after)
		if after > before*(1+g.share)+g.amount {
			s.Errorf("%s: grew from %.1f to %.1f", g.unit, before, after)
		}
	}
}

func largest(list []figures, of func(*figures) float64) (most float64) {
	for i := range list {
		most = max(most, of(&list[i]))
	}
	return most
}

// wantSound fails unless the history, which nobody has open, is sound.
func (s *soak) wantSound() {
	s.Helper()
	db, err := sql.Open("sqlite", filepath.Join(s.history, "history.db"))
	if err != nil {
		s.Fatal(err)
	}
	var answer string
	if err := db.QueryRow(`PRAGMA integrity_check`).Scan(&answer); err != nil || answer != "ok" {
		s.Errorf("the history is damaged: %s, %v", answer, err)
	}
	if err := db.Close(); err != nil {
		s.Error(err)
	}
}

// wantPruned fails if a run is listed that should have been dropped: old ones
// are once an hour, in a run after which the store works.
func (s *soak) wantPruned() {
	store := s.store.Load()
	if store == nil {
		return
	}
	oldest := time.Now().Add(-s.keep - time.Hour - 20*time.Minute)
	for r, err := range (*store).Runs(context.Background(), 0) {
		if err != nil || r.Header.TakenAt.Before(oldest) {
			s.Errorf("run of %v is listed, %v", r.Header.TakenAt, err)
		}
	}
}

// reads has the changes told that the store has, if it is open.
func (s *soak) reads() {
	store := s.store.Load()
	if store == nil {
		return
	}
	s.told.takes(*store)
	s.estate.forget(time.Now().Add(-s.keep - 2*time.Hour))
}

// chronicle replays the changes of a history as they come.
type chronicle struct {
	testing.TB
	estate *soakEstate
	told   map[change]bool
	open   map[string]bool // findings
	opened int
}

type change struct {
	finding string
	at      time.Time
}

func newChronicle(t testing.TB, e *soakEstate) *chronicle {
	return &chronicle{TB: t, estate: e, told: map[change]bool{}, open: map[string]bool{}}
}

func (c *chronicle) takes(store daemon.Store) {
	listed := map[change]bool{}
	for ch, err := range store.Changes(context.Background(), time.Time{}, time.Now()) {
		if err != nil {
			c.Error(err)
			return
		}
		key := change{ch.FindingID, ch.At}
		if listed[key] {
			c.Errorf("two changes of one run: %+v", ch)
		}
		if listed[key] = true; !c.told[key] {
			c.take(&ch)
		}
	}
	c.told = listed // what was pruned does not come again
}

// take holds that nothing opens or closes twice, and nothing without evidence.
func (c *chronicle) take(ch *audit.Change) {
	wrong := false
	switch ch.Kind {
	case audit.Opened:
		wrong = c.open[ch.FindingID] || ch.To != audit.StatusFail
		c.open[ch.FindingID] = true
		c.opened++
	case audit.Resolved:
		wrong = !c.open[ch.FindingID] || ch.To != audit.StatusPass && ch.To != audit.StatusNotApplicable
		delete(c.open, ch.FindingID)
	case audit.Removed:
		delete(c.open, ch.FindingID)
	case audit.Regained:
		wrong = c.open[ch.FindingID] != (ch.To == audit.StatusFail)
	case audit.Changed:
		wrong = c.open[ch.FindingID]
	case audit.Blinded:
	}
	read := c.estate.ownership(ch.At, ch.Resource)
	if ch.Check == soakOwnership && (ch.Kind == audit.Opened && read != "ObjectWriter" || ch.Kind == audit.Resolved && read != enforced ||
		ch.Kind == audit.Regained && read == "" || ch.Kind == audit.Blinded && read != "") {
		wrong = true
	}
	if wrong {
		c.Errorf("%s %s to %q at %v, where %q was read; open before: %v", ch.Resource, ch.Kind, ch.To, ch.At, read, c.open[ch.FindingID])
	}
}

// closes compares what is open by the changes with what is by the findings.
func (c *chronicle) closes(store daemon.Store) {
	failing := map[string]bool{}
	for f, err := range store.Findings(context.Background(), audit.Query{}) {
		if err != nil {
			c.Error(err)
		}
		if failing[f.ID] = f.Known != nil && f.Known.Status == audit.StatusFail; failing[f.ID] != c.open[f.ID] {
			c.Errorf("%s of %s fails: %v, by the changes: %v", f.Check, f.Resource, failing[f.ID], c.open[f.ID])
		}
	}
	for id := range c.open {
		if !failing[id] {
			c.Errorf("finding %s is open by the changes only", id)
		}
	}
}
