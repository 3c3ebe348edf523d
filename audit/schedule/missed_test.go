package schedule_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestMissed(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, spec, last, now, want string }{
		{"nothing yet", "0 3 * * *", "2026-05-01 03:00", "2026-05-02 02:59", ""},
		{"due this instant", "0 3 * * *", "2026-05-01 03:00", "2026-05-02 03:00", "2026-05-02 03:00"},
		{"one", "0 3 * * *", "2026-05-01 03:00", "2026-05-02 03:05", "2026-05-02 03:00"},
		{"the latest of many", "0 3 * * *", "2026-05-01 03:00", "2026-05-20 03:05", "2026-05-20 03:00"},
		{"last was no slot", "0 3 * * *", "2026-05-01 12:34", "2026-05-02 03:05", "2026-05-02 03:00"},
		{"the same instant", "0 3 * * *", "2026-05-01 03:00", "2026-05-01 03:00", ""},
		{"the clock was set back", "0 3 * * *", "2026-05-08 03:00", "2026-05-01 03:00", ""},
		{"the latest of millions", "* * * * *", "2006-05-01 03:00", "2026-05-01 03:00", "2026-05-01 03:00"},
		{"never run", "0 3 * * *", "0001-01-01 00:00", "2026-05-02 02:59", "2026-05-01 03:00"},
		{"never run, rarely due", "0 0 29 2 *", "0001-01-01 00:00", "2103-05-02 02:59", "2096-02-29 00:00"},
		{"long after a burst", "* 0 1 1 *", "2020-01-01 00:30", "2026-12-31 23:59", "2026-01-01 00:59"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := mustParse(t, test.spec, "").Missed(instant(t, test.last), instant(t, test.now))
			switch {
			case ok != (test.want != ""):
				t.Errorf("Missed = %v, %t", got, ok)
			case ok && !got.Equal(instant(t, test.want)):
				t.Errorf("Missed = %v, want %s", got, test.want)
			case !ok && !got.IsZero():
				t.Errorf("nothing missed, and yet %v", got)
			}
		})
	}
}

// samoanYear begins a year in which every zone that moves its clock does so,
// Samoa over a date.
var samoanYear = time.Date(2011, time.March, 1, 0, 0, 0, 0, time.UTC)

// Restarts at any instant, those of the slots and a nanosecond to either side
// among them: each slot is taken, or made up for by the next start.
func TestRestartsLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 14))
	for _, zone := range zones {
		for _, table := range timetables {
			s := mustParse(t, table.spec, zone)
			last := samoanYear
			for now := last; now.Before(samoanYear.AddDate(1, 0, 0)); {
				now = s.Next(now).Add(time.Duration(random.IntN(3) - 1)) // the slot, or just off it
				if random.IntN(4) == 0 {
					now = now.Add(time.Duration(random.Int64N(int64(50 * time.Hour))))
				}
				passed := slices.Collect(s.Slots(last, now))
				slot, ok := s.Missed(last, now)
				if ok != (len(passed) > 0) || ok && !slot.Equal(passed[len(passed)-1]) {
					t.Fatalf("%s: Missed(%v, %v) = %v, %t; the slots passed are %v", s, last, now, slot, ok, passed)
				}
				if ok {
					last = slot
				}
				if again, ok := s.Missed(last, now); ok {
					t.Fatalf("%s: %v is made up for twice, then as %v", s, slot, again)
				}
			}
		}
	}
}
