package schedule_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/robfig/cron/v3"

	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
)

// FuzzNext holds any spec that parses to the laws of Next and, over three
// days, to the oracle.
func FuzzNext(f *testing.F) {
	f.Add("30 2 * * *", uint8(0), int64(1772960000)) // the night of a skipped hour
	f.Add("30 1 * * *", uint8(1), int64(1792800000))
	f.Add("*/15 */2 * * *", uint8(2), int64(1775310000))
	f.Add("0 0 29 feb sun-tue/2", uint8(3), int64(0))
	f.Add("30 2,3 30 12 *", uint8(4), int64(1325200000)) // the date left out
	f.Add("CRON_TZ=Africa/Cairo ? 0/24 */5 * *", uint8(5), int64(1777000000))
	f.Fuzz(func(t *testing.T, spec string, zone uint8, seconds int64) {
		s, err := schedule.Parse(spec, zones[int(zone)%len(zones)])
		if err != nil {
			if text := err.Error(); !strings.HasPrefix(text, "schedule ") || strings.ContainsFunc(text, unicode.IsControl) {
				t.Errorf("error %q", text)
			}
			return
		}
		if again, err := schedule.Parse(s.String(), ""); err != nil || again.String() != s.String() {
			t.Errorf("%s reads back as %v, %v", s, again, err)
		}
		const day, years = 86400, 150 // from 1950: before, offsets had seconds
		after := time.Unix((seconds%(years*365*day)+years*365*day)%(years*365*day)-20*365*day, 0).UTC()
		checkLaws(t, s, after)
		checkOracle(t, s, after)
	})
}

func checkLaws(t *testing.T, s *schedule.Schedule, after time.Time) {
	t.Helper()
	slot := s.Next(after)
	if slot.IsZero() || !slot.After(after) || slot.Location() != time.UTC {
		t.Fatalf("%s: Next(%v) = %v", s, after, slot)
	}
	for _, before := range []time.Time{slot.Add(-1), after.Add(slot.Sub(after) / 2)} {
		if got := s.Next(before); !got.Equal(slot) {
			t.Errorf("%s: Next(%v) = %v, but from %v it is %v", s, after, slot, before, got)
		}
	}
	if got, ok := s.Missed(after, slot); !ok || !got.Equal(slot) {
		t.Errorf("%s: Missed(%v, %v) = %v, %t", s, after, slot, got, ok)
	}
	// No zone moves its clock by more than a day.
	if gap := s.Next(slot).Sub(slot); gap <= 0 || gap > s.Interval()+25*time.Hour && !strings.Contains(s.String(), "/") {
		t.Errorf("%s: %v is followed after %v, the interval is %v", s, slot, gap, s.Interval())
	}
}

// checkOracle reads the spec with cron itself, so that it holds our reading
// of its bits to its own Next too, where that can be relied on.
func checkOracle(t *testing.T, s *schedule.Schedule, after time.Time) {
	t.Helper()
	zone, spec, _ := strings.Cut(strings.TrimPrefix(s.String(), "CRON_TZ="), " ")
	inUTC, err := cron.ParseStandard("CRON_TZ=UTC " + spec)
	if err != nil {
		t.Fatalf("%s: cron does not read it: %v", s, err)
	}
	to := after.AddDate(0, 0, 3)
	due := map[time.Time]bool{} // readings that match, those of the days around included
	for r := inUTC.Next(after.AddDate(0, 0, -4)); !r.IsZero() && r.Before(to.AddDate(0, 0, 2)); r = inUTC.Next(r) {
		due[r] = true
	}
	table := timetable{
		everyPass: strings.ContainsAny(strings.Fields(spec)[1], "*?/"),
		matches:   func(r time.Time) bool { return due[r] },
	}
	want := slotsByOracle(load(t, zone), after, to, time.Minute, table)[0]
	got := slices.Collect(s.Slots(after, to))
	if !slices.EqualFunc(want, got, time.Time.Equal) {
		t.Errorf("%s from %v (-want +got):\n%s", s, after, cmp.Diff(instants(want), instants(got)))
	}
}
