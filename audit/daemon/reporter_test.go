package daemon_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
)

// reporter makes a report that remembers. What it does is asked first.
type reporter struct {
	t      testing.TB
	name   string
	making *atomic.Int32 // reports of the setting that are being made

	mu    sync.Mutex
	does  func(context.Context) error
	tries []time.Time
	slots []time.Time // that a report was made of
}

func (s *setting) reporter(name string) *reporter {
	return &reporter{t: s.t, name: name, making: &s.making, does: func(context.Context) error { return nil }}
}

// due is the report at the slots; its ID is its name.
func (r *reporter) due(slots daemon.Schedule) daemon.Report {
	return daemon.Report{Name: r.name, ID: r.name, Schedule: slots, Make: r.make}
}

func (r *reporter) make(ctx context.Context, history audit.Reader, slot time.Time) (bool, error) {
	if r.making.Add(1) > 1 {
		r.t.Error("two reports at once")
	}
	defer r.making.Add(-1)
	r.mu.Lock()
	r.tries = append(r.tries, time.Now().UTC())
	does := r.does
	r.mu.Unlock()
	if _, ok, err := history.Last(ctx); err == nil && !ok {
		r.t.Error("a report of nothing")
	}
	if err := does(ctx); err != nil {
		return false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.slots = append(r.slots, slot)
	return true, nil
}

func (r *reporter) will(does func(context.Context) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.does = does
}

func (r *reporter) tried() []time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.tries)
}

// made are the slots, as times since the bubble began at midnight.
func (r *reporter) made() []time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := []time.Duration{}
	for _, slot := range r.slots {
		list = append(list, slot.Sub(bubbleBegan))
	}
	return list
}

// bubbleBegan is when time begins in a bubble of synctest.
var bubbleBegan = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// wantMade fails unless reports were made of those slots, in hours.
func (r *reporter) wantMade(hours ...int) {
	r.t.Helper()
	want := []time.Duration{}
	for _, h := range hours {
		want = append(want, time.Duration(h)*time.Hour)
	}
	if got := r.made(); !slices.Equal(got, want) {
		r.t.Errorf("%s: made of %v, want %v", r.name, got, want)
	}
}

// reporting is a plan with reports that audits once, when nothing is recorded.
func (s *setting) reporting(reports ...daemon.Report) *plan {
	p := s.planned(slots(s.t, "0 0 29 2 *", ""))
	p.Reports = reports
	return p
}
