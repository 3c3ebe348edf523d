package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// How far back the trend goes, how many openings and endings it looks at, and
// how many points it draws at most.
const (
	trendTime    = 30 * 24 * time.Hour
	trendChanges = 20_000
	trendPoints  = 300
)

// The size of the drawing; it is stretched to the room there is.
const (
	trendWidth  = 720
	trendHeight = 160
	trendTail   = 12 // to see what came of the last run
)

// trend is how the number of open failures went.
type trend struct {
	Line, Area string // paths of SVG
	From, To   time.Time
	First, Now int
	Least      int
	Most       int
}

// trends remembers the trend up to the last run.
type trends struct {
	mu    sync.Mutex
	runID string
	last  *trend
}

// point is how many failures were open from a time on.
type point struct {
	at   time.Time
	open int
}

// trend is the trend up to the run, nil if there is none to draw.
func (h *handler) trend(ctx context.Context, run *audit.Run) (*trend, error) {
	history := h.History()
	if history == nil {
		return nil, nil
	}
	h.trends.mu.Lock()
	defer h.trends.mu.Unlock()
	if h.trends.runID == run.Header.RunID {
		return h.trends.last, nil
	}
	open := openIn(run)
	since := run.Header.TakenAt.Add(-trendTime)
	points := []point{{run.Header.TakenAt, open}}
	cut, err := history.OpenSteps(ctx, since, trendChanges, func(at time.Time, by int) {
		points = append(points, point{at, open})
		open = max(0, open-by)
	})
	if err != nil {
		return nil, err
	}
	if open > 0 && len(points) > 1 && !cut { // nothing is known of before a cut
		points = append(points, point{since, open})
	}
	slices.Reverse(points)
	h.trends.runID, h.trends.last = run.Header.RunID, newTrend(points)
	return h.trends.last, nil
}

// openIn is how many failures are open after the run.
func openIn(run *audit.Run) (n int) {
	for i := range run.Tallies {
		n += run.Tallies[i].Open
	}
	return n
}

// newTrend draws the points, which are in order; nil if they are too few.
func newTrend(points []point) *trend {
	points = thinned(points)
	if len(points) < 2 {
		return nil
	}
	first, last := points[0], points[len(points)-1]
	t := &trend{From: first.at, To: last.at, First: first.open, Now: last.open, Least: first.open, Most: first.open}
	for _, p := range points {
		t.Least, t.Most = min(t.Least, p.open), max(t.Most, p.open)
	}
	x := func(at time.Time) float64 {
		return (trendWidth - trendTail) * float64(at.Sub(t.From)) / float64(max(1, t.To.Sub(t.From)))
	}
	y := func(open int) float64 { return trendHeight * (1 - float64(open)/float64(max(1, t.Most))) }
	var line strings.Builder
	fmt.Fprintf(&line, "M0 %.1f", y(first.open))
	for _, p := range points[1:] {
		fmt.Fprintf(&line, "H%.1fV%.1f", x(p.at), y(p.open))
	}
	fmt.Fprintf(&line, "H%d", trendWidth)
	t.Line = line.String()
	t.Area = t.Line + fmt.Sprintf("V%dH0z", trendHeight)
	return t
}

// thinned are at most trendPoints of the points, of those close together the
// last one; the first and the last are among them.
func thinned(points []point) []point {
	if len(points) <= trendPoints {
		return points
	}
	first, last := points[0].at, points[len(points)-1].at
	slot := func(p point) int {
		return int(float64(trendPoints-2) * float64(p.at.Sub(first)) / float64(max(1, last.Sub(first))))
	}
	list := points[:1:1]
	for i, p := range points[1:] {
		if next := i + 2; next == len(points) || slot(points[next]) != slot(p) {
			list = append(list, p)
		}
	}
	return list
}
