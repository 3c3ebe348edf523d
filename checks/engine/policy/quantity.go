package policy

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// quantity is a decimal number, exactly: whole + part/scale. Whole is rounded
// towards minus infinity, so part is never negative.
type quantity struct {
	whole int64
	part  int64
}

// scale is how many parts make a whole: 18 decimal places.
const (
	places = 18
	scale  = 1_000_000_000_000_000_000
)

func (q quantity) compare(other quantity) int {
	return cmp.Or(cmp.Compare(q.whole, other.whole), cmp.Compare(q.part, other.part))
}

// String writes the quantity as a decimal.
func (q quantity) String() string {
	sign, whole, part := "", q.whole, q.part
	if whole < 0 && part > 0 {
		whole, part = whole+1, scale-part
	}
	if q.whole < 0 {
		sign, whole = "-", -whole
	}
	text := sign + strconv.FormatInt(whole, 10)
	if part == 0 {
		return text
	}
	digits := strconv.FormatInt(scale+part, 10)[1:]
	return text + "." + strings.TrimRight(digits, "0")
}

// parseNumber reads a decimal such as 1.2 or -10. It is false for anything
// else, for exponents, of which AWS does not document what it makes, and for
// more than 18 digits before or behind the point.
func parseNumber(text string) (quantity, bool) {
	digits, negative := strings.CutPrefix(text, "-")
	before, behind, point := strings.Cut(digits, ".")
	whole, ok := parseDigits(before)
	if !ok {
		return quantity{}, false
	}
	part, ok := int64(0), true
	if point {
		part, ok = parseDigits(behind)
	}
	if !ok {
		return quantity{}, false
	}
	for range places - len(behind) {
		part *= 10
	}
	if !negative {
		return quantity{whole, part}, true
	}
	if part == 0 {
		return quantity{-whole, 0}, true
	}
	return quantity{-whole - 1, scale - part}, true
}

// parseDigits reads 1 to 18 digits.
func parseDigits(text string) (int64, bool) {
	if len(text) > places || !allDigits(text) {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// parseDate reads a date in one of the W3C profiles of ISO 8601, or in seconds
// since 1970, as seconds. It is false for anything else, and for up to four
// digits, which could be a year as well.
func parseDate(text string) (quantity, bool) {
	const longestYear = 4
	if allDigits(text) {
		if len(text) <= longestYear {
			return quantity{}, false
		}
		return parseNumber(text)
	}
	const hour = len("2006-01-02T15")
	if len(text) > hour && text[hour] != ':' || strings.Contains(text, ",") {
		return quantity{}, false // which time.Parse would pass
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01"} {
		if at, err := time.Parse(layout, text); err == nil {
			return quantity{at.Unix(), int64(at.Nanosecond()) * (scale / int64(time.Second))}, true
		}
	}
	return quantity{}, false
}
