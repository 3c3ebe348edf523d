package compose

import (
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/chart"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// checks says what each check came to.
func (c *composer) checks() []document.Block {
	blocks := []document.Block{
		paragraph("For what part of the time in scope what each check asks for was met."),
		c.shareTable(), c.countTable(), heading("checks-about", "What each check asks for"),
	}
	for i := range c.r.Checks {
		blocks = append(blocks, checkEntry(&c.r.Checks[i]))
	}
	return blocks
}

func (c *composer) shareTable() document.Block {
	t := c.table("Share of the time in scope by check", "checks", "No check ran.",
		long("check"), drawn("share"), number("compliant"), number("failing"), number("unknown"), number("not applicable"), number("not observed"), number("findings"))
	t.Legend = "Bars: solid is compliant, striped failing, dotted unknown, lined not applicable, empty not observed."
	for i := range c.r.Checks {
		k := &c.r.Checks[i]
		t.Rows = append(t.Rows, append([]document.Cell{name(k.ID)}, shares(&k.Time)...))
	}
	if len(t.Rows) > 0 {
		t.Rows = append(t.Rows, append([]document.Cell{cell(document.Emphasize("all checks"))}, shares(&c.r.Total.Time)...))
	}
	return t
}

// shares are a bar, the numbers of it, and how many findings there were.
func shares(time *report.Time) []document.Cell {
	cells := []document.Cell{bar(time)}
	for _, share := range percents(time.Compliant, time.Failing, time.Unknown, time.NotApplicable, time.NotObserved) {
		cells = append(cells, say("%s", share))
	}
	return append(cells, tally(time.Findings))
}

func bar(time *report.Time) document.Cell {
	s := time.Shares
	return document.Cell{Bar: chart.Bar([]chart.Part{
		{Pattern: chart.Compliant, Share: s.Compliant},
		{Pattern: chart.Failing, Share: s.Failing},
		{Pattern: chart.Unknown, Share: s.Unknown},
		{Pattern: chart.NotApplicable, Share: s.NotApplicable},
		{Pattern: chart.NotObserved, Share: s.NotObserved},
	})}
}

func (c *composer) countTable() document.Block {
	t := c.table("Failures by check: open at the start + opened − resolved − removed = open at the end", "checks", "No check ran.",
		long("check"), short("severity"), number("open at start"), number("opened"), number("resolved"), number("removed"), number("open at end"), number("oldest open"), number("median to fix"), number("longest"))
	for i := range c.r.Checks {
		k := &c.r.Checks[i]
		t.Rows = append(t.Rows, counts(name(k.ID), severity(k), &k.Sums))
	}
	if len(t.Rows) > 0 {
		t.Rows = append(t.Rows, counts(cell(document.Emphasize("all checks")), say("–"), &c.r.Total))
	}
	return t
}

func counts(head, severity document.Cell, s *report.Sums) []document.Cell {
	oldest, median, longest := "–", "–", "–"
	if s.OldestOpen != nil {
		oldest = span(s.OldestOpen.Age)
	}
	if s.ToFix.N > 0 {
		median, longest = span(s.ToFix.Median), span(s.ToFix.Max)
	}
	return []document.Cell{
		head, severity, tally(s.Start.Open), tally(s.Opened), tally(s.Resolved), tally(s.OpenRemoved), tally(s.End.Open),
		say("%s", oldest), say("%s", median), say("%s", longest),
	}
}

// severity is that of a check; a version that has the check no more knows none.
func severity(k *report.Check) document.Cell {
	if k.Severity == 0 {
		return say("–")
	}
	return say("%s", k.Severity)
}

// checkEntry says what a check is about.
func checkEntry(k *report.Check) document.Block {
	facts := []document.Fact{
		{Term: "Findings", Value: document.Say("%s at the end = %s pass + %s fail + %s unknown + %s not applicable",
			count(k.End.Findings), count(k.End.Pass), count(k.End.Fail), count(k.End.Unknown), count(k.End.NotApplicable))},
	}
	if !k.InUse {
		facts = append(facts, document.Fact{Term: "In use", Value: document.Say("no, not in this period: what is told of it rests on earlier runs")})
	}
	if k.Doc.Why == "" {
		facts = append(facts, document.Fact{Term: "About", Value: document.Say("this version of the auditor does not have the check any more")})
	} else {
		facts = append(facts, document.Fact{Term: "Why", Value: document.Whole(k.Doc.Why)}, document.Fact{Term: "Judges", Value: document.Whole(k.Doc.Judges)})
	}
	for i, source := range k.Doc.Sources {
		facts = append(facts, document.Fact{Term: ordinal("Source", i, len(k.Doc.Sources)), Value: document.Name(source)})
	}
	return &document.Entry{
		ID: "check-" + slug(k.ID), Title: document.Join(document.Name(k.ID), document.Say(" "), document.Quote(k.Title)),
		Blocks: []document.Block{document.Facts{Items: facts}},
	}
}

// ordinal numbers a term if there are several of it.
func ordinal(term string, i, n int) string {
	if n == 1 {
		return term
	}
	return fmt.Sprintf("%s %d", term, i+1)
}

// slug is a word that can be part of an ID of the document.
func slug(s string) string {
	b := []byte(s)
	for i, ch := range b {
		if ch != '-' && (ch < '0' || ch > '9') && (ch < 'a' || ch > 'z') {
			b[i] = '-'
		}
	}
	return string(b)
}
