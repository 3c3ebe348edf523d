package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// maxPoints is how many points a series has at most.
const maxPoints = 100

const day = 24 * time.Hour

// steps are the times between two points. From a week on a report is about
// days.
func steps(length time.Duration) []time.Duration {
	list := []time.Duration{
		time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour,
		day, 2 * day, 7 * day, 14 * day, 28 * day,
	}
	if length >= 7*day {
		return list[slices.Index(list, day):]
	}
	return list
}

// stepOf is the time between points for a period of that length.
func stepOf(length time.Duration) time.Duration {
	var step time.Duration
	for _, step = range steps(length) {
		if length/step+3 <= maxPoints {
			return step
		}
	}
	for length/step+3 > maxPoints {
		step *= 2
	}
	return step
}

// seriesTally counts by points: what is added at one place is there from that
// point on.
type seriesTally struct {
	period            span
	known             span // the part of it that the history reaches
	step              time.Duration
	points            []int64
	findings, unknown []int
	open              [audit.Critical + 1][]int
}

func newSeries(period, known span) *seriesTally {
	s := &seriesTally{period: period, known: known, step: stepOf(time.Duration(period.until - period.from)), points: []int64{period.from}}
	first := timeOf(period.from).Truncate(s.step).Add(s.step) // of the calendar in UTC
	for at := instantOf(first); at < period.until; at += int64(s.step) {
		s.points = append(s.points, at)
	}
	s.points = append(s.points, period.until)
	size := len(s.points) + 1
	s.findings, s.unknown = make([]int, size), make([]int, size)
	for i := range s.open {
		s.open[i] = make([]int, size)
	}
	return s
}

// after is the place of the first point behind an instant.
func (s *seriesTally) after(at int64) int {
	i, there := slices.BinarySearch(s.points, at)
	if there {
		i++
	}
	return i
}

// count adds one for the points within the span: a point shows what was just
// before it. Before the history begins there is nothing to show.
func (s *seriesTally) count(counts []int, of span) {
	counts[s.after(max(of.from, s.known.from-1))]++
	counts[s.after(of.until)]--
}

// add counts a finding.
func (s *seriesTally) add(t timeline) {
	for i := range t {
		if t[i].from >= s.known.until || t[i].until < s.known.from {
			continue
		}
		s.count(s.findings, t[i].span)
		if t[i].status == audit.StatusUnknown {
			s.count(s.unknown, t[i].span)
		}
	}
}

// series is the whole, with the failures of the report.
func (s *seriesTally) series(b *builder) Series {
	points := make([]Point, len(s.points))
	at := func(instant int64) *Point { return &points[s.after(instant)] }
	for i := range b.failures {
		f := &b.failures[i]
		s.count(s.open[min(cmp.Or(f.Severity, audit.Informational), audit.Critical)], span{f.from, f.until})
		if within(f.from, s.known) {
			at(f.from).Opened++
		}
		if f.Outcome == Resolved {
			at(f.until).Resolved++
		}
	}
	for _, run := range b.log.ofPeriod() {
		if run.judged {
			at(run.taken).Runs++
		}
	}
	running := func(counts []int) {
		for i := 1; i < len(counts); i++ {
			counts[i] += counts[i-1]
		}
	}
	running(s.findings)
	running(s.unknown)
	for i := range s.open {
		running(s.open[i])
	}
	for i := range points {
		p := &points[i]
		p.At, p.Findings, p.Unknown, p.Observed = timeOf(s.points[i]), s.findings[i], s.unknown[i], b.log.all.justBefore(s.points[i])
		p.Open = Severe{s.open[audit.Critical][i], s.open[audit.High][i], s.open[audit.Medium][i], s.open[audit.Low][i], s.open[audit.Informational][i]}
	}
	return Series{Step: Duration(s.step), Points: points}
}
