package schedule

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// closingRule is a zone, in the format of RFC 9636, with no change listed and
// all of them by rule. So are, from some year on, those of the compact form of
// the database that Go embeds, while machines often list changes up to 2037.
func closingRule(t *testing.T, rule string) *time.Location {
	t.Helper()
	const oneType = "\x00\x00\x00\x00\x00\x00XXX\x00"
	header := "TZif2" + strings.Repeat("\x00", 15+16) + "\x00\x00\x00\x01\x00\x00\x00\x04"
	zone, err := time.LoadLocationFromTZData("Test/Rule", []byte(header+oneType+header+oneType+"\n"+rule+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// In the compact form the last day of a leap year is one of which Go does not
// know how long it goes on.
func TestLastDayOfALeapYear(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"EST5EDT,M3.2.0,M11.1.0", "NZST-12NZDT,M9.5.0,M4.1.0/3", "CET-1CEST,M3.5.0,M10.5.0/3"} {
		for spec, every := range map[string]time.Duration{"30 2 * * *": day, "0 * * * *": time.Hour, "* * * * *": time.Minute} {
			s, err := Parse(spec, "")
			if err != nil {
				t.Fatal(err)
			}
			s.zone = closingRule(t, rule)
			from := time.Date(2028, time.December, 28, 0, 0, 0, 0, time.UTC)
			slots := slices.Collect(s.Slots(from, from.AddDate(0, 0, 7)))
			if got, want := len(slots), int(7*day/every); got != want {
				t.Errorf("%s by %s: %d slots, want %d", spec, rule, got, want)
			}
			for i := range slots[1:] {
				if gap := slots[i+1].Sub(slots[i]); gap != every {
					t.Errorf("%s by %s: %v after %v", spec, rule, gap, slots[i])
				}
			}
		}
	}
}

// No zone of the database skips the same date and time for ever; a rule can.
func TestSlotsThatAlwaysFallIntoAGap(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	s, err := Parse("30 0/24 21 3 *", "")
	if err != nil {
		t.Fatal(err)
	}
	s.zone = closingRule(t, "XXX0YYY,J80/0,J265/0")
	if got := s.Next(from); !got.IsZero() {
		t.Errorf("Next = %v, yet no clock ever shows the time", got)
	}
	if slot, ok := s.Missed(from, from.AddDate(100, 0, 0)); ok {
		t.Errorf("Missed = %v", slot)
	}
	for slot := range s.Slots(from, from.AddDate(100, 0, 0)) {
		t.Fatalf("slot %v", slot)
	}
	s.everyPass = false
	if got, want := s.Next(from), time.Date(2026, time.March, 21, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("once a date, Next = %v, want the end of the gap, %v", got, want)
	}
}
