package compose

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// failures has every failure that was open at some time of the period: first a
// list, then what was found of each.
func (c *composer) failures() []document.Block {
	list := slices.Clone(c.r.Failures)
	slices.SortStableFunc(list, func(a, b report.Failure) int {
		return cmp.Or(cmp.Compare(ended(&a), ended(&b)), cmp.Compare(b.Severity, a.Severity), a.Opened.Compare(b.Opened))
	})
	entries := c.entries(list)
	blocks := []document.Block{c.failureSentence(), c.failureTable(list, len(entries))}
	if len(entries) > 0 {
		blocks = append(blocks, heading("failures-details", "What was found"))
	}
	blocks = append(blocks, entries...)
	if rest := len(list) - len(entries); rest > 0 {
		blocks = append(blocks, document.Note{Text: document.Say("To keep this file small, what was found is shown of the first %s in the list; of %s more it is in the CSV and JSON forms of this report.",
			counted(len(entries), "failure"), count(rest))})
	}
	return blocks
}

// ended orders open failures before those that ended.
func ended(f *report.Failure) int {
	if f.Outcome == report.StillOpen || f.Outcome == report.Unreadable {
		return 0
	}
	return 1
}

func (c *composer) failureSentence() document.Block {
	n := map[report.Outcome]int{}
	before := 0
	for i := range c.r.Failures {
		f := &c.r.Failures[i]
		n[f.Outcome]++
		if f.OpenedBefore {
			before++
		}
	}
	return paragraph("%s %s open at some time of the period = %s resolved + %s gone with their resource + %s still open + %s open that could not be read again. %s of them opened before the period.",
		counted(len(c.r.Failures), "failure"), verb(len(c.r.Failures), "was", "were"), count(n[report.Resolved]), count(n[report.Removed]), count(n[report.StillOpen]), count(n[report.Unreadable]), count(before))
}

func (c *composer) failureTable(list []report.Failure, detailed int) document.Block {
	t := c.table("Failures, open ones first, then by severity and age", "failures", "No failure was open in the period.",
		short("no."), short("severity"), long("check"), words("resource"), short("account"), short("opened (UTC)"), words("ended (UTC)"), number("open for"))
	return t.Fill(c.room.failures, len(list), func(i int) []document.Cell {
		f := &list[i]
		head := document.Say("F%d", i+1)
		if i < detailed {
			head = document.Refer(fmt.Sprintf("F%d", i+1), entryID(i))
		}
		return []document.Cell{
			cell(head), say("%s", f.Severity), name(f.Check), cell(place(f.Subject)), name(f.AccountID),
			cell(opened(f)), cell(outcome(f)), say("%s", openFor(f)),
		}
	})
}

func entryID(i int) string { return fmt.Sprintf("failure-%d", i+1) }

func opened(f *report.Failure) document.Text {
	if f.Opened.IsZero() {
		return document.Say("before the history")
	}
	return document.Instant(f.Opened)
}

// openFor is how long the failure was open, as far as that is known.
func openFor(f *report.Failure) string {
	if f.Opened.IsZero() {
		return "> " + span(f.OpenInPeriod)
	}
	return span(f.Open)
}

// waived reports whether the failure is open and a waiver covers it at the end
// of the period: what covered it when it opened may have ended since.
func waived(f *report.Failure) bool {
	return ended(f) == 0 && f.Detail != nil && f.Detail.Of == report.OfLastRun && f.Detail.Waiver != nil
}

func also(f *report.Failure) string {
	if waived(f) {
		return ", waived"
	}
	return ""
}

// outcome is when and how the failure ended.
func outcome(f *report.Failure) document.Text {
	switch f.Outcome {
	case report.Resolved:
		return document.Join(document.Say("resolved "), document.Instant(f.Ended))
	case report.Removed:
		return document.Join(document.Say("removed "), document.Instant(f.Ended))
	default:
		return document.Say("%s%s", outcomeWords(f.Outcome), also(f))
	}
}

func outcomeWords(o report.Outcome) string {
	if o == report.Unreadable {
		return "open, not readable"
	}
	return string(o)
}
