package config

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"90d": 90 * day, "2w": 14 * day, "36h": 36 * time.Hour, "1w2d12h": 9*day + 12*time.Hour, "12h1d": day + 12*time.Hour,
		"1.5d": 36 * time.Hour, ".5w": 84 * time.Hour, "1.d": day, "0d1s": time.Second, "15m": 15 * time.Minute, "5ms1m": time.Minute + 5*time.Millisecond,
		"1us1µs1μs1ns": 3*time.Microsecond + 1, "106751d": 106751 * day, "9223372036854775807ns": math.MaxInt64,
	} {
		got, err := ParsePeriod(text)
		if err != nil || got.Duration() != want {
			t.Errorf("%q: got %v, error %v; want %v", text, got.Duration(), err, want)
		}
	}
}

func TestParsePeriodRefuses(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"": "needs its unit", "90": "needs its unit", "d": "needs its unit", "90 d": "needs its unit", "90D": "needs its unit", "90d ": "needs its unit",
		"-1d": "needs its unit", "+1d": "needs its unit", "1y": "needs its unit", "3mo": "needs its unit", "P90D": "needs its unit", "1..5d": "needs its unit",
		"0": "needs its unit", "0d": "longer than nothing", "0w0s": "longer than nothing", "0.1ns": "longer than nothing",
		"106752d": "292 years", "15251w": "292 years", "9223372036854775807ns1ns": "292 years", "99999999999999999999h": "292 years",
		"99999999999999999999w": "292 years", "1d\n1h": "needs its unit", strings.Repeat("x", 1000): "needs its unit",
	} {
		got, err := ParsePeriod(text)
		if err == nil || got != 0 || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), "expected a period such as 90d") {
			t.Errorf("%q: got %v, error %v; want one that says %q", text, got, err, says)
			continue
		}
		if len(err.Error()) > 250 || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: a message of more than a line: %v", text, err)
		}
	}
}

func TestPeriodString(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]Period{
		"400d": 400 * Day, "14d": 14 * Day, "1d12h": Day + Day/2, "12h": Day / 2, "1m": Period(time.Minute), "10m": Period(10 * time.Minute),
		"20h": Period(20 * time.Hour), "1d1ns": Day + 1, "1h0m1s": Period(time.Hour + time.Second), "10s": Period(10 * time.Second), "0s": 0,
	} {
		if got := p.String(); got != want {
			t.Errorf("%d is %s, want %s", p, got, want)
		}
	}
}

// FuzzPeriod holds the periods to the durations of Go, and to what they print.
func FuzzPeriod(f *testing.F) {
	for _, seed := range []string{"90d", "1w2d12h", "1.5d", "-1h", "0", "1h30m", "106752d", "5ms.5µs"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePeriod(text)
		if err != nil && p != 0 {
			t.Fatalf("%q: both %v and %v", text, p, err)
		}
		d, goErr := time.ParseDuration(text)
		if unsigned := strings.Trim(text, "+-") == text; unsigned && goErr == nil && d > 0 && p.Duration() != d {
			t.Fatalf("%q: %v (%v), Go says %v", text, p, err, d)
		}
		if err != nil {
			return
		}
		if p <= 0 {
			t.Fatalf("%q: not longer than nothing: %v", text, p)
		}
		var again Period
		if err := again.UnmarshalText([]byte(p.String())); err != nil || again != p {
			t.Fatalf("%q: prints as %s, which reads as %v (%v)", text, p, again, err)
		}
	})
}
