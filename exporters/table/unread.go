package table

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

// failedRead is one kind of read that failed for one cause, wherever it did.
type failedRead struct {
	operation, code, permission string
	count                       int
	accounts                    []string // in the order of the run
	regions                     map[string][]string
}

// unread lists what could not be read: what lacks a permission first, for
// that can be granted, then the most frequent.
func (r *report) unread() {
	reads := failedReads(r.run.Unread)
	if len(reads) == 0 {
		return
	}
	total, digits := 0, 0
	for _, f := range reads {
		total += f.count
		digits = max(digits, len(strconv.Itoa(f.count)))
	}
	r.Heading(fmt.Sprintf("Could not be read (%d)", total))
	shown := reads[:min(len(reads), maxUnread)]
	for _, f := range shown {
		r.failedRead(f, digits)
	}
	if rest := len(reads) - len(shown); rest > 0 {
		r.more(2, fmt.Sprintf("%d more kinds of reads", rest))
	}
}

func (r *report) failedRead(f *failedRead, digits int) {
	missing := ""
	if f.permission != "" {
		missing = "missing permission " + f.permission
	}
	hang := 2 + digits + len(" x ")
	r.Units(2, hang, terminal.Plain.Of(fmt.Sprintf("%*d × %s", digits, f.count, f.operation)), terminal.Yellow.Of(f.code), terminal.Bold.Of(missing))
	var places []string
	for _, id := range f.accounts[:min(len(f.accounts), maxPlaces)] {
		place := r.account(id)
		if regions := f.regions[id]; len(regions) > 0 {
			place += " (" + strings.Join(regions, ", ") + ")"
		}
		places = append(places, place)
	}
	if rest := len(f.accounts) - len(places); rest > 0 {
		places = append(places, "and "+plural(rest, "more account"))
	}
	r.Paragraph(hang, hang, terminal.Dim.Of(strings.Join(places, ", ")))
}

// failedReads merges the places of each kind of failure.
func failedReads(list []audit.Unread) []*failedRead {
	type kind struct{ operation, code, permission string }
	index := map[kind]*failedRead{}
	var reads []*failedRead
	for _, u := range list {
		k := kind{u.Operation, u.ErrorCode, u.MissingPermission}
		f := index[k]
		if f == nil {
			f = &failedRead{operation: k.operation, code: k.code, permission: k.permission, regions: map[string][]string{}}
			index[k] = f
			reads = append(reads, f)
		}
		f.count += u.Count
		regions, known := f.regions[u.AccountID]
		if !known {
			f.accounts = append(f.accounts, u.AccountID)
		}
		if u.Region != "" {
			regions = append(regions, u.Region)
		}
		f.regions[u.AccountID] = regions
	}
	slices.SortStableFunc(reads, func(a, b *failedRead) int {
		return cmp.Or(-cmp.Compare(min(len(a.permission), 1), min(len(b.permission), 1)), cmp.Compare(b.count, a.count))
	})
	return reads
}
