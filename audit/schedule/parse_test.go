package schedule_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
)

func TestParseSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	const rest = `, *, a range (a-b), a step (*/n) or a list of those with commas and no spaces`
	const want5 = `want 5 fields (minute, hour, day of month, month, day of week), found `
	tests := []struct{ spec, zone, want string }{
		{"60 * * * *", "", `schedule "60 * * * *": minute field "60" is not valid: use 0-59` + rest},
		{"* 24 * * *", "", `schedule "* 24 * * *": hour field "24" is not valid: use 0-23` + rest},
		{"* * 0 * *", "", `schedule "* * 0 * *": day of month field "0" is not valid: use 1-31` + rest},
		{"* * * jam *", "", `schedule "* * * jam *": month field "jam" is not valid: use 1-12 or jan-dec` + rest},
		{"* * * * 7", "", `schedule "* * * * 7": day of week field "7" is not valid: use 0-6 (0 is Sunday) or sun-sat` + rest},
		{"*-5 * * * *", "", `schedule "*-5 * * * *": minute field "*-5" is not valid: use 0-59` + rest},
		{", * * * *", "", `schedule ", * * * *": minute field "," is not valid: use 0-59` + rest},
		{"5, * * * *", "", `schedule "5, * * * *": minute field "5," is not valid: use 0-59` + rest},
		{"*/0 * * * *", "", `schedule "*/0 * * * *": minute field "*/0" is not valid: use 0-59` + rest},
		{"30-10 * * * *", "", `schedule "30-10 * * * *": minute field "30-10" is not valid: use 0-59` + rest},
		{"+5 * * * *", "", `schedule "+5 * * * *": minute field "+5" is not valid: use 0-59` + rest},
		{"", "", `schedule "": ` + want5 + `0: write for example "*/15 * * * *"`},
		{"* * * *", "", `schedule "* * * *": ` + want5 + `4: write for example "*/15 * * * *"`},
		{"0 * * * * *", "", `schedule "0 * * * * *": ` + want5 + `6: leave out the one for seconds or years`},
		{"@daily", "", `schedule "@daily": nickname "@daily" is not supported: write "0 0 * * *"`},
		{"@midnight", "", `schedule "@midnight": nickname "@midnight" is not supported: write "0 0 * * *"`},
		{"@hourly", "", `schedule "@hourly": nickname "@hourly" is not supported: write "0 * * * *"`},
		{"@weekly", "", `schedule "@weekly": nickname "@weekly" is not supported: write "0 0 * * 0"`},
		{"@monthly", "", `schedule "@monthly": nickname "@monthly" is not supported: write "0 0 1 * *"`},
		{"@yearly", "", `schedule "@yearly": nickname "@yearly" is not supported: write "0 0 1 1 *"`},
		{"@every 1h", "", `schedule "@every 1h": nickname "@every" is not supported: write five fields, such as "*/15 * * * *" for every quarter of an hour`},
		{"@\x1b[31m", "", `schedule "@\x1b[31m": nickname "@\x1b[31m" is not supported: write five fields, such as "*/15 * * * *" for every quarter of an hour`},
		{"TZ=UTC * * * * *", "", `schedule "TZ=UTC * * * * *": want "CRON_TZ=UTC" instead of "TZ=UTC"`},
		{"CRON_TZ=UTC", "", `schedule "CRON_TZ=UTC": ` + want5 + `0: write for example "*/15 * * * *"`},
		{"CRON_TZ= * * * * *", "", `schedule "CRON_TZ= * * * * *" names no time zone after CRON_TZ=: write one, such as CRON_TZ=Europe/Berlin`},
		{"CRON_TZ=UTC CRON_TZ=UTC * * * *", "", `schedule "CRON_TZ=UTC CRON_TZ=UTC * * * *": minute field "CRON_TZ=UTC" is not valid: use 0-59` + rest},
		{"* * * * *", "europe/berlin", `schedule "* * * * *": unknown time zone "europe/berlin": did you mean Europe/Berlin?`},
		{"* * * * *", "America/New York", `schedule "* * * * *": unknown time zone "America/New York": did you mean America/New_York?`},
		{"* * * * *", "utc", `schedule "* * * * *": unknown time zone "utc": did you mean UTC?`},
		{
			"CRON_TZ=Mars/Olympus * * * * *", "UTC",
			`schedule "CRON_TZ=Mars/Olympus * * * * *": unknown time zone "Mars/Olympus": use a name of the IANA time zone database, such as Europe/Berlin, America/New_York or UTC`,
		},
		{
			"* * * * *", "../../etc/passwd",
			`schedule "* * * * *": unknown time zone "../../etc/passwd": use a name of the IANA time zone database, such as Europe/Berlin, America/New_York or UTC`,
		},
		{"* * * * *", "Local", `schedule "* * * * *": time zone "Local" depends on the machine: name one, such as Europe/Berlin or UTC`},
		{"0 0 31 2 *", "", `schedule "0 0 31 2 *": no date ever matches day of month "31" in month "2": the run would never start`},
		{"0 0 31 apr,jun,9,11 *", "", `schedule "0 0 31 apr,jun,9,11 *": no date ever matches day of month "31" in month "apr,jun,9,11": the run would never start`},
	}
	for _, test := range tests {
		t.Run(test.spec+" "+test.zone, func(t *testing.T) {
			t.Parallel()
			s, err := schedule.Parse(test.spec, test.zone)
			if err == nil {
				t.Fatalf("parsed as %v", s)
			}
			if got := err.Error(); got != test.want {
				t.Errorf("error\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestStringIsCanonical(t *testing.T) {
	t.Parallel()
	tests := []struct{ spec, zone, want string }{
		{"*/15 * * * *", "", "CRON_TZ=UTC */15 * * * *"},
		{"  30\t2  * * mon ", "Europe/Berlin", "CRON_TZ=Europe/Berlin 30 2 * * mon"},
		{"CRON_TZ=Asia/Kolkata 0 9 * * *", "Europe/Berlin", "CRON_TZ=Asia/Kolkata 0 9 * * *"},
		{"CRON_TZ=Asia/Kolkata 0 9 * * *", "no zone, and not asked", "CRON_TZ=Asia/Kolkata 0 9 * * *"},
		{"0 0 31 2 1", "", "CRON_TZ=UTC 0 0 31 2 1"}, // Mondays in February
	}
	for _, test := range tests {
		s := mustParse(t, test.spec, test.zone)
		if got := s.String(); got != test.want {
			t.Errorf("Parse(%q, %q) = %s, want %s", test.spec, test.zone, got, test.want)
		}
		if again := mustParse(t, s.String(), "Pacific/Apia").String(); again != test.want {
			t.Errorf("%s reads back as %s", test.want, again)
		}
	}
}
