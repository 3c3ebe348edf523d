package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

// mark is how a status, or a degree of access, looks.
type mark struct {
	symbol string
	name   string
	style  terminal.Style
}

func markOf(s audit.Status) mark {
	switch s {
	case audit.StatusPass:
		return mark{"✓", "pass", terminal.Green}
	case audit.StatusFail:
		return mark{"✗", "fail", terminal.Red}
	case audit.StatusNotApplicable:
		return mark{"–", "not applicable", terminal.Dim}
	default:
		return mark{"?", "unknown", terminal.Yellow}
	}
}

func markOfAccess(a audit.Access) mark {
	switch a {
	case audit.AccessOK:
		return mark{"✓", "ok", terminal.Green}
	case audit.AccessDenied:
		return mark{"✗", "denied", terminal.Red}
	default:
		return mark{"?", string(a), terminal.Yellow}
	}
}

// head says what was audited and what it came to.
func (r *report) head() {
	h := &r.run.Header
	title := "Quilt bucket audit"
	if !h.TakenAt.IsZero() {
		title += ", " + h.TakenAt.UTC().Format("2006-01-02 15:04 UTC")
	}
	r.Paragraph(0, 0, terminal.Bold.Of(title))
	var about []string
	if h.Profile != "" {
		about = append(about, "profile "+h.Profile)
	}
	if h.ControlAccountID != "" {
		about = append(about, "control account "+h.ControlAccountID)
	}
	r.Paragraph(0, 0, terminal.Dim.Of(strings.Join(append(about, r.scope()), ", ")))
	r.End()
	r.counts()
	r.outcome()
}

func (r *report) scope() string {
	buckets := 0
	for _, a := range r.run.Header.Accounts {
		buckets += a.Buckets
	}
	return plural(len(r.run.Header.Accounts), "account") + ", " + plural(buckets, "bucket")
}

func (r *report) counts() {
	c := r.run.Header.Counts
	var spans []terminal.Span
	for _, s := range audit.Statuses() {
		m, n := markOf(s), counted(c, s)
		if n == 0 {
			m.style = terminal.Dim
		}
		spans = append(spans, m.style.Of(fmt.Sprintf("%s %d %s", m.symbol, n, m.name)))
	}
	if c.Waived > 0 {
		spans = append(spans, terminal.Plain.Of(fmt.Sprintf("(%d of these waived)", c.Waived)))
	}
	r.Units(0, 0, spans...)
}

// outcome puts the result in a sentence. It says that all is well only where
// everything in scope was judged.
func (r *report) outcome() {
	if r.run.Header.Result != audit.Complete {
		r.Paragraph(0, 2, terminal.Yellow.Of("! Partial:"),
			terminal.Plain.Of("an account could not be entered or listed, or the run was cut short. Buckets may be missing below."))
	}
	open := slices.ContainsFunc(r.run.Findings, func(f audit.Finding) bool { return needsAttention(&f) && !f.Waived })
	switch {
	case len(r.run.Findings) == 0:
		r.Paragraph(0, 2, terminal.Yellow.Of("! Nothing was judged:"),
			terminal.Plain.Of("no check found anything in scope. Name buckets in the configuration, or discover them."))
	case !open && r.run.Header.Result == audit.Complete:
		r.Paragraph(0, 2, terminal.Green.Of("Nothing needs attention."))
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
