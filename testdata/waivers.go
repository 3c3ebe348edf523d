package testdata

import (
	"bytes"
	"fmt"
	"regexp"
	"time"
)

// Waivers is a waivers file for the sample estate, as YAML: one waiver of a
// finding that fails, one that has expired, one that matches nothing and one
// whose accepted state has changed. Its dates are moved as the estate's are, so
// that this holds on that day and the month after it.
func Waivers(on time.Time) ([]byte, error) {
	text, err := sample.ReadFile("sample/waivers.yaml")
	if err != nil {
		return nil, err
	}
	writtenOn := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) // as the estate was
	days := int(on.UTC().Truncate(24*time.Hour).Sub(writtenOn) / (24 * time.Hour))
	var moved bytes.Buffer
	for line := range bytes.Lines(text) {
		at := expires.FindIndex(line)
		if at == nil {
			moved.Write(line)
			continue
		}
		day, err := time.Parse(time.DateOnly, string(bytes.TrimSpace(line[at[1]:])))
		if err != nil {
			return nil, fmt.Errorf("the sample waivers: %w", err)
		}
		fmt.Fprintf(&moved, "%s%s\n", line[:at[1]], day.AddDate(0, 0, days).Format(time.DateOnly))
	}
	return moved.Bytes(), nil
}

var expires = regexp.MustCompile(`^\s+expires: `)
