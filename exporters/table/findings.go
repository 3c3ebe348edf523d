package table

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

// group is what one check found wrong or could not tell.
type group struct {
	check, title string
	severity     audit.Severity // of the worst
	fails        []*audit.Finding
	unknowns     []*audit.Finding
}

func (g *group) size() int { return len(g.fails) + len(g.unknowns) }

// groups gathers the findings that need attention and are waived, or are not:
// the worst checks first, in each the worst failures and the worst unknowns,
// and among these the order of the run.
func groups(run *audit.Run, waived bool) []*group {
	index := map[string]*group{}
	var list []*group
	for i := range run.Findings {
		f := &run.Findings[i]
		if !needsAttention(f) || f.Waived != waived {
			continue
		}
		g := index[f.Check]
		if g == nil {
			g = &group{check: f.Check, title: f.Title}
			index[f.Check] = g
			list = append(list, g)
		}
		g.severity = max(g.severity, f.Severity)
		if f.Status == audit.StatusFail {
			g.fails = append(g.fails, f)
		} else {
			g.unknowns = append(g.unknowns, f)
		}
	}
	for _, g := range list {
		worstFirst(g.fails)
		worstFirst(g.unknowns)
	}
	slices.SortFunc(list, func(a, b *group) int {
		return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(a.check, b.check))
	})
	return list
}

func worstFirst(list []*audit.Finding) {
	slices.SortStableFunc(list, func(a, b *audit.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
}

func sizeOf(list []*group) int {
	n := 0
	for _, g := range list {
		n += g.size()
	}
	return n
}

// attention lists what is wrong and what could not be told, with the fixes.
func (r *report) attention() {
	list := groups(r.run, false)
	if len(list) == 0 {
		return
	}
	r.Heading(fmt.Sprintf("Needs attention (%d)", sizeOf(list)))
	for _, g := range list {
		r.group(g, true)
	}
	if r.documents {
		r.End()
		r.Paragraph(0, 0, terminal.Dim.Of("Where a command names a file://, that is the finding's remediation.document: see --output json."))
	}
}

// waived lists what waivers cover, without the fixes.
func (r *report) waived() {
	list := groups(r.run, true)
	if len(list) == 0 {
		return
	}
	r.Heading(fmt.Sprintf("Waived (%d)", sizeOf(list)))
	for _, g := range list {
		r.group(g, false)
	}
}

func (r *report) group(g *group, fixes bool) {
	symbol, severity := severityMark(g.severity)
	r.End()
	r.Units(0, 2, severity.Of(symbol+" "+strings.ToUpper(g.severity.String())), terminal.Bold.Of(g.check), terminal.Plain.Of(tally(len(g.fails), len(g.unknowns))))
	r.Paragraph(2, 2, terminal.Dim.Of(g.title))
	shown := slices.Concat(g.fails, g.unknowns)[:min(g.size(), maxFindings)]
	for _, f := range shown {
		r.End()
		r.finding(f, g.severity)
		if fixes {
			r.fix(f.Remediation)
		}
	}
	if rest := g.size() - len(shown); rest > 0 {
		fails := max(0, len(g.fails)-maxFindings)
		r.End()
		r.more(2, fmt.Sprintf("%d more (%s)", rest, tally(fails, rest-fails)))
	}
}

func severityMark(s audit.Severity) (symbol string, look terminal.Style) {
	switch s {
	case audit.Critical:
		return "◆", terminal.Alarm
	case audit.High:
		return "▲", terminal.Red
	case audit.Medium:
		return "■", terminal.Yellow
	case audit.Low:
		return "▼", terminal.Cyan
	default:
		return "○", terminal.Plain
	}
}

func tally(fails, unknowns int) string {
	switch {
	case unknowns == 0:
		return fmt.Sprintf("%d fail", fails)
	case fails == 0:
		return fmt.Sprintf("%d unknown", unknowns)
	default:
		return fmt.Sprintf("%d fail, %d unknown", fails, unknowns)
	}
}

// finding shows one of a group whose worst is of that severity.
func (r *report) finding(f *audit.Finding, worst audit.Severity) {
	m := markOf(f.Status)
	subject := ""
	if f.Subject != "" {
		subject = "(" + f.Subject + ")"
	}
	r.Units(2, 4, m.style.Of(m.symbol+" "+f.Resource), m.style.Of(subject), terminal.Dim.Of(r.place(f, worst)))
	r.Paragraph(4, 4, terminal.Plain.Of(f.Reason))
	if f.Status == audit.StatusUnknown && f.Known != nil {
		known := fmt.Sprintf("Last known: %s, since %s.", markOf(f.Known.Status).name, f.Known.Since.UTC().Format("2006-01-02"))
		r.Paragraph(4, 4, markOf(f.Known.Status).style.Of(known))
	}
	r.waiver(f.Waiver)
}

// waiver tells who accepts the finding, until when and why.
func (r *report) waiver(w *audit.WaiverNote) {
	if w == nil {
		return
	}
	r.Paragraph(4, 4, terminal.Dim.Of(w.String()))
}

// place is where the subject is, how severe it is if that is less than the
// worst, and since when it has been so if that was before this run.
func (r *report) place(f *audit.Finding, worst audit.Severity) string {
	place := r.account(f.AccountID)
	if f.Region != "" {
		place += ", " + f.Region
	}
	if f.Severity != worst {
		place += ", " + f.Severity.String()
	}
	if !f.StatusSince.IsZero() && f.StatusSince.Before(r.run.Header.TakenAt) {
		place += ", " + markOf(f.Status).name + " since " + f.StatusSince.UTC().Format("2006-01-02")
	}
	return place
}

func (r *report) fix(m *audit.Remediation) {
	if m == nil {
		return
	}
	label := "Fix:"
	if m.Kind == audit.RemedyAdvice {
		label = "Advice:"
	}
	r.Paragraph(4, 4, terminal.Bold.Of(label), terminal.Plain.Of(m.Summary))
	if m.CLI == "" {
		return
	}
	r.Verbatim(6, terminal.Cyan.Of(m.CLI))
	r.documents = r.documents || len(m.Document) > 0 && strings.Contains(m.CLI, "file://")
}
