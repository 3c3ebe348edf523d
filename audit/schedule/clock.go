package schedule

import "time"

// readingAt is what a clock of the zone shows at an instant.
func readingAt(at time.Time, zone *time.Location) time.Time {
	_, offset := at.In(zone).Zone()
	return at.UTC().Add(time.Duration(offset) * time.Second)
}

// stretch is how far clocks of the zone are ahead of UTC at an instant, and
// an instant after it, in UTC, before which that does not change; zero if it
// never will.
func stretch(at time.Time, zone *time.Location) (ahead time.Duration, end time.Time) {
	local := at.In(zone)
	_, offset := local.Zone()
	_, end = local.ZoneBounds()
	switch {
	case end.IsZero():
	case end.After(at):
		end = end.UTC()
	default:
		// Go takes the years of a zone's closing rule to have 365 days, so that on
		// 31 December of a leap year the bound it gives is past. That rule moves no
		// clock in what is left of the year.
		end = at.UTC().Truncate(day).Add(day)
	}
	return time.Duration(offset) * time.Second, end
}

// widest exceeds the offset from UTC of every zone: RFC 9636, 3.2, advises
// against more than 26 hours.
const widest = 48 * time.Hour

// reached is the first instant, in UTC, at which a clock of the zone shows a
// reading or a later one. Of a reading shown twice it is the first pass, of
// one that is skipped the end of the gap.
func reached(reading time.Time, zone *time.Location) time.Time {
	for at := reading.Add(-widest); ; {
		ahead, end := stretch(at, zone)
		shown := reading.Add(-ahead)
		switch {
		case shown.Before(at):
			return at
		case end.IsZero() || shown.Before(end):
			return shown
		}
		at = end
	}
}

// minuteFrom is the first whole minute that is not before a reading.
func minuteFrom(reading time.Time) time.Time {
	whole := reading.Truncate(time.Minute)
	if whole.Before(reading) {
		return whole.Add(time.Minute)
	}
	return whole
}

// nextMinute is the first whole minute after a reading.
func nextMinute(reading time.Time) time.Time {
	return reading.Truncate(time.Minute).Add(time.Minute)
}
