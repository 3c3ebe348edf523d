package table

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
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
// the worst checks first, in each the order of the run.
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
	slices.SortFunc(list, func(a, b *group) int {
		return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(a.check, b.check))
	})
	return list
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
	r.heading(fmt.Sprintf("Needs attention (%d)", sizeOf(list)))
	for _, g := range list {
		r.group(g, true)
	}
	if r.documents {
		r.end()
		r.paragraph(0, 0, span{"Where a command names a file://, that is the finding's remediation.document: see --output json.", dim})
	}
}

// waived lists what waivers cover, without the fixes.
func (r *report) waived() {
	list := groups(r.run, true)
	if len(list) == 0 {
		return
	}
	r.heading(fmt.Sprintf("Waived (%d)", sizeOf(list)))
	for _, g := range list {
		r.group(g, false)
	}
}

func (r *report) group(g *group, fixes bool) {
	symbol, severity := severityMark(g.severity)
	r.end()
	r.units(0, 2, span{symbol + " " + strings.ToUpper(g.severity.String()), severity}, span{g.check, bold}, span{tally(len(g.fails), len(g.unknowns)), plain})
	r.paragraph(2, 2, span{g.title, dim})
	shown := slices.Concat(g.fails, g.unknowns)[:min(g.size(), maxFindings)]
	for _, f := range shown {
		r.end()
		r.finding(f)
		if fixes {
			r.fix(f.Remediation)
		}
	}
	if rest := g.size() - len(shown); rest > 0 {
		fails := max(0, len(g.fails)-maxFindings)
		r.end()
		r.more(2, fmt.Sprintf("%d more (%s)", rest, tally(fails, rest-fails)))
	}
}

func severityMark(s audit.Severity) (symbol string, look style) {
	switch s {
	case audit.Critical:
		return "◆", alarm
	case audit.High:
		return "▲", red
	case audit.Medium:
		return "■", yellow
	case audit.Low:
		return "▼", cyan
	default:
		return "○", plain
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

func (r *report) finding(f *audit.Finding) {
	m := markOf(f.Status)
	subject := ""
	if f.Subject != "" {
		subject = "(" + f.Subject + ")"
	}
	r.units(2, 4, span{m.symbol + " " + f.Resource, m.style}, span{subject, m.style}, span{r.place(f), dim})
	r.paragraph(4, 4, span{f.Reason, plain})
	if f.Status == audit.StatusUnknown && f.Known != nil {
		known := fmt.Sprintf("Last known: %s, since %s.", markOf(f.Known.Status).name, f.Known.Since.UTC().Format("2006-01-02"))
		r.paragraph(4, 4, span{known, markOf(f.Known.Status).style})
	}
	r.waiver(f.Waiver)
}

// waiver tells who accepts the finding, until when and why.
func (r *report) waiver(w *audit.WaiverNote) {
	if w == nil {
		return
	}
	r.paragraph(4, 4, span{w.String(), dim})
}

// place is where the subject is, and since when it has been so if that was
// before this run.
func (r *report) place(f *audit.Finding) string {
	place := r.account(f.AccountID)
	if f.Region != "" {
		place += ", " + f.Region
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
	r.paragraph(4, 4, span{label, bold}, span{m.Summary, plain})
	if m.CLI == "" {
		return
	}
	r.verbatim(6, span{m.CLI, cyan})
	r.documents = r.documents || len(m.Document) > 0 && strings.Contains(m.CLI, "file://")
}
