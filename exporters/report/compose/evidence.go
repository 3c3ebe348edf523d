package compose

import (
	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// evidence names what the report rests on, and how to come to its verdicts
// again.
func (c *composer) evidence() []document.Block {
	return []document.Block{
		paragraph("Every run reads AWS into a snapshot, and every verdict is made from that snapshot alone. Who has the snapshot can come to the same verdicts again, later and elsewhere, without access to AWS. " +
			"This report names the snapshots of the run that its beginning rests on, of each run that changed something, and of the last one."),
		heading("evidence-reproduce", "How to reproduce a verdict"),
		document.List{Items: []document.Text{
			document.Join(document.Say("Write the snapshot of a run to a file: "), document.Name("quilt-auditor report snapshot --config.file FILE --run RUN --out snapshot.json")),
			document.Join(document.Say("Compare its digest to the one below: "), document.Name("sha256sum snapshot.json")),
			document.Join(document.Say("Judge it again: "), document.Name("quilt-auditor audit --config.file FILE --snapshot snapshot.json --output json")),
		}},
		c.snapshotTable(),
		heading("evidence-rules", "What the runs went by"),
		c.inUse(),
	}
}

func (c *composer) snapshotTable() document.Block {
	list := c.r.Identity.Snapshots
	t := c.table("Snapshots that the report rests on, the oldest first", "snapshots", "There are no snapshots.",
		short("taken at (UTC)"), long("run"), number("changes"), words("SHA-256"))
	return t.Fill(c.room.snapshots, len(list), func(i int) []document.Cell {
		s := &list[i]
		digest := name(s.SHA256)
		if !s.Kept {
			digest = say("not kept any more")
		}
		return []document.Cell{at(s.TakenAt), name(s.RunID), tally(s.Changes), digest}
	})
}

// inUse lists what the runs went by, and since when.
func (c *composer) inUse() document.Block {
	id := c.r.Identity
	t := c.table("Configurations, checks, profiles and schedules that the runs of the period went by", "entries", "There was no run.",
		words("what"), short("since (UTC)"), number("runs"), words("digest, name or text"))
	var list []report.InUse
	var what []string
	for _, kind := range []struct {
		name string
		list []report.InUse
	}{
		{"configuration, without secrets", id.Configs},
		{"checks and their parameters", id.Rules},
		{"profile of required actions", id.Profiles},
		{"schedule", id.Schedules},
	} {
		for _, used := range kind.list {
			if used.Value == "" {
				used.Value = "not kept"
			}
			list, what = append(list, used), append(what, kind.name)
		}
	}
	return t.Fill(c.room.inUse, len(list), func(i int) []document.Cell {
		return []document.Cell{say("%s", what[i]), at(list[i].From), tally(list[i].Runs), name(list[i].Value)}
	})
}
