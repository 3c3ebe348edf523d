package schedule

import (
	"iter"
	"time"
)

// Schedule is a spec in a time zone. It does not change, so that goroutines
// may share it. Parse makes one; the zero Schedule is of no use.
type Schedule struct {
	spec     string
	zone     *time.Location
	calendar calendar
	// everyPass is whether each instant that matches is a slot, rather than
	// each local date and time once.
	everyPass bool
}

// String is the schedule in canonical form, the zone included, such as
// "CRON_TZ=Europe/Berlin 30 2 * * *". Parse reads it back.
func (s *Schedule) String() string { return zonePrefix + s.zone.String() + " " + s.spec }

// Next is the first slot after an instant, in UTC. The zero Time means that
// there is none within 40 years, which takes an hour field with a step whose
// every time falls into a gap of the zone's clock.
func (s *Schedule) Next(after time.Time) time.Time {
	if s.everyPass {
		return s.nextPass(after)
	}
	return s.nextReading(after)
}

// nextReading is Next for schedules of times of day. A reading up to the one
// shown at after was reached by then; in the second pass of an hour so were
// some of those that follow.
func (s *Schedule) nextReading(after time.Time) time.Time {
	for reading := nextMinute(readingAt(after, s.zone)); ; reading = nextMinute(reading) {
		reading = s.calendar.next(reading)
		if slot := reached(reading, s.zone); slot.After(after) {
			return slot
		}
	}
}

// horizon is how many years ahead Next looks. Calendars need 8 of them, from
// one 29 February over a year such as 2100 to the other; the rest is for
// slots that fall into a gap year after year.
const horizon = 40

// nextPass is Next for schedules of elapsed time. It looks at one stretch
// between two changes of the clock after the other.
func (s *Schedule) nextPass(after time.Time) time.Time {
	reading := nextMinute(readingAt(after, s.zone))
	for at, last := after, after.AddDate(horizon, 0, 0); !at.After(last); {
		offset, end := stretch(at, s.zone)
		slot := s.calendar.next(reading).Add(-offset)
		if end.IsZero() || slot.Before(end) {
			return slot
		}
		at, reading = end, minuteFrom(readingAt(end, s.zone))
	}
	return time.Time{}
}

// Slots yields the slots after from up to and including to, in order and in
// UTC. The slots of adjoining spans are therefore those of the whole.
func (s *Schedule) Slots(from, to time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		for slot := s.Next(from); !slot.IsZero() && !slot.After(to); slot = s.Next(slot) {
			if !yield(slot) {
				return
			}
		}
	}
}

// Missed is the latest slot after last and not after now, and whether there
// is one. A process that was down passes the last slot it had a run for:
// however many it missed, one run makes up for them, and recording that run
// under the slot returned leaves nothing to make up for at the next start. The
// zero Time for last, no run yet, makes a first run due at once. If now is
// before last, as after a clock was set back, nothing was missed.
func (s *Schedule) Missed(last, now time.Time) (time.Time, bool) {
	slot := s.Next(last)
	if slot.IsZero() || slot.After(now) {
		return time.Time{}, false
	}
	// The latest slot is in [slot, now]: halving that takes some 60 calls of
	// Next at most, where going on by minutes could take millions.
	for end := now; ; {
		middle := slot.Add(end.Sub(slot) / 2)
		switch next := s.Next(middle); {
		case !next.IsZero() && !next.After(end):
			slot = next
		case middle.Equal(slot):
			return slot, true
		default:
			end = middle
		}
	}
}
