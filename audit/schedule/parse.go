package schedule

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// zonePrefix introduces the time zone within a spec.
const zonePrefix = "CRON_TZ="

// Parse reads a spec of five cron fields in a time zone. The zone is a name of
// the IANA time zone database; CRON_TZ=name in front of the fields overrides
// timezone, and UTC holds if both are empty. It fails on what is no spec,
// on an unknown zone and on a spec that no date ever matches, such as 31
// February; each error says which part is wrong and what to write.
func Parse(spec, timezone string) (*Schedule, error) {
	words := strings.Fields(spec)
	if len(words) > 0 && strings.HasPrefix(words[0], zonePrefix) {
		timezone = strings.TrimPrefix(words[0], zonePrefix)
		if timezone == "" {
			return nil, fmt.Errorf("schedule %q names no time zone after %s: write one, such as %sEurope/Berlin", spec, zonePrefix, zonePrefix)
		}
		words = words[1:]
	}
	if err := checkWords(words); err != nil {
		return nil, fmt.Errorf("schedule %q: %w", spec, err)
	}
	zone, err := loadZone(timezone)
	if err != nil {
		return nil, fmt.Errorf("schedule %q: %w", spec, err)
	}
	cal, err := readFields(words)
	if err != nil {
		return nil, fmt.Errorf("schedule %q: %w", spec, err)
	}
	return &Schedule{
		spec: strings.Join(words, " "), zone: zone, calendar: cal, everyPass: strings.ContainsAny(words[hourField], "*?/"),
	}, nil
}

// checkWords tells what is no list of five fields, and what its writer may
// have had in mind.
func checkWords(words []string) error {
	const wanted = "5 fields (minute, hour, day of month, month, day of week)"
	switch {
	case len(words) > 0 && strings.HasPrefix(words[0], "@"):
		return fmt.Errorf("nickname %q is not supported: %s", words[0], insteadOf(words[0]))
	case len(words) > 0 && strings.HasPrefix(words[0], "TZ="):
		return fmt.Errorf("want %q instead of %q", "CRON_"+words[0], words[0])
	case len(words) == len(fields)+1:
		return fmt.Errorf("want %s, found 6: leave out the one for seconds or years", wanted)
	case len(words) != len(fields):
		return fmt.Errorf("want %s, found %d: write for example \"*/15 * * * *\"", wanted, len(words))
	}
	return nil
}

// insteadOf says which fields stand for a nickname.
func insteadOf(nickname string) string {
	switch nickname {
	case "@hourly":
		return `write "0 * * * *"`
	case "@daily", "@midnight":
		return `write "0 0 * * *"`
	case "@weekly":
		return `write "0 0 * * 0"`
	case "@monthly":
		return `write "0 0 1 * *"`
	case "@yearly", "@annually":
		return `write "0 0 1 1 *"`
	}
	return `write five fields, such as "*/15 * * * *" for every quarter of an hour`
}

// readFields makes the calendar of five fields and fails if it is empty.
func readFields(words []string) (calendar, error) {
	for i, f := range fields {
		if err := f.check(i, words[i]); err != nil {
			return calendar{}, err
		}
	}
	parsed, err := parseFields(words)
	if err != nil {
		return calendar{}, err
	}
	cal := newCalendar(parsed)
	if cal.nextDate(time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return calendar{}, fmt.Errorf("no date ever matches day of month %q in month %q: the run would never start", words[dayField], words[monthField])
	}
	return cal, nil
}

func parseFields(words []string) (*cron.SpecSchedule, error) {
	parser := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)
	parsed, err := parser.Parse(strings.Join(words, " "))
	if err != nil {
		return nil, err
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return nil, fmt.Errorf("want five fields, found a schedule of type %T", parsed)
	}
	return spec, nil
}
