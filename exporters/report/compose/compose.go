// Package compose says in words, tables and charts what a report holds: what
// was audited and how completely first, then what was found. It never says
// that a control is met, and never that something is well which was not seen.
package compose

import (
	"fmt"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// composer makes one document.
type composer struct {
	r              *report.Report
	room           rooms
	names          map[string]string // of accounts, by ID
	titles         map[string]string // of checks, by ID
	tables, charts int               // how many there are so far
}

// Document is the report as a document. The report is not changed, and the
// same report gives the same document.
func Document(r *report.Report) *document.Document {
	c := &composer{r: r, room: usual(), names: map[string]string{}, titles: map[string]string{}}
	for _, a := range r.Completeness.ByAccount {
		c.names[a.ID] = a.Name
	}
	for _, k := range r.Checks {
		c.titles[k.ID] = k.Title
	}
	period := r.Identity.Period
	return &document.Document{
		Title:    "Quilt bucket audit report",
		Subtitle: between(period, "2 January 2006") + " (" + span(period.Length()) + ")",
		Running:  "Quilt bucket audit report, " + between(period, "2006-01-02"),
		Lead:     c.summary(),
		Sections: c.sections(),
		Colophon: document.Join(
			document.Say("Made by quilt-auditor "), document.Name(r.Identity.Version),
			document.Say(" as of "), document.Instant(r.Identity.GeneratedAt), document.Say(". All times are in UTC."),
		),
	}
}

func (c *composer) sections() []document.Section {
	return []document.Section{
		{ID: "scope", Title: "Scope and completeness", Blocks: c.scope()},
		{ID: "checks", Title: "Results by check", Page: true, Blocks: c.told(c.checks)},
		{ID: "controls", Title: "Results by control", Page: true, Blocks: c.told(c.controls)},
		{ID: "failures", Title: "Failures", Page: true, Blocks: c.told(c.failures)},
		{ID: "changes", Title: "Changes", Page: true, Blocks: c.told(c.changes)},
		{ID: "unknown", Title: "What could not be judged", Blocks: c.told(c.unknown)},
		{ID: "waivers", Title: "Waivers", Blocks: c.told(c.waivers)},
		{ID: "evidence", Title: "Evidence, and how to reproduce it", Page: true, Blocks: c.evidence()},
	}
}

// told is what a section says where there is something to speak of: without
// that, no failure is not the same as none.
func (c *composer) told(section func() []document.Block) []document.Block {
	if why := c.silent(); why != "" {
		return []document.Block{paragraph("%s, so nothing can be said.", why)}
	}
	return section()
}

// silent is why the report has nothing to tell, "" if it has.
func (c *composer) silent() string {
	id := c.r.Identity
	switch {
	case id.LastRun == "":
		return "No run speaks for this period"
	case c.r.Completeness.Accounts.Expected > 0:
		return ""
	case id.AccountID != "":
		return "No run of this period had account " + id.AccountID + " in its scope"
	default:
		return "No run of this period had an account in its scope"
	}
}

// table is a table with a number to cite it by.
func (c *composer) table(caption, noun, none string, columns ...document.Column) *document.Table {
	c.tables++
	return &document.Table{Caption: fmt.Sprintf("Table %d. %s", c.tables, caption), Columns: columns, Noun: noun, None: none}
}

// chart is the caption of a chart, with a number to cite it by.
func (c *composer) chart(caption string) string {
	c.charts++
	return fmt.Sprintf("Figure %d. %s", c.charts, caption)
}

// account is how an account is called everywhere: its ID and its name, if any.
func (c *composer) account(id string) document.Text {
	if name := c.names[id]; name != "" {
		return document.Join(document.Name(id), document.Say(" "), document.Quote(name))
	}
	return document.Name(id)
}

// place is what a finding is about, in short: the name of a bucket stands for
// its ARN.
func place(s report.Subject) document.Text {
	bucket := s.Bucket()
	switch {
	case bucket == "":
		return document.Name(s.Resource)
	case s.Subject != "":
		return document.Join(document.Name(s.Resource), document.Say(" on "), document.Name(s.Subject))
	default:
		return document.Name(bucket)
	}
}

func words(title string) document.Column { return document.Column{Title: title} }
func number(title string) document.Column {
	return document.Column{Title: title, Kind: document.Numbers}
}

func short(title string) document.Column { return document.Column{Title: title, Kind: document.Short} }

func long(title string) document.Column { return document.Column{Title: title, Kind: document.Long} }

func drawn(title string) document.Column { return document.Column{Title: title, Kind: document.Drawn} }

func say(format string, arguments ...any) document.Cell {
	return document.Cell{Text: document.Say(format, arguments...)}
}
func at(t time.Time) document.Cell       { return document.Cell{Text: document.Instant(t)} }
func name(s string) document.Cell        { return document.Cell{Text: document.Name(s)} }
func quote(s string) document.Cell       { return document.Cell{Text: document.Quote(s)} }
func cell(t document.Text) document.Cell { return document.Cell{Text: t} }
func tally(n int) document.Cell          { return document.Cell{Text: document.Say("%s", count(n))} }

func paragraph(format string, arguments ...any) document.Block {
	return document.Paragraph{Text: document.Say(format, arguments...)}
}

func heading(id, title string) document.Block {
	return document.Heading{ID: id, Title: document.Say("%s", title)}
}
