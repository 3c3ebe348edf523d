package daemon_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

var errSink = errors.New("the sink is full")

func full(context.Context, *audit.Run) error { return errSink }

func works(context.Context, *audit.Run) error { return nil }

// pauses are the times between tries.
func (s *sink) pauses() (pauses []time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.tries[1:] {
		pauses = append(pauses, s.tries[i+1].Sub(s.tries[i]))
	}
	return pauses
}

func TestFailedExportsAreTriedAgain(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		failing, sound := newSink("failing"), newSink("sound")
		failing.does(full)
		l := s.begin(s.planned(never{}, failing, sound))
		l.audits()
		time.Sleep(19 * time.Minute)
		want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}
		for i := range want {
			want[i] *= time.Second
		}
		if diff := cmp.Diff(want, failing.pauses()); diff != "" {
			t.Errorf("pauses (-want +got):\n%s", diff)
		}
		if n := s.witness.account().ExportFailures["failing"]; n != len(want)+1 {
			t.Errorf("%d failures counted", n)
		}
		// A newer run takes its place, and begins with short pauses.
		tried := failing.tried()
		l.audits()
		if diff := cmp.Diff(want[:5], failing.pauses()[tried:]); diff != "" {
			t.Errorf("pauses of the newer run (-want +got):\n%s", diff)
		}
		failing.does(works)
		time.Sleep(24 * time.Hour)
		wantIDs(t, "failing", failing.ids(), "run-2")
		wantIDs(t, "sound", sound.ids(), "run-1", "run-2")
		if n := failing.tried(); n != tried+7 {
			t.Errorf("tried %d times, once more than needed?", n-tried)
		}
		l.end()
		s.witness.wantResults("success", "success")
	})
}

// What a newer run made needless is not tried again.
func TestANewerRunEndsTheTries(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		k := newSink("json")
		k.does(full)
		l := s.begin(s.planned(never{}, k))
		l.audits()
		k.does(works)
		_ = l.Start()
		time.Sleep(time.Hour)
		wantIDs(t, "published", k.ids(), "run-2")
		if k.tried() != 6+1 || s.logged("panicked") > 0 {
			t.Errorf("tried %d times", k.tried())
		}
		l.end()
	})
}

// An exporter that hangs is in nobody's way, and counts as failed for the runs
// that it lets pass.
func TestAHangingExporter(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		hanging, sound := newSink("hanging"), newSink("sound")
		release := make(chan struct{})
		hanging.does(func(context.Context, *audit.Run) error { <-release; return nil })
		l := s.begin(s.planned(never{}, hanging, sound))
		for range 4 {
			l.audits()
		}
		wantIDs(t, "sound", sound.ids(), "run-1", "run-2", "run-3", "run-4")
		if n := s.witness.account().ExportFailures["hanging"]; n != 2 {
			t.Errorf("%d failures counted, want those of run-2 and run-3", n)
		}
		close(release)
		synctest.Wait()
		wantIDs(t, "hanging", hanging.ids(), "run-1", "run-4")
		l.end()
	})
}
