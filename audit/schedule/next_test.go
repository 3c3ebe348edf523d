package schedule_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSlotsWhereTheClockIsMoved(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, spec, zone string
		from, to         string
		want             []string
	}{
		{
			"a skipped time runs at the end of the gap", "30 2 * * *", "America/New_York", "2026-03-07 12:00", "2026-03-09 12:00",
			[]string{"2026-03-08 07:00", "2026-03-09 06:30"},
		},
		{
			"times that end a gap together run once", "15,45 2,3 * * *", "America/New_York", "2026-03-08 00:00", "2026-03-08 12:00",
			[]string{"2026-03-08 07:00", "2026-03-08 07:15", "2026-03-08 07:45"},
		},
		{
			"a skipped time falls to one that matches by itself", "0 2,3 * * *", "America/New_York", "2026-03-08 00:00", "2026-03-08 12:00",
			[]string{"2026-03-08 07:00"},
		},
		{
			"a repeated time runs at its first pass", "30 1 * * *", "America/New_York", "2026-10-31 12:00", "2026-11-02 12:00",
			[]string{"2026-11-01 05:30", "2026-11-02 06:30"},
		},
		{
			"the end of a repeated hour comes once", "0 2 * * *", "America/New_York", "2026-10-31 12:00", "2026-11-02 12:00",
			[]string{"2026-11-01 07:00", "2026-11-02 07:00"},
		},
		{
			"a repeated hour runs twice", "30 * * * *", "America/New_York", "2026-11-01 04:00", "2026-11-01 07:30",
			[]string{"2026-11-01 04:30", "2026-11-01 05:30", "2026-11-01 06:30", "2026-11-01 07:30"},
		},
		{
			"a question mark is a star", "30 ? * * *", "Europe/Berlin", "2026-10-25 00:00", "2026-10-25 02:00",
			[]string{"2026-10-25 00:30", "2026-10-25 01:30"},
		},
		{
			"a step that meets the repeated hour too", "0 1-23/2 * * *", "America/New_York", "2026-11-01 04:00", "2026-11-01 09:00",
			[]string{"2026-11-01 05:00", "2026-11-01 06:00", "2026-11-01 08:00"},
		},
		{
			"a step within a skipped hour has no slot there", "30 2/6 * * *", "America/New_York", "2026-03-08 00:00", "2026-03-08 13:00",
			[]string{"2026-03-08 01:30", "2026-03-08 12:30"},
		},
		{
			"a list of hours is no step", "30 1,2 * * *", "Europe/Berlin", "2026-10-24 12:00", "2026-10-25 12:00",
			[]string{"2026-10-24 23:30", "2026-10-25 00:30"},
		},
		{
			"half an hour skipped", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03 00:00", "2026-10-04 23:59",
			[]string{"2026-10-03 15:30", "2026-10-04 15:15"},
		},
		{
			"half an hour repeated", "45 1 * * *", "Australia/Lord_Howe", "2026-04-03 20:00", "2026-04-05 20:00",
			[]string{"2026-04-04 14:45", "2026-04-05 15:15"},
		},
		{
			"quarters of an hour go on through both", "*/15 * * * *", "Australia/Lord_Howe", "2026-04-04 14:44", "2026-04-04 15:45",
			[]string{"2026-04-04 14:45", "2026-04-04 15:00", "2026-04-04 15:15", "2026-04-04 15:30", "2026-04-04 15:45"},
		},
		{
			"a date that is left out", "30 2 * * *", "Pacific/Apia", "2011-12-29 00:00", "2011-12-31 23:59",
			[]string{"2011-12-29 12:30", "2011-12-30 10:00", "2011-12-30 12:30", "2011-12-31 12:30"},
		},
		{
			"midnight of a date that is left out is midnight of the next", "0 0 * * *", "Pacific/Apia", "2011-12-29 00:00", "2011-12-31 23:59",
			[]string{"2011-12-29 10:00", "2011-12-30 10:00", "2011-12-31 10:00"},
		},
		{
			"midnight skipped", "0 0 * * *", "America/Sao_Paulo", "2018-11-03 00:00", "2018-11-05 12:00",
			[]string{"2018-11-03 03:00", "2018-11-04 03:00", "2018-11-05 02:00"},
		},
		{
			"the hour before midnight repeated, its date ending twice", "30 23 * * *", "America/Sao_Paulo", "2018-02-17 12:00", "2018-02-19 12:00",
			[]string{"2018-02-18 01:30", "2018-02-19 02:30"},
		},
		{
			"midnight reached once, after the repeated hour", "0 0 18 2 *", "America/Sao_Paulo", "2018-02-17 00:00", "2018-02-19 12:00",
			[]string{"2018-02-18 03:00"},
		},
		{
			"offsets of seconds, long ago", "0 12 * * *", "America/New_York", "1883-11-16 12:00", "1883-11-20 00:00",
			[]string{"1883-11-16 16:56", "1883-11-17 16:56", "1883-11-18 16:56", "1883-11-19 17:00"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := mustParse(t, test.spec, test.zone)
			got := slices.Collect(s.Slots(instant(t, test.from), instant(t, test.to)))
			if diff := cmp.Diff(test.want, instants(got)); diff != "" {
				t.Errorf("slots of %s (-want +got):\n%s", s, diff)
			}
		})
	}
}

func TestNextByCalendar(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, spec, after, want string }{
		{"strictly later", "*/15 * * * *", "2026-05-01 10:15", "2026-05-01 10:30"},
		{"over midnight", "5 10 * * *", "2026-05-01 10:05", "2026-05-02 10:05"},
		{"over the year", "0 0 1 1 *", "2026-01-01 00:00", "2027-01-01 00:00"},
		{"names", "0 9 * FEB,nov Mon-fri", "2026-02-27 09:00", "2026-11-02 09:00"},
		{"either of two days", "0 0 13 * 5", "2026-05-08 00:00", "2026-05-13 00:00"},
		{"a question mark is a star", "0 0 ? * 5", "2026-05-08 00:00", "2026-05-15 00:00"},
		{"a start with a step", "5/20 * * * *", "2026-05-01 10:05", "2026-05-01 10:25"},
		{"a day that not every month has", "0 0 31 * *", "2026-03-31 00:00", "2026-05-31 00:00"},
		{"a leap day", "0 0 29 2 *", "2026-05-01 10:15", "2028-02-29 00:00"},
		{"a leap day over a year without one", "0 0 29 2 *", "2096-02-29 00:00", "2104-02-29 00:00"},
		{"from the zero time", "0 0 1 * *", "0001-01-01 00:00", "0001-02-01 00:00"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := mustParse(t, test.spec, "").Next(instant(t, test.after))
			if want := instant(t, test.want); !got.Equal(want) {
				t.Errorf("Next(%s) of %q = %v, want %v", test.after, test.spec, got, want)
			}
		})
	}
}

func TestNextIsInUTCWhateverTheZoneOfItsArgument(t *testing.T) {
	t.Parallel()
	s := mustParse(t, "CRON_TZ=Asia/Kolkata 0 9 * * *", "Europe/Berlin")
	for _, zone := range []string{"UTC", "America/New_York", "Pacific/Apia"} {
		got := s.Next(instant(t, "2026-05-01 03:00").In(load(t, zone)))
		if want := instant(t, "2026-05-01 03:30"); got != want { // the same location, too
			t.Errorf("from %s: %v, want %v", zone, got, want)
		}
	}
}

func TestSlotsStopsWhenToldTo(t *testing.T) {
	t.Parallel()
	from := instant(t, "2026-05-01 00:00")
	for slot := range mustParse(t, "* * * * *", "").Slots(from, from.AddDate(500, 0, 0)) {
		if slot.Sub(from) == time.Hour {
			return
		}
	}
	t.Error("an hour's slot never came")
}
