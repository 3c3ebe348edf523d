package report

import "time"

// minGrace is the least grace.
const minGrace = time.Minute

// timetable is a Schedule with what is costly to ask of it.
type timetable struct {
	Schedule
	interval time.Duration
	// grace is by how much a run may be late before what the one before it found
	// stands no more.
	grace time.Duration
}

// timetableOf is nil of no schedule.
func timetableOf(s Schedule) *timetable {
	if s == nil {
		return nil
	}
	interval := s.Interval()
	return &timetable{s, interval, max(interval/10, minGrace)}
}

// due is until when what a run found stands if no other is made.
func (t *timetable) due(taken int64) int64 {
	if t == nil {
		return forever
	}
	slot := t.Next(timeOf(taken))
	if slot.IsZero() {
		return forever
	}
	return instantOf(slot.Add(t.grace))
}

// each yields the slots of a span.
func (t *timetable) each(s span, yield func(at int64)) {
	if t == nil || s.empty() {
		return
	}
	for at := range t.Slots(timeOf(s.from-1), timeOf(s.until-1)) {
		yield(instantOf(at))
	}
}

// planned is how many slots a span has.
func (t *timetable) planned(s span) (n int) {
	t.each(s, func(int64) { n++ })
	return n
}

// timetables are those that runs went by.
type timetables struct {
	now    *timetable // of the Request
	parse  func(string) (Schedule, error)
	parsed map[string]*timetable
}

func timetablesOf(r *Request) timetables {
	return timetables{now: timetableOf(r.Schedule), parse: r.Parse, parsed: map[string]*timetable{}}
}

// of is the timetable with that text; the present one if the text is that of
// none, and always if there is no present one.
func (t *timetables) of(text string) *timetable {
	if t.now == nil || t.parse == nil || text == "" || text == t.now.String() {
		return t.now
	}
	table, ok := t.parsed[text]
	if !ok {
		table = t.now
		if s, err := t.parse(text); err == nil {
			table = timetableOf(s)
		}
		t.parsed[text] = table
	}
	return table
}

// stretch is a part of the period in which one timetable was in force.
type stretch struct {
	span
	table *timetable
}

// stretches are the period, by the timetables of its runs. When between two
// runs the timetable was changed nobody knows: it is taken to be at the time
// that makes fewer runs planned, so that no run is called missed that may not
// have been due.
func (l *runLog) stretches() []stretch {
	var list []stretch
	current, from, before := l.after, l.period.from, l.period.from
	next := func(table *timetable, until int64) {
		if table != current {
			at := changed(current, table, span{before, until})
			list = append(list, stretch{span{from, at}.clip(l.period), current})
			current, from = table, at
		}
		before = until
	}
	first := true
	for i := range l.runs {
		run := &l.runs[i]
		if !run.judged {
			continue
		}
		if first {
			current, first = run.table, false
		}
		next(run.table, run.taken+1)
	}
	if l.afterAt != forever {
		next(l.after, l.afterAt+1)
	} else if rest := (span{before, l.period.until}); l.after.planned(rest) < current.planned(rest) {
		next(l.after, before)
	}
	return append(list, stretch{span{from, l.period.until}.clip(l.period), current})
}

// changed is when within a span one timetable took the place of another: at
// its start, or for its last slot.
func changed(old, next *timetable, within span) int64 {
	last, made := within.until, 0
	next.each(within, func(at int64) { last, made = at, 1 })
	if old.planned(span{within.from, last})+made < next.planned(within) {
		return last
	}
	return within.from
}
