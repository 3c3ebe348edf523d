package compose

import (
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// unknown says what could not be judged, for how long, why, and what is missing
// for it.
func (c *composer) unknown() []document.Block {
	time := c.r.Total.Time
	blocks := []document.Block{
		paragraph("What could not be read or decided is unknown. It is never counted as compliant, and neither opens a failure nor resolves one. "+
			"In this period that was %s of the time in scope; at the end it is so for %s of %s.",
			percent(time.Unknown, time.InScope-time.Unknown), count(c.r.Total.End.Unknown), counted(c.r.Total.End.Findings, "finding")),
		c.unknownTable(),
	}
	if len(c.r.Unknowns) > 0 {
		blocks = append(blocks, c.reasons()...)
	}
	return append(blocks, heading("unknown-unread", "What the last run could not read"), c.unreadTable())
}

func (c *composer) unknownTable() document.Block {
	list := c.r.Unknowns
	t := c.table("What could not be judged, by account and cause", "causes", "Everything that was observed could be judged.",
		short("no."), short("account"), long("read that failed"), short("error"), long("missing permission"), number("findings"), short("from (UTC)"), short("until (UTC)"), number("at the end"), number("time of all"))
	return t.Fill(c.room.unknowns, len(list), func(i int) []document.Cell {
		u := &list[i]
		return []document.Cell{
			say("U%d", i+1), cell(c.account(u.AccountID)), cell(operation(u.Operation)), name(u.ErrorCode), name(u.MissingPermission), tally(u.Findings),
			at(u.From), at(u.Until), tally(u.Ongoing), say("%s", together(u.Time)),
		}
	})
}

// operation names the read that failed.
func operation(name string) document.Text {
	if name == "" {
		return document.Say("none, or not kept")
	}
	return document.Name(name)
}

// reasons tells the first causes in the words of the findings.
func (c *composer) reasons() []document.Block {
	list, room := c.r.Unknowns, c.room.reasons
	var items []document.Text
	for i := range list {
		item := reason(i, &list[i])
		if room.Bytes -= item.Size(); len(items) == room.Rows || room.Bytes < 0 {
			break
		}
		items = append(items, item)
	}
	blocks := []document.Block{heading("unknown-reasons", "Reasons and examples"), document.List{Items: items}}
	if rest := len(list) - len(items); rest > 0 {
		blocks = append(blocks, document.Note{Text: document.Say("The reasons of %s are in the JSON form of this report.", counted(rest, "more cause"))})
	}
	return blocks
}

func reason(i int, u *report.Unknown) document.Text {
	t := document.Join(document.Emphasize("U%d", i+1), document.Say(" "), document.Name(strings.Join(u.Checks, ", ")))
	if u.Reason != "" {
		t = document.Join(t, document.Say(": "), document.Quote(u.Reason))
	}
	separator, named := " For example: ", map[[2]string]bool{}
	for _, e := range u.Examples {
		where := [2]string{e.Resource, e.Subject}
		if named[where] {
			continue // of another check
		}
		named[where] = true
		t = document.Join(t, document.Say("%s", separator), place(e))
		separator = ", "
	}
	return t
}

func (c *composer) unreadTable() document.Block {
	list, none := c.r.Completeness.Unread, "The last run could read all that it wanted to."
	if !c.r.Identity.Kept {
		none = "That is not kept of the last run of this period, which an earlier version recorded. What it came to in the period is above."
	}
	t := c.table("Reads that failed in the last run", "kinds of failed reads", none,
		short("account"), short("region"), long("operation"), short("error"), long("missing permission"), number("times"))
	return t.Fill(c.room.unread, len(list), func(i int) []document.Cell {
		u := &list[i]
		return []document.Cell{cell(c.account(u.AccountID)), name(u.Region), name(u.Operation), name(u.ErrorCode), name(u.MissingPermission), tally(u.Count)}
	})
}
