package schedule_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// timetable is a spec and, written by hand, which readings it means.
type timetable struct {
	spec      string
	everyPass bool
	matches   func(reading time.Time) bool
}

// at matches times of the day, as hours and minutes in one number: 230 is 2:30.
func at(times ...int) func(time.Time) bool {
	return func(r time.Time) bool { return slices.Contains(times, r.Hour()*100+r.Minute()) }
}

var timetables = []timetable{
	{"30 2 * * *", false, at(230)},
	{"30 1 * * *", false, at(130)},
	{"15 2 * * *", false, at(215)},
	{"45 1 * * *", false, at(145)},
	{"0 0 * * *", false, at(0)},
	{"15,45 0-3 * * *", false, at(15, 45, 115, 145, 215, 245, 315, 345)},
	{"0 3 * * 0", false, func(r time.Time) bool { return at(300)(r) && r.Weekday() == time.Sunday }},
	{"30 23 30 12 *", false, func(r time.Time) bool { return at(2330)(r) && r.Day() == 30 && r.Month() == time.December }},
	{"0 12 1 * 5", false, func(r time.Time) bool { return at(1200)(r) && (r.Day() == 1 || r.Weekday() == time.Friday) }},
	{"0 * * * *", true, func(r time.Time) bool { return r.Minute() == 0 }},
	{"*/15 * * * *", true, func(time.Time) bool { return true }},
	{"30 */2 * * *", true, func(r time.Time) bool { return r.Minute() == 30 && r.Hour()%2 == 0 }},
	{"45 1/12 * * *", true, at(145, 1345)},
}

var zones = []string{"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC"}

// The ten years hold every kind of change: whole and half hours on both
// hemispheres, a date left out, a summer time that begins or is given up.
var (
	tenYearsFrom = time.Date(2010, time.January, 1, 0, 0, 0, 0, time.UTC)
	tenYearsTo   = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// oracle finds slots the slow way: it watches a clock of the zone at every
// step and remembers the latest reading it has shown, so that a step of the
// clock's hands forward, over a gap or not, brings all readings passed.
type oracle struct {
	timetable
	latest time.Time // reading
	slots  []time.Time
}

func (o *oracle) watch(now, reading time.Time, step time.Duration, from time.Time) {
	due := o.everyPass && o.matches(reading)
	for ; o.latest.Before(reading); o.latest = o.latest.Add(step) {
		due = due || !o.everyPass && o.matches(o.latest.Add(step))
	}
	if due && now.After(from) {
		o.slots = append(o.slots, now)
	}
}

// slotsByOracle lists the slots after from up to to. All changes of the
// zone's clock and all readings that match must fall on whole steps.
func slotsByOracle(zone *time.Location, from, to time.Time, step time.Duration, tables ...timetable) [][]time.Time {
	begin := from.AddDate(0, 0, -2).Truncate(step)
	oracles := make([]oracle, len(tables))
	for i, table := range tables {
		oracles[i] = oracle{timetable: table, latest: begin}
	}
	for now := begin; !now.After(to); now = now.Add(step) {
		local := now.In(zone)
		reading := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC)
		for i := range oracles {
			oracles[i].watch(now, reading, step, from)
		}
	}
	var all [][]time.Time
	for _, o := range oracles {
		all = append(all, o.slots)
	}
	return all
}

func TestSlotsOfTenYearsAreThoseOfTheOracle(t *testing.T) {
	t.Parallel()
	for _, zone := range zones {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			want := slotsByOracle(load(t, zone), tenYearsFrom, tenYearsTo, 15*time.Minute, timetables...)
			for i, table := range timetables {
				s := mustParse(t, table.spec, zone)
				got := slices.Collect(s.Slots(tenYearsFrom, tenYearsTo))
				if !slices.EqualFunc(got, want[i], time.Time.Equal) {
					t.Errorf("%s (-want +got):\n%s", s, cmp.Diff(instants(want[i]), instants(got)))
				}
			}
		})
	}
}

func TestDailySpecsRunOncePerDate(t *testing.T) {
	t.Parallel()
	for _, zone := range zones {
		location := load(t, zone)
		for _, spec := range []string{"30 2 * * *", "15 2 * * *", "30 1 * * *", "45 1 * * *", "0 12 * * *"} {
			dates, years := map[string]int{}, map[int]int{}
			for slot := range mustParse(t, spec, zone).Slots(tenYearsFrom, tenYearsTo) {
				local := slot.In(location)
				dates[local.Format(time.DateOnly)]++
				years[local.Year()]++
			}
			for date, runs := range dates {
				// The date that Samoa left out has its run at the start of the next.
				if runs != 1 && (zone != "Pacific/Apia" || date != "2011-12-31" || runs != 2) {
					t.Errorf("%s, %s: %d slots on %s", zone, spec, runs, date)
				}
			}
			for year := 2011; year <= 2018; year++ { // the years that are whole in every zone
				if days := time.Date(year, time.December, 31, 0, 0, 0, 0, time.UTC).YearDay(); years[year] != days {
					t.Errorf("%s, %s: %d slots in %d, want %d", zone, spec, years[year], year, days)
				}
			}
		}
	}
}

func TestHourlySpecsRunEveryElapsedHour(t *testing.T) {
	t.Parallel()
	for _, zone := range zones {
		spec, every := "0 * * * *", time.Hour
		if zone == "Australia/Lord_Howe" { // moved by half an hour, two of its hours a year are of 90 minutes
			spec, every = "*/30 * * * *", 30*time.Minute
		}
		s := mustParse(t, spec, zone)
		last := s.Next(tenYearsFrom)
		for slot := range s.Slots(last, tenYearsTo) {
			if slot.Sub(last) != every {
				t.Errorf("%s: %v is followed by %v", s, last, slot)
			}
			last = slot
		}
	}
}
