package daemon_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// The years hold changes of the clock by whole and half hours on both
// hemispheres, and the date that Samoa left out.
var (
	yearsFrom = time.Date(2010, time.January, 1, 0, 0, 0, 0, time.UTC)
	yearsTo   = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// Ten simulated years in six zones: every slot has its run, begun within a
// second of it, and there are no other runs. What the slots are is proved in
// package schedule.
func TestEverySlotHasItsRun(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"} {
		for _, spec := range []string{"30 2 * * *", "30 1 * * *", "0 3 * * *"} {
			t.Run(zone+" "+spec, func(t *testing.T) {
				t.Parallel()
				bubble(t, func(t *testing.T, s *setting) { s.live(t, spec, zone, yearsTo) })
			})
		}
		t.Run(zone+" hourly", func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, s *setting) { s.live(t, "20 */1 * * *", zone, yearsFrom.AddDate(1, 0, 0)) })
		})
	}
}

func (s *setting) live(t *testing.T, spec, zone string, until time.Time) {
	time.Sleep(time.Until(yearsFrom))
	s.estate.buckets, s.estate.collect = nil, taking(time.Minute)
	s.options.Page, s.options.Log = forgetful{s.page}, zap.NewNop()
	table := slots(t, spec, zone)
	s.hasty = true
	l := s.begin(s.planned(table))
	time.Sleep(time.Until(until.Add(time.Second)))
	l.end()
	// The first run, of a daemon without history, is due at once.
	want := append([]time.Time{yearsFrom}, slices.Collect(table.Slots(yearsFrom, until))...)
	late := func(want, got time.Time) bool { return !got.Before(want) && got.Sub(want) <= time.Second }
	if !slices.EqualFunc(want, s.witness.starts, late) {
		t.Errorf("%d runs, want %d", len(s.witness.starts), len(want))
	}
	if s.witness.skipped > 0 {
		t.Errorf("%d slots skipped", s.witness.skipped)
	}
}

// forgetful is a sink that keeps nothing.
type forgetful struct{ *sink }

func (forgetful) Publish(context.Context, *audit.Run) error { return nil }

// A daemon that is down from 2:55 to 3:05 every night makes up for the run of
// 3:00 every night.
func TestRestartsOverTheSlot(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		at := func(day, hour, minute int) time.Time {
			return time.Date(2026, time.May, day, hour, minute, 0, 0, time.UTC)
		}
		time.Sleep(time.Until(at(1, 3, 5)))
		for day := 1; day <= 11; day++ {
			began, runs := time.Now(), len(s.witness.starts)
			l := s.begin(s.planned(slots(t, "0 3 * * *", "")))
			time.Sleep(time.Until(at(day+1, 2, 55)))
			l.end()
			starts := s.witness.starts[runs:]
			if len(starts) != 1 || starts[0].Sub(began) > time.Minute {
				t.Errorf("day %d: started at %v, the runs began at %v", day, began, starts)
			}
			time.Sleep(time.Until(at(day+1, 3, 5)))
		}
	})
}

func TestOneRunMakesUpForAll(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		const table = "*/5 * * * *"
		l := s.begin(s.planned(slots(t, table, "")))
		time.Sleep(time.Second)
		l.end()
		time.Sleep(100 * time.Hour)
		time.Sleep(7 * time.Second)
		l = s.begin(s.planned(slots(t, table, "")))
		time.Sleep(4 * time.Minute)
		l.end()
		s.witness.wantResults("success", "success")
		// Where nothing was missed, nothing is made up for.
		l = s.begin(s.planned(slots(t, table, "")))
		time.Sleep(30 * time.Second)
		l.end()
		s.witness.wantResults("success", "success")
	})
}

func TestWhatWasCutShortIsMadeUpFor(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		table := slots(t, "0 3 * * *", "")
		s.estate.collect = taking(time.Minute)
		for range 3 {
			l := s.begin(s.planned(table))
			time.Sleep(30 * time.Second)
			l.end()
		}
		l := s.begin(s.planned(table))
		time.Sleep(2 * time.Hour)
		l.end()
		l = s.begin(s.planned(table))
		time.Sleep(time.Minute / 2)
		l.end()
		s.witness.wantResults("partial", "partial", "partial", "success")
		if len(s.disk.runs) != 4 {
			t.Errorf("%d runs are recorded", len(s.disk.runs))
		}
	})
}
