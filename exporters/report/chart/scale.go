package chart

import "time"

// steps are the marks of an axis of counts: from 0 in equal round steps, four
// at most above it, the last one not under the greatest value.
func steps(greatest int) []int {
	for tens := 1; ; tens *= 10 {
		for _, factor := range [...]int{1, 2, 5} {
			if step := factor * tens; 4*step >= greatest {
				return multiples(step, greatest)
			}
		}
	}
}

// multiples are 0 and the multiples of step up to the first not under the
// greatest value.
func multiples(step, greatest int) []int {
	list := []int{0, step}
	for list[len(list)-1] < greatest {
		list = append(list, list[len(list)-1]+step)
	}
	return list
}

// spacings are the distances between marks of an axis of time.
var spacings = [...]time.Duration{
	10 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 7 * day, 14 * day, 28 * day, 56 * day, 91 * day, 182 * day, 364 * day,
}

const day = 24 * time.Hour

// marks are the times to be marked between from and until, eight at most, and
// how they are written: round hours, or days at midnight in UTC.
func marks(from, until time.Time) ([]time.Time, string) {
	spacing := spacings[len(spacings)-1]
	for _, s := range spacings {
		if until.Sub(from) <= 8*s {
			spacing = s
			break
		}
	}
	layout := "2 Jan"
	switch {
	case spacing < day:
		layout = "2 Jan 15:04"
	case spacing >= 182*day:
		layout = "Jan 2006"
	}
	first := from.UTC().Truncate(min(spacing, day))
	if first.Before(from) {
		first = first.Add(min(spacing, day))
	}
	var list []time.Time
	for at := first; !at.After(until); at = at.Add(spacing) {
		list = append(list, at)
	}
	return list, layout
}
