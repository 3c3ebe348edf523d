package compose

import (
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// controls has a matrix for each framework. It says what the checks came to
// that have to do with a control; whether the control is met is for a person
// to say.
func (c *composer) controls() []document.Block {
	blocks := []document.Block{
		paragraph("This section does not say that a control is met or not. It says which checks have to do with it, how, and what they came to."),
		document.List{Items: relations()},
	}
	if len(c.r.Frameworks) == 0 {
		blocks = append(blocks, paragraph("No framework was asked for."))
	}
	for i := range c.r.Frameworks {
		blocks = append(blocks, c.framework(i)...)
	}
	return blocks
}

func relations() []document.Text {
	entry := func(r audit.Relation, means string) document.Text {
		return document.Join(document.Emphasize("%s:", r), document.Say(" %s", means))
	}
	return []document.Text{
		entry(audit.Equals, "the check asks the same as the control."),
		entry(audit.Supports, "the check asks for a part of what the control does: a failure is evidence against the control, a pass is not proof of it."),
		entry(audit.Stricter, "the check asks for more than the control does: a failure need not be one of the control."),
		entry(audit.Informative, "the mapping is the judgement of this product and nobody's publication."),
	}
}

func (c *composer) framework(i int) []document.Block {
	f := &c.r.Frameworks[i]
	blocks := []document.Block{document.Heading{
		ID:    fmt.Sprintf("framework-%d", i+1),
		Title: document.Join(document.Quote(f.Title), document.Say(", version "), document.Quote(f.Version)),
	}}
	facts := []document.Fact{{Term: "Publisher", Value: document.Quote(f.Publisher)}, {Term: "Source", Value: document.Name(f.Source)}}
	if f.Note != "" {
		facts = append(facts, document.Fact{Term: "Note", Value: document.Quote(f.Note)})
	}
	related := make([]*report.Control, 0, len(f.Controls))
	for k := range f.Controls {
		if len(f.Controls[k].Checks) > 0 {
			related = append(related, &f.Controls[k])
		}
	}
	blocks = append(blocks, document.Facts{Items: facts}, c.matrix(f, related))
	if rest := len(f.Controls) - len(related); rest > 0 {
		blocks = append(blocks, paragraph("No check of this report relates to %s more of this framework.", counted(rest, "control")))
	}
	return blocks
}

func (c *composer) matrix(f *report.Framework, related []*report.Control) document.Block {
	t := c.table("Controls of "+f.Title+" "+f.Version+", and what the checks came to that relate to them", "rows", "No check of this report relates to a control of it.",
		short("control"), long("check"), short("relation"), number("open failures at end"), number("compliant"), number("failing"), number("unknown"), number("not applicable"), number("not observed"))
	rows := c.relating(related)
	return t.Fill(c.room.controls, len(rows), func(i int) []document.Cell { return rows[i] })
}

// relating has a row for each check of each control: figures of several, of
// which some relate by our judgement alone, would say nothing of the control.
func (c *composer) relating(related []*report.Control) (rows [][]document.Cell) {
	sums := map[string]report.Sums{}
	for i := range c.r.Checks {
		sums[c.r.Checks[i].ID] = c.r.Checks[i].Sums
	}
	for _, k := range related {
		head := control(k)
		for _, r := range k.Checks {
			sum := sums[r.Check]
			row := []document.Cell{cell(head), name(r.Check), say("%s", r.Relation), tally(sum.End.Open)}
			for _, share := range percents(sum.Time.Compliant, sum.Time.Failing, sum.Time.Unknown, sum.Time.NotApplicable, sum.Time.NotObserved) {
				row = append(row, say("%s", share))
			}
			rows = append(rows, row)
			head = document.Name(k.ID)
		}
	}
	return rows
}

func control(k *report.Control) document.Text {
	if k.Title == "" {
		return document.Name(k.ID)
	}
	return document.Join(document.Name(k.ID), document.Say(" "), document.Quote(k.Title))
}
