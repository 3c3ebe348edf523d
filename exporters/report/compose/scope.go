package compose

import (
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// scope says what was to be looked at and how much of it was, in numbers that
// add up.
func (c *composer) scope() []document.Block {
	return []document.Block{
		heading("scope-accounts", "Accounts"), c.accountSentence(), c.accountTable(),
		heading("scope-buckets", "Buckets"), c.bucketSentence(),
		heading("scope-runs", "Runs"), c.runSentence(), c.runsChart(), c.gapTable(),
		heading("scope-time", "How time is counted"), c.timeSentence(),
	}
}

func (c *composer) accountSentence() document.Block {
	a := c.r.Completeness.Accounts
	return paragraph("%s expected = %s read by every run + %s read only by some + %s read by none. An account is read when it was entered and its buckets were listed.",
		counted(a.Expected, "account"), count(a.Read), count(a.ReadSometimes), count(a.Failed))
}

func (c *composer) accountTable() document.Block {
	list := c.r.Completeness.ByAccount
	t := c.table("Accounts, and for what part of the period each was read", "accounts", "No account was in scope.",
		short("account"), number("buckets"), number("runs"), number("read"), number("not listed"), number("denied"), number("unreachable"), number("not observed"), number("not in scope"), words("at the end (UTC)"))
	return t.Fill(c.room.accounts, len(list), func(i int) []document.Cell {
		a := &list[i]
		row := []document.Cell{cell(c.account(a.ID)), tally(a.Buckets), tally(a.Runs)}
		for _, share := range percents(a.Time.OK, a.Time.Partial, a.Time.Denied, a.Time.Unreachable, a.Time.NotObserved, a.Time.OutOfScope) {
			row = append(row, say("%s", share))
		}
		return append(row, accessAtEnd(a))
	})
}

func accessAtEnd(a *report.Account) document.Cell {
	words := map[string]string{"ok": "read", "denied": "denied", "unreachable": "unreachable", "partial": "not listed"}[string(a.Access)]
	switch {
	case a.Gone:
		return say("no longer in scope")
	case !a.FailingSince.IsZero():
		return cell(document.Join(document.Say("%s since ", words), document.Instant(a.FailingSince)))
	default:
		return say("%s", words)
	}
}

func (c *composer) bucketSentence() document.Block {
	b := c.r.Completeness.Buckets
	return paragraph("%s in scope of the last run. %s with findings = %s judged by every check + %s judged by some + %s not judged at all. "+
		"The first number has no bucket of an account that the last run could not list, and none that did not exist then; the second has those with what was known of them before.",
		counted(b.Listed, "bucket"), count(b.WithFindings), count(b.Judged), count(b.PartlyJudged), count(b.NotJudged))
}

func (c *composer) runSentence() document.Block {
	r := c.r.Completeness.Runs
	recorded := fmt.Sprintf("%s recorded = %s complete + %s partial + %s cut short.", counted(r.Recorded, "run"), count(r.Complete), count(r.Partial), count(r.CutShort))
	if r.Schedule == "" {
		return paragraph("%s The report was made without a schedule, so it cannot tell which runs were missed.", recorded)
	}
	schedule := document.Join(document.Say("The schedule is "), document.Name(r.Schedule))
	if len(c.r.Identity.Schedules) > 1 {
		schedule = document.Join(schedule, document.Say("; it was another one before, as "), document.Refer("section 8", "evidence"),
			document.Say(" has it, and each run is held against the one that planned it, as far as that is kept"))
	}
	return document.Paragraph{Text: document.Join(
		schedule, document.Say(". %s planned = %s made + %s missed + %s not yet due", counted(r.Planned, "run"), count(r.Made), count(r.Missed), count(r.Pending)),
		document.Say(" + %s of which the history has nothing. %s %s + %s partial = %s for the schedule + %s beside it, such as runs that were begun by hand.",
			count(r.BeforeHistory), recorded, count(r.Complete)+" complete", count(r.Partial), count(r.Made), count(r.Extra)),
	)}
}

func (c *composer) gapTable() document.Block {
	done := c.r.Completeness
	t := c.table(fmt.Sprintf("Stretches that no run speaks for: %s of %s", span(done.NotObserved), span(done.Observed+done.NotObserved)), "stretches",
		"Some run speaks for every moment of the period.", short("from (UTC)"), short("until (UTC)"), number("length"), number("runs missed"), words("why"))
	return t.Fill(c.room.gaps, len(done.Gaps), func(i int) []document.Cell {
		g := &done.Gaps[i]
		why := "no run that judged"
		if g.BeforeHistory {
			why = "the history does not reach so far"
		}
		return []document.Cell{at(g.From), at(g.Until), say("%s", span(g.Length())), tally(g.Missed), say("%s", why)}
	})
}

func (c *composer) timeSentence() document.Block {
	return paragraph("%s", "What a run found is taken to hold until the next run, but not beyond the next planned one, with a little grace. "+
		"What lies behind is not observed, and counts as nothing, never as compliant. Each finding, that is each check of each resource, "+
		"counts for the part of the period in which it was in scope, from the first run on that had it; shares are parts of that time, added up over findings. Time in which a known failure could not be read again is unknown. "+
		"Shares are rounded so that they add up to 100.0 %, and one that is not nothing is shown as 0.1 % at least.")
}
