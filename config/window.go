package config

import (
	"fmt"
	"time"
)

// Window is the span of time that a report is about: a Period that ends when
// the report is due, or the calendar month before that in which it is due. The
// zero Window is not set.
type Window struct {
	period Period
	month  bool
}

const (
	monthWord = "month"
	// windowExample is what a message shows of the form.
	windowExample = "a period such as 30d, or month"
)

// ParseWindow reads "month", or what ParsePeriod does.
func ParseWindow(text string) (Window, error) {
	if text == monthWord {
		return Window{month: true}, nil
	}
	period, err := ParsePeriod(text)
	if err != nil {
		return Window{}, fmt.Errorf("expected %s, found %.40q", windowExample, text)
	}
	return Window{period: period}, nil
}

// Before is the span of a report that is due at that time: since is in it,
// until is not. The months are those of the zone.
func (w Window) Before(due time.Time, zone *time.Location) (since, until time.Time) {
	if !w.month {
		return due.Add(-w.period.Duration()).UTC(), due.UTC()
	}
	year, month, _ := due.In(zone).Date()
	return time.Date(year, month-1, 1, 0, 0, 0, 0, zone).UTC(), time.Date(year, month, 1, 0, 0, 0, 0, zone).UTC()
}

// reach is how long before it is due a report can reach back.
func (w Window) reach() Period {
	if w.month {
		return 62 * Day // the first of a month is that long before the end of the next, where both have 31 days
	}
	return w.period
}

// Equal reports whether both are the same span.
func (w Window) Equal(other Window) bool { return w == other }

// String is what ParseWindow reads.
func (w Window) String() string {
	if w.month {
		return monthWord
	}
	return w.period.String()
}

// MarshalText writes the form of String.
func (w Window) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads as ParseWindow does.
func (w *Window) UnmarshalText(text []byte) error {
	parsed, err := ParseWindow(string(text))
	if err != nil {
		return err
	}
	*w = parsed
	return nil
}
