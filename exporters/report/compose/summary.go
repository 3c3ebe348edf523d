package compose

import (
	"fmt"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// summary is what a reader has to know who reads nothing else.
func (c *composer) summary() []document.Block {
	blocks := []document.Block{c.identity()}
	if why := c.silent(); why != "" {
		return append(blocks, document.Note{Text: document.Say("%s: nothing can be said of it.", why)})
	}
	blocks = append(blocks, document.Figures{Items: c.figures()}, document.List{Items: c.sentences()})
	blocks = append(blocks, c.caveats()...)
	return append(blocks, c.openChart())
}

func (c *composer) identity() document.Block {
	id := c.r.Identity
	facts := []document.Fact{
		{Term: "Period", Value: document.Join(document.Instant(id.Period.Since), document.Say(" to "), document.Instant(id.Period.Until), document.Say(" UTC"))},
		{Term: "Quilt runs in", Value: document.Join(document.Say("account "), document.Name(id.ControlAccountID))},
		{Term: "Covers", Value: c.limits()},
	}
	if id.LastRun != "" {
		facts = append(facts, document.Fact{Term: "Last run", Value: document.Join(document.Instant(id.LastRunAt), document.Say(" UTC, "), document.Name(id.LastRun))})
	}
	return document.Facts{Items: facts}
}

// limits says what the report is limited to.
func (c *composer) limits() document.Text {
	id := c.r.Identity
	t := document.Say("every account of the configuration")
	if id.AccountID != "" {
		t = document.Join(document.Say("only account "), c.account(id.AccountID))
	}
	if id.Framework == "" {
		return document.Join(t, document.Say(", every check"))
	}
	return document.Join(t, document.Say(", only checks that relate to the framework "), document.Name(id.Framework))
}

func (c *composer) figures() []document.Figure {
	total, runs := c.r.Total, c.r.Completeness.Runs
	seen := total.Time
	figures := []document.Figure{
		{Value: count(total.End.Open), Label: "Failures open at the end", Detail: c.openBySeverity()},
		{Value: count(total.Opened), Label: "Opened in the period", Detail: "open at the start: " + count(total.Start.Open)},
		{Value: count(total.Resolved), Label: "Resolved in the period", Detail: timeToFix(total.ToFix)},
		{Value: count(total.End.Unknown), Label: "Not judged at the end", Detail: "of " + counted(total.End.Findings, "finding")},
		{
			Value: percent(seen.Compliant, seen.Failing+seen.Unknown), Label: "Compliant",
			Detail: "of observed time; unknown counts against it",
		},
	}
	made := document.Figure{Value: count(runs.Made), Label: "Runs made", Detail: "of " + count(runs.Planned) + " planned; " + notMade(runs)}
	if runs.Schedule == "" {
		made = document.Figure{Value: count(runs.Complete + runs.Partial), Label: "Runs made", Detail: "no schedule to hold them against"}
	}
	return append(figures, made)
}

// notMade tells what became of the other runs that were planned.
func notMade(r report.Runs) string {
	t := count(r.Missed) + " missed"
	if r.Pending > 0 {
		t += ", " + count(r.Pending) + " not yet due"
	}
	if r.BeforeHistory > 0 {
		t += ", " + count(r.BeforeHistory) + " before the history begins"
	}
	return t
}

func timeToFix(t report.TimeToFix) string {
	if t.N == 0 {
		return ""
	}
	return "median time to fix: " + span(t.Median)
}

// openBySeverity lists the open failures at the end by severity.
func (c *composer) openBySeverity() string {
	points := c.r.Series.Points
	if len(points) == 0 {
		return ""
	}
	var parts []string
	open := severe(points[len(points)-1].Open)
	for i := len(open) - 1; i >= 0; i-- {
		if open[i] > 0 {
			parts = append(parts, count(open[i])+" "+severityNames[i])
		}
	}
	return strings.Join(parts, ", ")
}

// sentences say what was audited, how completely, what is open and what was
// fixed.
func (c *composer) sentences() []document.Text {
	label := func(word string, t document.Text) document.Text {
		return document.Join(document.Emphasize("%s", word), document.Say(" "), t)
	}
	return []document.Text{
		label("What was audited.", c.audited()),
		label("How completely.", c.complete()),
		label("What is open.", c.open()),
		label("What was fixed.", c.fixed()),
		label("What is not known.", c.notKnown()),
	}
}

func (c *composer) audited() document.Text {
	done := c.r.Completeness
	return document.Say("%s on %s in %s; the last run found %s to judge.", counted(len(c.r.Checks), "check"),
		counted(done.Buckets.WithFindings, "bucket"), counted(done.Accounts.Expected, "account"), counted(c.r.Total.End.Findings, "combination")+" of check and resource")
}

func (c *composer) complete() document.Text {
	done := c.r.Completeness
	observed := percent(done.Observed, done.NotObserved)
	t := fmt.Sprintf("Runs speak for %s of the period", observed)
	if done.Runs.Schedule != "" {
		t += fmt.Sprintf(": of %s planned, %s %s made; %s", counted(done.Runs.Planned, "run"), count(done.Runs.Made), verb(done.Runs.Made, "was", "were"), notMade(done.Runs))
	}
	a := done.Accounts
	if a.Read == a.Expected {
		return document.Say("%s. Every account was read by every run.", t)
	}
	return document.Say("%s. Of %s, %s %s read by every run, %s only by some, and %s by none.", t,
		counted(a.Expected, "account"), count(a.Read), verb(a.Read, "was", "were"), count(a.ReadSometimes), count(a.Failed))
}

func (c *composer) open() document.Text {
	end := c.r.Total.End
	if end.Open == 0 {
		return document.Say("No failure that is known of is open at the end of the period.")
	}
	t := document.Say("%s %s open at the end of the period", counted(end.Open, "failure"), verb(end.Open, "is", "are"))
	if n := c.waivedOpen(); n > 0 {
		t = document.Join(t, document.Say(", %s of %s waived", count(n), verb(end.Open, "it", "them")))
	}
	if by := c.openBySeverity(); by != "" {
		t = document.Join(t, document.Say(" (%s)", by))
	}
	if oldest := c.r.Total.OldestOpen; oldest != nil {
		t = document.Join(t, document.Say("; the oldest is open for %s: ", span(oldest.Age)), document.Name(oldest.Failure.Check), document.Say(" of "), place(oldest.Failure))
	}
	return document.Join(t, document.Say(". "), document.Refer("Section 4", "failures"), document.Say(" has them all."))
}

// waivedOpen counts the open failures that a waiver covers.
func (c *composer) waivedOpen() int {
	n := 0
	for i := range c.r.Failures {
		if waived(&c.r.Failures[i]) {
			n++
		}
	}
	return n
}

func (c *composer) fixed() document.Text {
	total := c.r.Total
	t := document.Say("%s %s resolved, which a later run proved", counted(total.Resolved, "failure"), verb(total.Resolved, "was", "were"))
	if total.Resolved == 0 {
		t = document.Say("No failure was resolved")
	}
	if total.ToFix.N > 0 {
		t = document.Join(t, document.Say("; the median took %s, the slowest %s", span(total.ToFix.Median), span(total.ToFix.Max)))
	}
	if total.OpenRemoved > 0 {
		t = document.Join(t, document.Say(". %s more ended because what failed is gone", count(total.OpenRemoved)))
	}
	return document.Join(t, document.Say("."))
}

func (c *composer) notKnown() document.Text {
	end := c.r.Total.End
	unknown := c.r.Total.Time
	if unknown.Unknown == 0 {
		return document.Say("Everything that was observed could be judged.")
	}
	share := percent(unknown.Unknown, unknown.InScope-unknown.Unknown)
	return document.Join(
		document.Say("For %s of the time in scope the answer is unknown, which is never counted as compliant; at the end that holds for %s. ", share, counted(end.Unknown, "finding")),
		document.Refer("Section 6", "unknown"), document.Say(" says why, and which permissions are missing."),
	)
}

// caveats are what limits the report.
func (c *composer) caveats() []document.Block {
	var blocks []document.Block
	if begins := c.r.Identity.HistoryBegins; !begins.IsZero() {
		blocks = append(blocks, document.Note{Text: document.Join(document.Say("The history begins at "), document.Instant(begins), document.Say(
			" UTC. The part of the period before is not observed; of it nothing can be said but since when what is open now is known to fail. Numbers at the start are as of the beginning of the history, and shares of time by check and by control begin with it."))})
	}
	if !c.r.Identity.Current {
		blocks = append(blocks, document.Note{Text: document.Say("Runs were made after this period, and which of its failures were waived at its very end is not kept.")})
	}
	if failed := c.r.Completeness.Accounts.Failed; failed > 0 {
		blocks = append(blocks, document.Note{Text: document.Join(
			document.Say("%s could not be read by any run. Of what is in there nothing is known. ", counted(failed, "account")),
			document.Refer("Section 1", "scope"), document.Say(" names %s.", verb(failed, "it", "them")),
		)})
	}
	return blocks
}
