package report

import (
	"cmp"
	"slices"
	"time"
)

// Instants are nanoseconds since 1970, as in the history; these stand before
// and behind all of them.
const (
	never   = int64(-1 << 63)
	forever = int64(1<<63 - 1)
)

// instantOf is the time as an instant, never for the zero Time.
func instantOf(t time.Time) int64 {
	if t.IsZero() {
		return never
	}
	return t.UnixNano()
}

func timeOf(at int64) time.Time { return time.Unix(0, at).UTC() }

// span is [from, until).
type span struct{ from, until int64 }

func (s span) empty() bool { return s.from >= s.until }

// length is that of the span in milliseconds, its ends rounded down to them:
// so the lengths of spans that touch sum up to that of the whole.
func (s span) length() FindingTime {
	if s.empty() {
		return 0
	}
	return FindingTime(milliseconds(s.until) - milliseconds(s.from))
}

func milliseconds(at int64) int64 { return timeOf(at).UnixMilli() }

// duration is the length as a Duration.
func (s span) duration() Duration { return durationOf(s.length()) }

func durationOf(t FindingTime) Duration { return Duration(time.Duration(t) * time.Millisecond) }

// clip is the part of the span within another.
func (s span) clip(to span) span { return span{max(s.from, to.from), min(s.until, to.until)} }

// mask is a set of instants: spans in order that do not touch.
type mask struct {
	spans []span
	// before is the length of all spans before the one at the same place.
	before []FindingTime
}

// maskOf makes a mask of spans that come in the order of their begin.
func maskOf(spans []span) mask {
	var m mask
	for _, s := range spans {
		if s.empty() {
			continue
		}
		if n := len(m.spans); n > 0 && s.from <= m.spans[n-1].until {
			m.spans[n-1].until = max(m.spans[n-1].until, s.until)
			continue
		}
		m.spans = append(m.spans, s)
	}
	m.before = make([]FindingTime, len(m.spans))
	for i := 1; i < len(m.spans); i++ {
		m.before[i] = m.before[i-1] + m.spans[i-1].length()
	}
	return m
}

// until is the length of the mask up to an instant.
func (m *mask) until(at int64) FindingTime {
	i, _ := slices.BinarySearchFunc(m.spans, at, func(s span, at int64) int { return cmp.Compare(s.from, at) })
	if i == 0 {
		return 0
	}
	return m.before[i-1] + m.spans[i-1].clip(span{never, at}).length()
}

// within is the length of the part of the mask that lies in the span.
func (m *mask) within(s span) FindingTime {
	if s.empty() {
		return 0
	}
	return m.until(s.until) - m.until(s.from)
}

// justBefore reports whether the mask holds the instants just before at.
func (m *mask) justBefore(at int64) bool {
	i, there := slices.BinarySearchFunc(m.spans, at, func(s span, at int64) int { return cmp.Compare(s.until, at) })
	return there || i < len(m.spans) && m.spans[i].from < at
}

// rest are the parts of the span that the mask has nothing of.
func (m *mask) rest(of span) []span {
	var list []span
	at := of.from
	for _, s := range m.spans {
		if s = s.clip(of); s.empty() {
			continue
		}
		if s.from > at {
			list = append(list, span{at, s.from})
		}
		at = s.until
	}
	if at < of.until {
		list = append(list, span{at, of.until})
	}
	return list
}
