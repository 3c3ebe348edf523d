package compose

import (
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/chart"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// severityNames and severityPatterns are in the order of severe.
var (
	severityNames    = [...]string{"informational", "low", "medium", "high", "critical"}
	severityPatterns = [...]string{chart.Informational, chart.Low, chart.Medium, chart.High, chart.Critical}
)

// severe lists the counts, the lowest severity first.
func severe(s report.Severe) [5]int {
	return [...]int{s.Informational, s.Low, s.Medium, s.High, s.Critical}
}

// openChart shows the open failures over the period, with the severities of
// which there were any.
func (c *composer) openChart() document.Block {
	period, points := c.r.Identity.Period, c.r.Series.Points
	areas := chart.Areas{
		ID: "open-over-time", Title: "Open failures by severity over the period", From: period.Since, Until: period.Until,
		Description: c.openDescription(),
	}
	var used []int
	for i := range severityNames {
		for _, p := range points {
			if severe(p.Open)[i] > 0 {
				used = append(used, i)
				areas.Series = append(areas.Series, chart.Series{Label: severityNames[i], Pattern: severityPatterns[i]})
				break
			}
		}
	}
	for n, p := range points[min(1, len(points)):] { // a point has what was before it, up to the one before
		counts := make([]int, len(used))
		for k, i := range used {
			counts[k] = severe(p.Open)[i]
		}
		areas.Points = append(areas.Points, chart.Point{At: points[n].At, Counts: counts})
	}
	for _, g := range c.r.Completeness.Gaps {
		areas.Unwatched = append(areas.Unwatched, chart.Span{From: g.From, Until: g.Until})
	}
	return &document.Chart{
		ID: "figure-open", Caption: c.chart("Open failures by severity, stacked. A failure stays open until a run proves that it is resolved."),
		SVG: areas.SVG(), Data: c.openData(),
	}
}

func (c *composer) openDescription() string {
	total := c.r.Total
	return fmt.Sprintf("At the start %d failures were open. %d opened, %d were resolved, and %d ended because what failed is gone. At the end %d were open.",
		total.Start.Open, total.Opened, total.Resolved, total.OpenRemoved, total.End.Open)
}

// maxData is how many points of a chart a table has.
const maxData = 16

func (c *composer) openData() *document.Table {
	t := &document.Table{
		Caption: "Open failures by severity over the period", Noun: "points", None: "There was no run to count open failures.",
		Columns: []document.Column{short("at (UTC)"), number("critical"), number("high"), number("medium"), number("low"), number("informational"), number("unknown"), words("observed")},
	}
	points := c.r.Series.Points
	step := max(1, (len(points)+maxData-1)/maxData)
	for i := len(points) - 1; i >= 0; i -= step {
		p := points[i]
		t.Rows = append([][]document.Cell{c.openRow(&p)}, t.Rows...)
	}
	return t
}

// openRow has no numbers of the time before the history.
func (c *composer) openRow(p *report.Point) []document.Cell {
	number := tally
	if p.At.Before(c.r.Identity.HistoryBegins) {
		number = func(int) document.Cell { return say("–") }
	}
	row := []document.Cell{at(p.At)}
	open := severe(p.Open)
	for k := len(open) - 1; k >= 0; k-- {
		row = append(row, number(open[k]))
	}
	return append(row, number(p.Unknown), say("%s", yes(p.Observed)))
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// runsChart shows when runs were made, and when they were missed.
func (c *composer) runsChart() document.Block {
	period, bins := c.r.Identity.Period, c.r.Completeness.Bins
	columns := chart.Columns{
		ID: "runs-over-time", Title: "Runs made and missed over the period", From: period.Since, Until: period.Until,
		Description: c.runsDescription(),
		Series: []chart.Series{
			{Label: "complete", Pattern: chart.Compliant},
			{Label: "partial", Pattern: chart.Unknown},
			{Label: "cut short", Pattern: chart.Failing},
			{Label: "missed", Pattern: chart.NotObserved},
		},
		Marked: 3,
	}
	for _, b := range bins {
		columns.Columns = append(columns.Columns, chart.Column{From: b.From, Until: b.Until, Counts: []int{b.Complete, b.Partial, b.CutShort, b.Missed}})
	}
	caption := "Runs made and missed"
	if len(bins) > 1 {
		caption += ", in parts of " + span(report.Duration(bins[0].Until.Sub(bins[0].From)))
	}
	return &document.Chart{ID: "figure-runs", Caption: c.chart(caption + ". Numbers stand over missed runs."), SVG: columns.SVG(), Data: c.runsData()}
}

func (c *composer) runsDescription() string {
	r := c.r.Completeness.Runs
	return fmt.Sprintf("%d runs were complete, %d partial and %d cut short; %d were missed.", r.Complete, r.Partial, r.CutShort, r.Missed)
}

// runsData has the parts of the period in which a run was not complete, or
// missed.
func (c *composer) runsData() *document.Table {
	t := &document.Table{
		Caption: "Parts of the period with runs that were partial, cut short or missed", Noun: "parts",
		None: "No run was partial, cut short or missed.", Columns: []document.Column{
			short("from (UTC)"), short("until (UTC)"), number("complete"), number("partial"), number("cut short"), number("missed"), number("not observed"),
		},
	}
	var short []report.Bin
	for _, b := range c.r.Completeness.Bins {
		if b.Partial+b.CutShort+b.Missed > 0 {
			short = append(short, b)
		}
	}
	return t.Fill(c.room.gaps, len(short), func(i int) []document.Cell {
		b := short[i]
		return []document.Cell{
			at(b.From), at(b.Until), tally(b.Complete), tally(b.Partial), tally(b.CutShort), tally(b.Missed), say("%s", span(b.NotObserved)),
		}
	})
}
