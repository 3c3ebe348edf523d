package sqlite

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// statuses are those of findings, each at the place that is its number in the
// database. The first is none.
func statuses() [5]audit.Status {
	return [5]audit.Status{"", audit.StatusPass, audit.StatusFail, audit.StatusUnknown, audit.StatusNotApplicable}
}

// codeOf is the number of a status in the database.
func codeOf(s audit.Status) (int, error) {
	list := statuses()
	if code := slices.Index(list[:], s); code >= 0 {
		return code, nil
	}
	return 0, fmt.Errorf("%.40q is no status", s)
}

// statusOf is the status with that number.
func statusOf(code int) (audit.Status, error) {
	if list := statuses(); code >= 0 && code < len(list) {
		return list[code], nil
	}
	return "", fmt.Errorf("%d is no status", code)
}

// nanos is the time as it stands in the database.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// bound is a time to compare with: those that nanoseconds cannot tell stand
// before or behind all that can be in the database.
func bound(t time.Time) int64 {
	switch {
	case t.Before(time.Unix(0, math.MinInt64)):
		return math.MinInt64
	case t.After(time.Unix(0, math.MaxInt64)):
		return math.MaxInt64
	}
	return t.UnixNano()
}

const digestPrefix = "sha256:"

// packDigest makes "sha256:" and hex digits the bytes that they stand for, and
// leaves any other text as it is; "" is nil.
func packDigest(text string) any {
	if text == "" {
		return nil
	}
	digits, ok := strings.CutPrefix(text, digestPrefix)
	if b, err := hex.DecodeString(digits); ok && err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == digits {
		return b
	}
	return text
}

// unpackDigest is the text that packDigest was given.
func unpackDigest(packed any) string {
	switch d := packed.(type) {
	case []byte:
		return digestPrefix + hex.EncodeToString(d)
	case string:
		return d
	default:
		return ""
	}
}
