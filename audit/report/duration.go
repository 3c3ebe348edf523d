package report

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// Std is the span as the standard library has it.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// Seconds is the span in seconds.
func (d Duration) Seconds() float64 { return time.Duration(d).Seconds() }

// FindingTime is time of findings, in milliseconds, in JSON in seconds: many
// findings have more of it together than a Duration can hold. Instants are
// rounded down to milliseconds for it, so that parts add up exactly.
type FindingTime int64

// Seconds is the time in seconds.
func (t FindingTime) Seconds() float64 { return float64(t) / 1000 }

// Days is the time in days of 24 hours.
func (t FindingTime) Days() float64 { return t.Seconds() / (24 * 60 * 60) }

// MarshalJSON writes seconds, with at most three decimals, exactly.
func (t FindingTime) MarshalJSON() ([]byte, error) {
	text := strconv.AppendInt(nil, int64(t)/1000, 10)
	if rest := int64(t) % 1000; rest != 0 {
		text = fmt.Appendf(text, ".%03d", rest)
	}
	return text, nil
}

// UnmarshalJSON reads seconds.
func (t *FindingTime) UnmarshalJSON(text []byte) error {
	var seconds float64
	if err := json.Unmarshal(text, &seconds); err != nil {
		return err
	}
	*t = FindingTime(math.Round(seconds * 1000))
	return nil
}

// MarshalJSON writes seconds, with at most nine decimals, exactly.
func (d Duration) MarshalJSON() ([]byte, error) {
	whole, rest := int64(d)/int64(time.Second), int64(d)%int64(time.Second)
	if rest == 0 {
		return strconv.AppendInt(nil, whole, 10), nil
	}
	return strconv.AppendFloat(nil, time.Duration(d).Seconds(), 'f', -1, 64), nil
}

// UnmarshalJSON reads seconds.
func (d *Duration) UnmarshalJSON(text []byte) error {
	var seconds float64
	if err := json.Unmarshal(text, &seconds); err != nil {
		return err
	}
	nanos := math.Round(seconds * float64(time.Second))
	if math.Abs(nanos) >= math.MaxInt64 {
		return fmt.Errorf("%g seconds are more than 292 years", seconds)
	}
	*d = Duration(nanos)
	return nil
}
