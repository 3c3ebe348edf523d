package config

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"
)

// Period is a span of time as people write it: a Go duration that may also
// have days (d, always 24 hours) and weeks (w, 7 days), such as 90d or
// 1w2d12h. The zero Period is not set.
type Period time.Duration

// Day is the Period 1d.
const Day = Period(24 * time.Hour)

// periodExample is what a message shows of the form.
const periodExample = "a period such as 90d, 2w or 36h"

// periodPart is one number of a Period with its unit.
var periodPart = regexp.MustCompile(`^([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(w|d|h|ms|m|s|us|µs|μs|ns)`)

var (
	errPeriodForm  = errors.New("each number needs its unit, w, d, h, m (minutes) or s, without spaces")
	errPeriodZero  = errors.New("it must be longer than nothing")
	errPeriodRange = errors.New("it is longer than 292 years")
)

// ParsePeriod reads the form of Period. It fails on signs, on a number
// without a unit, on nothing at all and on what is not longer than nothing.
func ParsePeriod(text string) (Period, error) {
	total, err := sumOfParts(text)
	if err == nil && total == 0 {
		err = errPeriodZero
	}
	if err != nil {
		return 0, fmt.Errorf("expected %s, found %.40q: %w", periodExample, text, err)
	}
	return Period(total), nil
}

func sumOfParts(text string) (time.Duration, error) {
	if text == "" {
		return 0, errPeriodForm
	}
	var total time.Duration
	for rest := text; rest != ""; {
		m := periodPart.FindStringSubmatch(rest)
		if m == nil {
			return 0, errPeriodForm
		}
		part, err := durationOf(m[1], m[2])
		if err != nil || part > math.MaxInt64-total {
			return 0, errPeriodRange
		}
		total += part
		rest = rest[len(m[0]):]
	}
	return total, nil
}

// durationOf fails if the number is too large for a duration.
func durationOf(number, unit string) (time.Duration, error) {
	hours := time.Duration(1)
	switch unit {
	case "w":
		hours, unit = 7*24, "h"
	case "d":
		hours, unit = 24, "h"
	}
	d, err := time.ParseDuration(number + unit)
	if err != nil {
		return 0, err
	}
	if d > math.MaxInt64/hours {
		return 0, errPeriodRange
	}
	return d * hours, nil
}

// Duration is the Period as a time.Duration.
func (p Period) Duration() time.Duration { return time.Duration(p) }

// String is the Period in days, hours, minutes and seconds, such as 90d or
// 1d12h; ParsePeriod reads it back.
func (p Period) String() string {
	days, rest := p/Day, p%Day
	if days == 0 {
		return short(rest.Duration())
	}
	if rest == 0 {
		return fmt.Sprintf("%dd", days)
	}
	return fmt.Sprintf("%dd%s", days, short(rest.Duration()))
}

// short is the duration without the zeros that its String ends in.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// MarshalText writes the form of String.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads as ParsePeriod does.
func (p *Period) UnmarshalText(text []byte) error {
	parsed, err := ParsePeriod(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}
