package config

import (
	"testing"
	"time"
)

func TestWindow(t *testing.T) {
	t.Parallel()
	const form = time.DateTime
	for _, test := range []struct{ window, due, zone, since, until string }{
		{"30d", "2026-11-01 06:00:00", "UTC", "2026-10-02 06:00:00", "2026-11-01 06:00:00"},
		{"1w12h", "2026-03-29 06:00:00", "Europe/Berlin", "2026-03-21 18:00:00", "2026-03-29 06:00:00"},
		{"month", "2026-11-01 06:00:00", "UTC", "2026-10-01 00:00:00", "2026-11-01 00:00:00"},
		{"month", "2026-11-30 23:59:00", "UTC", "2026-10-01 00:00:00", "2026-11-01 00:00:00"},
		{"month", "2027-01-15 00:00:00", "UTC", "2026-12-01 00:00:00", "2027-01-01 00:00:00"},
		{"month", "2028-03-31 00:00:00", "UTC", "2028-02-01 00:00:00", "2028-03-01 00:00:00"},
		// The months of the zone: March there begins in winter and ends in summer.
		{"month", "2026-04-01 04:00:00", "Europe/Berlin", "2026-02-28 23:00:00", "2026-03-31 22:00:00"},
		{"month", "2026-10-31 23:30:00", "Europe/Berlin", "2026-09-30 22:00:00", "2026-10-31 23:00:00"},
		{"month", "2026-11-01 06:00:00", "America/New_York", "2026-10-01 04:00:00", "2026-11-01 04:00:00"},
	} {
		w, err := ParseWindow(test.window)
		if err != nil {
			t.Fatal(err)
		}
		due, err := time.Parse(form, test.due)
		if err != nil {
			t.Fatal(err)
		}
		zone, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		since, until := w.Before(due, zone)
		if since.Format(form) != test.since || until.Format(form) != test.until {
			t.Errorf("%s before %s in %s: %s to %s, want %s to %s", test.window, test.due, test.zone, since, until, test.since, test.until)
		}
	}
}

func TestParseWindow(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"month", "30d", "12h", "1d12h"} {
		w, err := ParseWindow(text)
		if err != nil || w.String() != text {
			t.Errorf("%s: %s, %v", text, w, err)
		}
	}
	for _, text := range []string{"", "Month", "months", "1 month", "30", "0d", "-1d"} {
		if _, err := ParseWindow(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
