package audit

import (
	"cmp"
	"slices"
	"time"
)

// Tally counts the findings of a run that are alike in what metrics tell
// apart. A run has few of them, however many findings it has.
type Tally struct {
	Check     string   `json:"check"`
	Severity  Severity `json:"severity"`
	AccountID string   `json:"account_id"`
	Status    Status   `json:"status"`
	Waived    bool     `json:"waived,omitempty"`

	Findings int `json:"findings"` // at least 1
	// Open counts the open failures among them, and OldestOpen is since when
	// the oldest of these is known to fail; the zero Time if there is none.
	Open       int       `json:"open,omitempty"`
	OldestOpen time.Time `json:"oldest_open,omitzero"`
}

// tallyKey is what a Tally is about.
type tallyKey struct {
	check, account string
	severity       Severity
	status         Status
	waived         bool
}

// tallies are those of the findings that were added so far.
type tallies map[tallyKey]*Tally

func (t tallies) add(f *Finding) {
	key := tallyKey{f.Check, f.AccountID, f.Severity, f.Status, f.Waived}
	counted, ok := t[key]
	if !ok {
		counted = &Tally{Check: f.Check, Severity: f.Severity, AccountID: f.AccountID, Status: f.Status, Waived: f.Waived}
		t[key] = counted
	}
	counted.add(f)
}

// sorted lists them by check, account, severity, status and whether they are
// waived.
func (t tallies) sorted() []Tally {
	list := make([]Tally, 0, len(t))
	for _, counted := range t {
		list = append(list, *counted)
	}
	slices.SortFunc(list, compareTallies)
	return list
}

func (t *Tally) add(f *Finding) {
	t.Findings++
	if !f.OpenFailure() {
		return
	}
	t.Open++
	if t.OldestOpen.IsZero() || f.Known.Since.Before(t.OldestOpen) {
		t.OldestOpen = f.Known.Since
	}
}

func compareTallies(a, b Tally) int {
	waived := func(t Tally) int {
		if t.Waived {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.Check, b.Check), cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(a.Status, b.Status), cmp.Compare(waived(a), waived(b)))
}

// count sums the tallies up by status; a waived finding counts as its status
// too.
func count(tallies []Tally) Counts {
	var c Counts
	for _, t := range tallies {
		c.add(t.Status, t.Waived, t.Findings)
	}
	return c
}
