package schedule

import "time"

// Interval is the longest time between two slots that follow each other, as
// the calendar has it: a quarter of an hour for "*/15 * * * *", a day for
// "30 2 * * *", three for "0 9 * * 1-5", eight years for 29 February. Who
// waits longer than that for a run has missed one; the shift of a zone's
// clock, an hour as a rule, comes on top and is left out, so that the figure
// does not depend on the zone. It takes some milliseconds: ask once.
func (s *Schedule) Interval() time.Duration {
	first, last, widest := s.calendar.timesOfDay()
	overnight := first - last
	return max(widest, s.calendar.longestPause()+overnight)
}

// timesOfDay is the first and the last time of a day that matches, and the
// widest gap between two of the same day.
func (c calendar) timesOfDay() (first, last, widest time.Duration) {
	minute, ok := c.minuteOfDay(0)
	first = time.Duration(minute) * time.Minute
	for last = first; ok; minute, ok = c.minuteOfDay(minute + 1) {
		at := time.Duration(minute) * time.Minute
		widest = max(widest, at-last)
		last = at
	}
	return first, last, widest
}

// longestPause is the longest time from one date that matches to the next.
// The Gregorian calendar repeats after 400 years, days of the week included.
func (c calendar) longestPause() time.Duration {
	const cycle = 400
	var longest time.Duration
	date := c.nextDate(time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC))
	for end := date.AddDate(cycle, 0, 0); date.Before(end); {
		next := c.nextDate(date)
		longest = max(longest, next.Sub(date))
		date = next
	}
	return longest
}
