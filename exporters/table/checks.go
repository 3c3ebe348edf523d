package table

import (
	"fmt"
	"maps"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

// checks sums up every check that ran, also one that had no subject.
func (r *report) checks() {
	counts, total := tallies(r.run)
	if len(counts) == 0 {
		return
	}
	ids := slices.Sorted(maps.Keys(counts))
	r.Heading("Checks")
	rows := [][]terminal.Span{tallyHeadings(total)}
	for _, id := range ids {
		rows = append(rows, tallyRow(terminal.Plain.Of(id), counts[id], total))
	}
	rows = append(rows, tallyRow(terminal.Bold.Of("total"), total, total))
	if r.Fits(2, rows) {
		r.Rows(2, rows)
		return
	}
	for _, id := range ids {
		r.Units(2, 4, tallySpans(id, counts[id])...)
	}
}

// tallies counts the findings by check, and all of them.
func tallies(run *audit.Run) (counts map[string]audit.Counts, total audit.Counts) {
	counts = map[string]audit.Counts{}
	for _, id := range run.Header.Checks {
		counts[id] = audit.Counts{}
	}
	for i := range run.Findings {
		f := &run.Findings[i]
		c := counts[f.Check]
		c.Add(f)
		total.Add(f)
		counts[f.Check] = c
	}
	return counts, total
}

// counted is how many findings of the status there are.
func counted(c audit.Counts, s audit.Status) int {
	switch s {
	case audit.StatusPass:
		return c.Pass
	case audit.StatusFail:
		return c.Fail
	case audit.StatusUnknown:
		return c.Unknown
	default:
		return c.NotApplicable
	}
}

// tallyHeadings and tallyRow have a column for the waived only if there are
// any in the total.
func tallyHeadings(total audit.Counts) []terminal.Span {
	row := []terminal.Span{{}}
	for _, s := range audit.Statuses() {
		row = append(row, terminal.Dim.Of(heading(s)))
	}
	if total.Waived > 0 {
		row = append(row, terminal.Dim.Of("waived"))
	}
	return row
}

func heading(s audit.Status) string {
	if s == audit.StatusNotApplicable {
		return "n/a"
	}
	return markOf(s).name
}

func tallyRow(label terminal.Span, c, total audit.Counts) []terminal.Span {
	row := []terminal.Span{label}
	for _, s := range audit.Statuses() {
		row = append(row, number(counted(c, s), counted(total, s), heading(s), markOf(s).style))
	}
	if total.Waived > 0 {
		row = append(row, number(c.Waived, total.Waived, "waived", terminal.Plain))
	}
	return row
}

// number is n aligned to the right below its heading; the widest number of a
// column is its total. Nothing stands out less than zero.
func number(n, total int, heading string, look terminal.Style) terminal.Span {
	width := max(len(heading), len(fmt.Sprint(total)))
	if n == 0 {
		return terminal.Dim.Of(fmt.Sprintf("%*s", width, "-"))
	}
	return look.Of(fmt.Sprintf("%*d", width, n))
}

// tallySpans is the row of a check where columns do not fit.
func tallySpans(id string, c audit.Counts) []terminal.Span {
	spans := []terminal.Span{terminal.Plain.Of(id)}
	for _, s := range audit.Statuses() {
		if n := counted(c, s); n > 0 {
			spans = append(spans, markOf(s).style.Of(fmt.Sprintf("%d %s", n, heading(s))))
		}
	}
	if c.Waived > 0 {
		spans = append(spans, terminal.Plain.Of(fmt.Sprintf("(%d waived)", c.Waived)))
	}
	if len(spans) == 1 {
		spans = append(spans, terminal.Dim.Of("nothing in scope"))
	}
	return spans
}
