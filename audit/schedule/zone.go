package schedule

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// loadZone finds a zone by its name in the IANA time zone database; UTC if it
// has none. The machine's own zone is refused: the same configuration would
// run at other times elsewhere.
func loadZone(name string) (*time.Location, error) {
	if name == "Local" {
		return nil, fmt.Errorf("time zone %q depends on the machine: name one, such as Europe/Berlin or UTC", name)
	}
	zone, err := time.LoadLocation(name)
	if err == nil {
		return zone, nil
	}
	hint := "use a name of the IANA time zone database, such as Europe/Berlin, America/New_York or UTC"
	if known := capitals(name); known != name {
		if _, err := time.LoadLocation(known); err == nil {
			hint = fmt.Sprintf("did you mean %s?", known)
		}
	}
	return nil, fmt.Errorf("unknown time zone %q: %s", name, hint)
}

// capitals is a name in the usual spelling of zones, Continent/Some_City.
func capitals(name string) string {
	if strings.EqualFold(name, "UTC") {
		return "UTC"
	}
	start := true
	return strings.Map(func(c rune) rune {
		if c == ' ' {
			c = '_'
		}
		first := start
		start = !unicode.IsLetter(c)
		if first {
			return unicode.ToUpper(c)
		}
		return unicode.ToLower(c)
	}, name)
}
