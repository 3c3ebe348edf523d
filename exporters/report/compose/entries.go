package compose

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
)

// maxEvidence is how many characters of the evidence of a failure are shown.
const maxEvidence = 3000

// entries says of the first failures all that was found, as long as there is
// room.
func (c *composer) entries(list []report.Failure) []document.Block {
	room := c.room.entries
	var blocks []document.Block
	for i := range list {
		e := c.entry(i, &list[i])
		if room.Bytes -= size(e); len(blocks) == room.Rows || room.Bytes < 0 {
			break
		}
		blocks = append(blocks, e)
	}
	return blocks
}

// size is how many bytes an entry takes, at most.
func size(e *document.Entry) int {
	n := 200 + e.Title.Size()
	for _, b := range e.Blocks {
		switch b := b.(type) {
		case document.Paragraph:
			n += 8 + b.Text.Size()
		case document.Facts:
			for _, f := range b.Items {
				n += 30 + len(f.Term) + f.Value.Size()
			}
		case *document.Lines:
			n += b.Size()
		}
	}
	return n
}

func (c *composer) entry(i int, f *report.Failure) *document.Entry {
	e := &document.Entry{
		ID: entryID(i), Tags: []string{fmt.Sprintf("F%d", i+1), f.Severity.String(), outcomeWords(f.Outcome)},
		Title: document.Join(place(f.Subject), document.Say(" – "), document.Name(f.Check)),
	}
	if waived(f) {
		e.Tags = append(e.Tags, "waived")
	}
	if f.Detail != nil {
		e.Blocks = append(e.Blocks, document.Paragraph{Text: document.Join(document.Emphasize("What is wrong:"), document.Say(" "), document.Quote(f.Detail.Reason))})
	} else {
		e.Blocks = append(e.Blocks, paragraph("The history has nothing any more of what was found."))
	}
	e.Blocks = append(e.Blocks, document.Facts{Items: c.facts(f)})
	if f.Detail != nil {
		e.Blocks = append(e.Blocks, found(f.Detail)...)
	}
	return e
}

// facts say which failure it is and when it was open.
func (c *composer) facts(f *report.Failure) []document.Fact {
	facts := []document.Fact{
		{Term: "Must hold", Value: document.Quote(f.Title)},
		{Term: "Resource", Value: document.Name(f.Resource)},
	}
	if f.Subject.Subject != "" {
		facts = append(facts, document.Fact{Term: "Concerning", Value: document.Name(f.Subject.Subject)})
	}
	where := document.Join(c.account(f.AccountID))
	if f.Region != "" {
		where = document.Join(where, document.Say(", "), document.Name(f.Region))
	}
	facts = append(facts, document.Fact{Term: "Account", Value: where}, document.Fact{Term: "Opened", Value: during(opened(f), f.OpenedRun)})
	if !f.Ended.IsZero() {
		facts = append(facts, document.Fact{Term: "Ended", Value: during(outcome(f), f.EndedRun)})
	}
	open := document.Say("%s", openFor(f))
	if f.Unreadable > 0 {
		open = document.Join(open, document.Say("; for %s of it in this period it could not be read again, or no run was made", span(f.Unreadable)))
	}
	facts = append(facts, document.Fact{Term: "Open for", Value: open})
	if f.Detail != nil {
		facts = append(facts, detailFacts(f.Detail)...)
	}
	return append(facts, document.Fact{Term: "Finding", Value: document.Name(f.FindingID)})
}

func during(when document.Text, run string) document.Text {
	if run == "" {
		return when
	}
	return document.Join(when, document.Say(" UTC, by run "), document.Name(run))
}

func detailFacts(d *report.Detail) []document.Fact {
	var facts []document.Fact
	if t := members(d.Witness); t != nil {
		facts = append(facts, document.Fact{Term: "Witness", Value: t})
	}
	if t := members(d.DecidedBy); t != nil {
		facts = append(facts, document.Fact{Term: "Decided by", Value: t})
	}
	if w := d.Waiver; w != nil {
		term := "Waived"
		if d.Of == report.OfOpening {
			term = "Waived when it opened"
		}
		facts = append(facts, document.Fact{Term: term, Value: document.Join(
			document.Say("until %s by ", w.Expires), document.Quote(w.Owner), ticket(w.Ticket), document.Say(": "), document.Quote(w.Reason))})
	}
	if d.Remedy != nil {
		facts = append(facts, document.Fact{Term: remedyTerm(d.Remedy.Kind), Value: document.Quote(d.Remedy.Summary)})
	}
	return facts
}

func ticket(id string) document.Text {
	if id == "" {
		return nil
	}
	return document.Join(document.Say(", "), document.Name(id))
}

func remedyTerm(kind audit.RemediationKind) string {
	if kind == audit.RemedyAdvice {
		return "Advice"
	}
	return "Safe fix"
}

// members are the members of a JSON object in a line, nil if it is none.
func members(object json.RawMessage) document.Text {
	var m map[string]json.RawMessage
	if json.Unmarshal(object, &m) != nil {
		return nil // evidence of another version, which stands below as it is
	}
	var t document.Text
	for _, key := range slices.Sorted(maps.Keys(m)) {
		value := string(m[key])
		if value == "{}" || value == "null" || value == `""` {
			continue
		}
		var s string
		if json.Unmarshal(m[key], &s) == nil {
			value = s
		}
		if t != nil {
			t = append(t, document.Say(", ")...)
		}
		t = append(t, document.Join(document.Quote(key), document.Say(" "), document.Name(value))...)
	}
	return t
}

// found is what the run found, as it stands in the findings stream, and the
// command that mends it.
func found(d *report.Detail) []document.Block {
	var blocks []document.Block
	if evidence := pretty(d.Evidence); evidence != "" {
		label := "Evidence, of the run that opened it"
		if d.Of == report.OfLastRun {
			label = "Evidence, of the last run"
		}
		blocks = append(blocks, &document.Lines{Label: label, Language: "json", Text: document.Cut(evidence, maxEvidence)})
	}
	if d.Remedy != nil && d.Remedy.CLI != "" {
		blocks = append(blocks, &document.Lines{Label: "Command", Language: "sh", Text: document.Cut(d.Remedy.CLI, maxEvidence)})
		if strings.Contains(d.Remedy.CLI, "file://") && d.Of == report.OfLastRun {
			blocks = append(blocks, paragraph("The file is the document of the repair, which the page of the finding shows, and the findings stream has as remediation.document."))
		}
	}
	return blocks
}
