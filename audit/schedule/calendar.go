package schedule

import (
	"math/bits"
	"time"

	"github.com/robfig/cron/v3"
)

// calendar is which readings of a local clock match a spec. A reading is a
// date and time without a zone, held as a time.Time in UTC.
type calendar struct {
	minutes, hours   uint64
	monthDays, weeks uint64 // days of the month; days of the week
	months           uint64
	eitherDay        bool // one of monthDays and weeks is enough
}

// star is the bit by which the parser marks a field that holds "*" or "?".
const star = 1 << 63

func newCalendar(parsed *cron.SpecSchedule) calendar {
	return calendar{
		minutes:   parsed.Minute &^ star,
		hours:     parsed.Hour &^ star,
		monthDays: parsed.Dom,
		weeks:     parsed.Dow,
		months:    parsed.Month,
		eitherDay: (parsed.Dom|parsed.Dow)&star == 0,
	}
}

const day = 24 * time.Hour // readings know no change of the clock

// longestWait is more than can pass without a date that some matches: the
// eight years between two dates of 29 February, if a year such as 2100 is
// among them.
const longestWait = 9 * 366 * day

// next is the first reading from the given one on that matches; Parse made
// sure that there always is one. The given one is a whole minute.
func (c calendar) next(from time.Time) time.Time {
	minute := from.Hour()*60 + from.Minute()
	date := from.Add(-time.Duration(minute) * time.Minute)
	if c.matchesDate(date) {
		if m, ok := c.minuteOfDay(minute); ok {
			return date.Add(time.Duration(m) * time.Minute)
		}
	}
	first, _ := c.minuteOfDay(0)
	return c.nextDate(date).Add(time.Duration(first) * time.Minute)
}

// nextDate is the first date after the given one that matches, or the zero
// Time if no date ever does.
func (c calendar) nextDate(date time.Time) time.Time {
	last := date.Add(longestWait)
	for date = date.Add(day); !date.After(last); {
		switch {
		case !has(c.months, int(date.Month())):
			date = time.Date(date.Year(), date.Month()+1, 1, 0, 0, 0, 0, time.UTC)
		case c.matchesDay(date):
			return date
		default:
			date = date.Add(day)
		}
	}
	return time.Time{}
}

func (c calendar) matchesDate(date time.Time) bool {
	return has(c.months, int(date.Month())) && c.matchesDay(date)
}

func (c calendar) matchesDay(date time.Time) bool {
	monthDay, week := has(c.monthDays, date.Day()), has(c.weeks, int(date.Weekday()))
	if c.eitherDay {
		return monthDay || week
	}
	return monthDay && week
}

// minuteOfDay is the first minute of a day from the given one on that
// matches, if any is left of that day.
func (c calendar) minuteOfDay(from int) (int, bool) {
	hour, minute := from/60, from%60
	if has(c.hours, hour) {
		if m, ok := lowest(c.minutes, minute); ok {
			return hour*60 + m, true
		}
	}
	hour, ok := lowest(c.hours, hour+1)
	first, _ := lowest(c.minutes, 0)
	return hour*60 + first, ok
}

func has(set uint64, element int) bool { return set>>element&1 != 0 }

// lowest is the lowest element of a set that is at least from.
func lowest(set uint64, from int) (int, bool) {
	rest := set >> from << from
	return bits.TrailingZeros64(rest), rest != 0
}
