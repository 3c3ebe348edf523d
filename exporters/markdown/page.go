package markdown

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// page is one in the making.
type page struct {
	text   strings.Builder
	run    *audit.Run
	sifted *sifted
	names  map[string]string // of accounts, by ID
}

func (p *page) line(s string) { p.text.WriteString(s + "\n") }

// heading begins a section.
func (p *page) heading(text string) { p.line("\n## " + text + "\n") }

func (p *page) row(cells ...string) { p.line("| " + strings.Join(cells, " | ") + " |") }

// head says what was audited and what it came to.
func (p *page) head() {
	h := &p.run.Header
	p.line("# Quilt bucket audit\n")
	c := h.Counts
	p.line(fmt.Sprintf("**%d fail, %d unknown**, %d pass, %d not applicable; %d of these waived.", c.Fail, c.Unknown, c.Pass, c.NotApplicable, c.Waived))
	p.line("")
	p.line(fmt.Sprintf("Taken %s, profile %s, control account %s, %s.",
		h.TakenAt.UTC().Format("2006-01-02 15:04 UTC"), code(h.Profile), code(h.ControlAccountID), p.scope()))
	if h.Result != audit.Complete {
		p.line("\n**Partial:** an account could not be entered or listed, or the run was cut short. Buckets may be missing below.")
	}
	switch open := sum(p.sifted.failures) + sum(p.sifted.unknowns); {
	case c.Pass+c.Fail+c.Unknown+c.NotApplicable == 0:
		p.line("\n**Nothing was judged:** no check found anything in scope.")
	case open == 0 && h.Result == audit.Complete:
		p.line("\nNothing needs attention.")
	}
}

func (p *page) scope() string {
	buckets := 0
	for _, a := range p.run.Header.Accounts {
		buckets += a.Buckets
	}
	return plural(len(p.run.Header.Accounts), "account") + ", " + plural(buckets, "bucket")
}

// checks sums up every check that ran, also one that had nothing to judge.
func (p *page) checks() {
	ids := slices.Sorted(maps.Keys(p.sifted.counts))
	if len(ids) == 0 {
		return
	}
	p.heading("Checks")
	p.row("check", "worst severity", "fail", "unknown", "pass", "n/a", "waived")
	p.row("---", "---", "---:", "---:", "---:", "---:", "---:")
	for _, id := range ids {
		c := p.sifted.counts[id]
		p.row(append([]string{code(id), cmp.Or(p.sifted.severity[id].String(), "-")}, numbers(c.Fail, c.Unknown, c.Pass, c.NotApplicable, c.Waived)...)...)
	}
}

// numbers are cells of which zeros do not stand out.
func numbers(list ...int) []string {
	cells := make([]string, len(list))
	for i, n := range list {
		cells[i] = "-"
		if n > 0 {
			cells[i] = fmt.Sprint(n)
		}
	}
	return cells
}

// accounts lists those that were not fully seen.
func (p *page) accounts() {
	var shut []audit.HeaderAccount
	for _, a := range p.run.Header.Accounts {
		if a.Access != audit.AccessOK {
			shut = append(shut, a)
		}
	}
	if len(shut) == 0 {
		return
	}
	p.heading("Accounts that were not fully seen")
	p.row("account", "access", "buckets known of")
	p.row("---", "---", "---:")
	p.rows(len(shut), "account", func(i int) []string {
		return []string{p.account(shut[i].ID), prose(string(shut[i].Access)), fmt.Sprint(shut[i].Buckets)}
	})
}

// unread lists what could not be read.
func (p *page) unread() {
	list := p.run.Unread
	if len(list) == 0 {
		return
	}
	p.heading("Could not be read")
	p.row("account", "region", "operation", "error", "missing permission", "times")
	p.row("---", "---", "---", "---", "---", "---:")
	p.rows(len(list), "kind", func(i int) []string {
		u := &list[i]
		return []string{p.account(u.AccountID), orDash(u.Region), code(u.Operation), code(u.ErrorCode), orDash(u.MissingPermission), fmt.Sprint(u.Count)}
	})
}

// rows writes the first of n rows, as far as they fit, and counts the others.
func (p *page) rows(n int, noun string, row func(i int) []string) {
	shown := 0
	for ; shown < min(n, maxListed); shown++ {
		cells := row(shown)
		if !p.fits(len(strings.Join(cells, " | "))) {
			break
		}
		p.row(cells...)
	}
	p.more(n-shown, noun)
}

// fits reports whether the page has room for so many bytes more.
func (p *page) fits(bytes int) bool { return p.text.Len()+bytes <= maxPage }

// more says how many of a list are not shown.
func (p *page) more(n int, noun string) {
	if n > 0 {
		p.line("\n… and " + plural(n, "more "+noun) + ".")
	}
}

// account is how an account is called everywhere: its ID and its name, if any.
func (p *page) account(id string) string {
	if name := p.names[id]; name != "" {
		return code(id) + " " + code(name)
	}
	return code(id)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return code(s)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
