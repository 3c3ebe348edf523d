package table

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

// accounts lists the accounts, those that were not fully seen first.
func (r *report) accounts() {
	accounts := slices.Clone(r.run.Header.Accounts)
	if len(accounts) == 0 {
		return
	}
	slices.SortStableFunc(accounts, func(a, b audit.HeaderAccount) int {
		return cmp.Compare(seen(a), seen(b))
	})
	r.Heading(fmt.Sprintf("Accounts (%d)", len(accounts)))
	shown := accounts[:min(len(accounts), maxAccounts)]
	rows := make([][]terminal.Span, len(shown))
	for i, a := range shown {
		m := markOfAccess(a.Access)
		rows[i] = []terminal.Span{
			m.style.Of(m.symbol + " " + a.ID),
			terminal.Plain.Of(a.Name),
			m.style.Of(m.name),
			terminal.Plain.Of(plural(a.Buckets, "bucket")),
			terminal.Dim.Of(strings.Join(a.Regions, ", ")),
		}
	}
	r.Rows(2, rows)
	if rest := accounts[len(shown):]; len(rest) > 0 {
		good := 0
		for _, a := range rest {
			good += seen(a)
		}
		r.more(2, fmt.Sprintf("%d more accounts, %d of them ok", len(rest), good))
	}
}

// seen is 1 for an account that was entered and listed, else 0.
func seen(a audit.HeaderAccount) int {
	if a.Access == audit.AccessOK {
		return 1
	}
	return 0
}

// more says what of a list is not shown, and where it is.
func (r *report) more(indent int, what string) {
	r.Paragraph(indent, indent+2, terminal.Dim.Of("… and "+what+": see --output json."))
}
