package compose

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"github.com/quilt-auditor/quilt-auditor/audit/report"
)

// count writes a number with a comma between thousands.
func count(n int) string { return humanize.Comma(int64(n)) }

// counted is a number of things, which an s makes several.
func counted(n int, noun string) string { return english.Plural(n, noun, noun+"s") }

// verb is the form for a number of things.
func verb(n int, one, several string) string { return english.PluralWord(n, one, several) }

// between is a period, in a layout of days, with the times of day unless it
// begins and ends at midnight in UTC.
func between(p report.Period, layout string) string {
	since, until := p.Since.UTC(), p.Until.UTC()
	if midnight := 24 * time.Hour; !since.Truncate(midnight).Equal(since) || !until.Truncate(midnight).Equal(until) {
		return since.Format(layout+" 15:04") + " to " + until.Format(layout+" 15:04") + " UTC"
	}
	return since.Format(layout) + " to " + until.Format(layout)
}

// span is a length of time in its two greatest units.
func span(d report.Duration) string {
	const day = 24 * time.Hour
	switch s := d.Std(); {
	case s <= 0:
		return "0"
	case s < time.Minute:
		return fmt.Sprintf("%d s", max(1, s/time.Second))
	case s < time.Hour:
		return fmt.Sprintf("%d min", s/time.Minute)
	case s < 2*day:
		return units(s/time.Hour, "h", s%time.Hour/time.Minute, "min")
	case s < 30*day:
		return units(s/day, "d", s%day/time.Hour, "h")
	default:
		return count(int(s/day)) + " d"
	}
}

// together is the time of several findings, added up.
func together(t report.FindingTime) string {
	if days := t.Days(); days >= 30 {
		return count(int(days)) + " d"
	}
	return span(report.Duration(time.Duration(t) * time.Millisecond))
}

func units(great time.Duration, greatUnit string, small time.Duration, smallUnit string) string {
	if small == 0 {
		return fmt.Sprintf("%d %s", great, greatUnit)
	}
	return fmt.Sprintf("%d %s %d %s", great, greatUnit, small, smallUnit)
}
