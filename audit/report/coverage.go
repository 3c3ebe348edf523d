package report

import (
	"slices"
	"time"
)

// slot is one of the schedule, within the period.
type slot struct {
	at   int64
	fate slotFate
}

type slotFate int

const (
	slotMade slotFate = iota
	slotMissed
	slotPending
	slotBeforeHistory
)

// slots are those of the period, and how many runs that judged were made for
// none of them.
func (l *runLog) slots() (list []slot, extra int) {
	judged := slices.DeleteFunc(slices.Clone(l.ofPeriod()), func(run loggedRun) bool { return !run.judged })
	if l.tables.now == nil {
		return nil, len(judged)
	}
	next := 0
	for _, s := range l.stretches() {
		s.table.each(s.span, func(at int64) {
			n := len(list)
			list = append(list, slot{at: at})
			if n > 0 {
				next += l.settle(&list[n-1], judged[next:], at)
			} else {
				next = runsBefore(judged, at)
			}
		})
	}
	if n := len(list); n > 0 {
		l.settle(&list[n-1], judged[next:], l.period.until)
	}
	extra = len(judged)
	for _, s := range list {
		if s.fate == slotMade {
			extra--
		}
	}
	return list, extra
}

// settle finds out what became of a slot, given the runs from then on and the
// next slot, and returns how many runs were made before that.
func (l *runLog) settle(s *slot, runs []loggedRun, next int64) (passed int) {
	passed = runsBefore(runs, next)
	switch {
	case passed > 0:
		s.fate = slotMade
	case next <= l.begins && l.begins != never:
		s.fate = slotBeforeHistory
	case l.period.until-s.at < int64(l.tables.now.grace):
		s.fate = slotPending
	default:
		s.fate = slotMissed
	}
	return passed
}

func runsBefore(runs []loggedRun, at int64) int {
	n := slices.IndexFunc(runs, func(r loggedRun) bool { return r.taken >= at })
	if n < 0 {
		return len(runs)
	}
	return n
}

func slotsBefore(slots []slot, at int64) int {
	n := slices.IndexFunc(slots, func(s slot) bool { return s.at >= at })
	if n < 0 {
		return len(slots)
	}
	return n
}

// counts are the runs against the slots.
func (l *runLog) counts(slots []slot, extra int) Runs {
	c := Runs{Planned: len(slots), Extra: extra}
	if now := l.tables.now; now != nil {
		c.Schedule, c.Interval = now.String(), Duration(now.interval)
	}
	for _, s := range slots {
		switch s.fate {
		case slotMade:
			c.Made++
		case slotMissed:
			c.Missed++
		case slotPending:
			c.Pending++
		case slotBeforeHistory:
			c.BeforeHistory++
		}
	}
	for _, run := range l.ofPeriod() {
		c.Recorded++
		switch {
		case !run.judged:
			c.CutShort++
		case run.complete:
			c.Complete++
		default:
			c.Partial++
		}
	}
	return c
}

// gaps are the stretches for which no run speaks.
func (l *runLog) gaps(slots []slot) []Gap {
	list := []Gap{}
	judged := slices.DeleteFunc(slices.Clone(l.runs), func(run loggedRun) bool { return !run.judged })
	for _, s := range l.all.rest(l.period) {
		g := Gap{From: timeOf(s.from), Until: timeOf(s.until)}
		g.BeforeHistory = l.begins != never && s.until <= l.begins
		n := runsBefore(judged, s.from)
		if n > 0 {
			slots = slots[slotsBefore(slots, judged[n-1].taken):]
		}
		judged = judged[n:]
		within := slotsBefore(slots, s.until)
		for _, slot := range slots[:within] {
			if slot.fate == slotMissed {
				g.Missed++
			}
		}
		slots = slots[within:]
		list = append(list, g)
	}
	return list
}

// maxBins is how many bins there are at most.
const maxBins = 200

// bins are the period in equal parts: of whole minutes, if it is long enough.
func (l *runLog) bins(slots []slot) []Bin {
	length, minute := l.period.until-l.period.from, int64(time.Minute)
	width := (length + maxBins - 1) / maxBins
	if length >= maxBins*minute {
		width = (width + minute - 1) / minute * minute
	}
	var list []Bin
	for from := l.period.from; from < l.period.until; from += width {
		part := span{from, min(from+width, l.period.until)}
		list = append(list, Bin{From: timeOf(part.from), Until: timeOf(part.until), NotObserved: durationOf(part.length() - l.all.within(part))})
	}
	binOf := func(at int64) *Bin { return &list[(at-l.period.from)/width] }
	for _, run := range l.ofPeriod() {
		switch b := binOf(run.taken); {
		case !run.judged:
			b.CutShort++
		case run.complete:
			b.Complete++
		default:
			b.Partial++
		}
	}
	for _, s := range slots {
		if s.fate == slotMissed {
			binOf(s.at).Missed++
		}
	}
	return list
}
