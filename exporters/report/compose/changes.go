package compose

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// changes has all that changed from run to run.
func (c *composer) changes() []document.Block {
	return []document.Block{c.changeCounts(), c.changeTable()}
}

func (c *composer) changeCounts() document.Block {
	n := map[audit.ChangeKind]int{}
	for i := range c.r.Changes {
		n[c.r.Changes[i].Kind]++
	}
	t := c.table("Changes by kind", "kinds", "", short("kind"), number("changes"), words("means"))
	for _, k := range []struct {
		kind  audit.ChangeKind
		means string
	}{
		{audit.Opened, "it fails, and did not before"},
		{audit.Resolved, "it failed, and does not any more: a run proved it"},
		{audit.Changed, "another answer, of which none is a failure"},
		{audit.Blinded, "it cannot be judged any more; what was known stands"},
		{audit.Regained, "it can be judged again, and is as it was"},
		{audit.Removed, "the resource is gone, or out of the configuration; never counted as resolved"},
	} {
		t.Rows = append(t.Rows, []document.Cell{say("%s", k.kind), tally(n[k.kind]), say("%s", k.means)})
	}
	t.Rows = append(t.Rows, []document.Cell{cell(document.Emphasize("all")), tally(len(c.r.Changes)), say("")})
	return t
}

func (c *composer) changeTable() document.Block {
	list := c.r.Changes
	t := c.table("Changes, the oldest first", "changes", "Nothing changed in the period.",
		short("at (UTC)"), short("kind"), long("check"), words("resource"), short("account"), short("from"), short("to"))
	return t.Fill(c.room.changes, len(list), func(i int) []document.Cell {
		k := &list[i]
		subject := report.Subject{Resource: k.Resource, Subject: k.Subject}
		return []document.Cell{
			at(k.At), say("%s", k.Kind), name(k.Check), cell(place(subject)), name(k.AccountID), say("%s", status(k.From)), say("%s", status(k.To)),
		}
	})
}

func status(s audit.Status) string {
	switch s {
	case "":
		return "–"
	case audit.StatusNotApplicable:
		return "not applicable"
	default:
		return string(s)
	}
}
