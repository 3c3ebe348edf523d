package audit

import (
	"cmp"
	"maps"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Collected tells how far one collector came in one account.
type Collected struct {
	Collector string `json:"collector"` // see snapshot.Fact.Collector
	AccountID string `json:"account_id"`
	// Complete: nothing that it tried to read failed.
	Complete bool `json:"complete"`
}

// collected sums up the Readings of the snapshot by collector and account,
// sorted by these. Where a collector had nothing to read it is left out.
func collected(s *snapshot.Snapshot) []Collected {
	type place struct{ collector, account string }
	complete := map[place]bool{}
	for r := range s.Each {
		if !r.Tried() {
			continue
		}
		at := place{r.Fact.Collector(), r.AccountID}
		before, known := complete[at]
		complete[at] = r.Err() == nil && (before || !known)
	}
	list := make([]Collected, 0, len(complete))
	for at := range maps.Keys(complete) {
		list = append(list, Collected{at.collector, at.account, complete[at]})
	}
	slices.SortFunc(list, func(a, b Collected) int {
		return cmp.Or(cmp.Compare(a.Collector, b.Collector), cmp.Compare(a.AccountID, b.AccountID))
	})
	return list
}
