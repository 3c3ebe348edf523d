package compose

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// waivers lists what is accepted, by whom, and until when.
func (c *composer) waivers() []document.Block {
	n, removed := map[audit.WaiverState]int{}, 0
	for i := range c.r.Waivers {
		if w := &c.r.Waivers[i]; w.Removed.IsZero() {
			n[w.State]++
		} else {
			removed++
		}
	}
	of := "of the period"
	if !c.r.Identity.Kept {
		of = "in the file of the last run of the history"
	}
	return []document.Block{
		paragraph("A waiver accepts failures and unknowns of a check in some places until a date. It hides nothing: what it covers is counted and listed in this report like the rest. "+
			"%s %s = %s active at the end + %s expired + %s that cover nothing + %s lapsed because what was accepted has changed + %s taken out of the file.",
			counted(len(c.r.Waivers), "waiver"), of, count(n[audit.WaiverActive]), count(n[audit.WaiverExpired]), count(n[audit.WaiverUnused]), count(n[audit.WaiverLapsed]), count(removed)),
		c.waiverTable(),
	}
}

func (c *composer) waiverTable() document.Block {
	list := c.r.Waivers
	t := c.table("Waivers, in the order of their file, then those taken out of it", "waivers", "There were no waivers.",
		long("check"), words("where"), words("state (UTC)"), number("covers"), words("owner"), words("in the file since (UTC)"), short("valid through"), number("left at the end"), words("reason"))
	return t.Fill(c.room.waivers, len(list), func(i int) []document.Cell {
		w := &list[i]
		return []document.Cell{
			name(w.Check), cell(where(w)), state(w), tally(w.Findings), cell(document.Join(document.Quote(w.Owner), ticket(w.Ticket))),
			at(w.Since), say("%s", w.Expires), say("%s", span(w.Left)), quote(w.Reason),
		}
	})
}

func state(w *report.Waiver) document.Cell {
	if w.Removed.IsZero() {
		return say("%s", w.State)
	}
	return cell(document.Join(document.Say("taken out "), document.Instant(w.Removed)))
}

// where are the globs of a waiver.
func where(w *report.Waiver) document.Text {
	var t document.Text
	for _, glob := range []struct{ term, value string }{
		{"account", w.Account},
		{"bucket", w.Bucket},
		{"resource", w.Resource},
		{"only as of", w.Fingerprint},
	} {
		if glob.value == "" {
			continue
		}
		if t != nil {
			t = append(t, document.Say(", ")...)
		}
		t = append(t, document.Join(document.Say("%s ", glob.term), document.Name(glob.value))...)
	}
	return t
}
