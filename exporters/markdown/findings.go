package markdown

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/gfm"
)

// attention lists what fails, or could not be told, by check, and counts what
// the page has no room for.
func (p *page) attention(title string, status audit.Status, groups []*group) {
	if len(groups) == 0 {
		return
	}
	p.heading(fmt.Sprintf("%s (%d)", title, sum(groups)))
	for i, g := range groups {
		if !p.fits(maxHeading) {
			p.more(sum(groups[i:]), "finding")
			return
		}
		p.line(fmt.Sprintf("\n### %s (%s, %d %s)\n", code(g.check), g.severity(), g.all, status))
		p.line("*" + prose(g.title) + "*")
		shown := 0
		for i := range g.first {
			section := p.section(&g.first[i], g.most)
			if !p.fits(len(section)) {
				break
			}
			p.line(section)
			shown++
		}
		p.more(g.all-shown, "finding")
	}
}

// section is one finding of a group whose worst is of that severity, with all
// that helps to mend it.
func (p *page) section(f *audit.Finding, worst audit.Severity) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n#### %s%s\n\n", code(f.Resource), subject(f))
	place := "Account " + p.account(f.AccountID)
	if f.Region != "" {
		place += ", " + code(f.Region)
	}
	if f.Severity != worst {
		place += ", " + f.Severity.String()
	}
	if f.StatusSince.Before(p.run.Header.TakenAt) && !f.StatusSince.IsZero() {
		place += ", " + string(f.Status) + " since " + f.StatusSince.UTC().Format("2006-01-02")
	}
	fmt.Fprintf(&b, "%s.\n\n**Why:** %s\n", place, prose(f.Reason))
	if f.Status == audit.StatusUnknown && f.Known != nil {
		fmt.Fprintf(&b, "\n**Last known:** %s, since %s.\n", f.Known.Status, f.Known.Since.UTC().Format("2006-01-02"))
	}
	if w := witness(f); w != "" {
		fmt.Fprintf(&b, "\n**Witness:**\n\n%s\n", gfm.Fence("json", w))
	}
	b.WriteString(fix(f.Remediation))
	return strings.TrimSuffix(b.String(), "\n")
}

func subject(f *audit.Finding) string {
	if f.Subject == "" {
		return ""
	}
	return " on " + code(f.Subject)
}

// fix is the way to mend a failure, "" if there is none.
func fix(r *audit.Remediation) string {
	if r == nil {
		return ""
	}
	label := "Fix"
	if r.Kind == audit.RemedyAdvice {
		label = "Advice"
	}
	text := "\n**" + label + ":** " + prose(r.Summary) + "\n"
	if r.CLI != "" && len(r.CLI) <= maxBlock {
		text += "\n" + gfm.Fence("sh", r.CLI) + "\n"
	}
	if r.Diff != "" && len(r.Diff) <= maxBlock {
		text += "\n<details><summary>The change</summary>\n\n" + gfm.Fence("diff", r.Diff) + "\n\n</details>\n"
	}
	if max(len(r.CLI), len(r.Diff)) > maxBlock {
		text += "\nThe whole of it is too long for this page: see the findings stream.\n"
	}
	return text
}

// witness is the counterexample of the evidence as JSON, "" if it has none.
func witness(f *audit.Finding) string {
	var b bytes.Buffer
	if json.Indent(&b, f.Witness(), "", "  ") != nil {
		return "" // there is none
	}
	return cut(b.String())
}

// waived lists what waivers cover.
func (p *page) waived() {
	g := &p.sifted.waivers
	if g.all == 0 {
		return
	}
	p.heading(fmt.Sprintf("Waived (%d)", g.all))
	p.row("check", "status", "resource", "until", "owner", "reason")
	p.row("---", "---", "---", "---", "---", "---")
	p.rows(g.all, "finding", func(i int) []string { return waiverRow(&g.first[i]) })
}

func waiverRow(f *audit.Finding) []string {
	w := f.Waiver
	owner := code(w.Owner)
	if w.Ticket != "" {
		owner += " " + code(w.Ticket)
	}
	return []string{code(f.Check), string(f.Status), code(f.Resource) + subject(f), w.Expires.String(), owner, prose(w.Reason)}
}
