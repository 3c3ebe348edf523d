package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// mark is how a status, or a degree of access, looks.
type mark struct {
	symbol string
	name   string
	style  style
}

func markOf(s audit.Status) mark {
	switch s {
	case audit.StatusPass:
		return mark{"✓", "pass", green}
	case audit.StatusFail:
		return mark{"✗", "fail", red}
	case audit.StatusNotApplicable:
		return mark{"–", "not applicable", dim}
	default:
		return mark{"?", "unknown", yellow}
	}
}

func markOfAccess(a audit.Access) mark {
	switch a {
	case audit.AccessOK:
		return mark{"✓", "ok", green}
	case audit.AccessDenied:
		return mark{"✗", "denied", red}
	default:
		return mark{"?", string(a), yellow}
	}
}

// head says what was audited and what it came to.
func (r *report) head() {
	h := &r.run.Header
	title := "Quilt bucket audit"
	if !h.TakenAt.IsZero() {
		title += ", " + h.TakenAt.UTC().Format("2006-01-02 15:04 UTC")
	}
	r.paragraph(0, 0, span{title, bold})
	var about []string
	if h.Profile != "" {
		about = append(about, "profile "+h.Profile)
	}
	if h.ControlAccountID != "" {
		about = append(about, "control account "+h.ControlAccountID)
	}
	r.paragraph(0, 0, span{strings.Join(append(about, r.scope()), ", "), dim})
	r.end()
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
	var spans []span
	for _, s := range audit.Statuses() {
		m, n := markOf(s), counted(c, s)
		if n == 0 {
			m.style = dim
		}
		spans = append(spans, span{fmt.Sprintf("%s %d %s", m.symbol, n, m.name), m.style})
	}
	if c.Waived > 0 {
		spans = append(spans, span{fmt.Sprintf("(%d of these waived)", c.Waived), plain})
	}
	r.units(0, 0, spans...)
}

// outcome puts the result in a sentence. It says that all is well only where
// everything in scope was judged.
func (r *report) outcome() {
	if r.run.Header.Result != audit.Complete {
		r.paragraph(0, 2, span{"! Partial:", yellow},
			span{"an account could not be entered or listed, or the run was cut short. Buckets may be missing below.", plain})
	}
	open := slices.ContainsFunc(r.run.Findings, func(f audit.Finding) bool { return needsAttention(&f) && !f.Waived })
	switch {
	case len(r.run.Findings) == 0:
		r.paragraph(0, 2, span{"! Nothing was judged:", yellow},
			span{"no check found anything in scope. Name buckets in the configuration, or discover them.", plain})
	case !open && r.run.Header.Result == audit.Complete:
		r.paragraph(0, 2, span{"Nothing needs attention.", green})
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
