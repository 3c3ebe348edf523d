package schedule_test

import (
	"testing"
	"time"
	_ "time/tzdata" // so that the zones are there on any machine

	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
)

func mustParse(t testing.TB, spec, zone string) *schedule.Schedule {
	t.Helper()
	s, err := schedule.Parse(spec, zone)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func load(t testing.TB, zone string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return location
}

// instant reads an instant as tests write it, in UTC.
func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// instants lists instants as tests write them, in UTC.
func instants(slots []time.Time) []string {
	var out []string
	for _, slot := range slots {
		out = append(out, slot.Format("2006-01-02 15:04"))
	}
	return out
}
