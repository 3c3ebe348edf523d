package web

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// TestIndexedDropsTheLeast holds that beyond the limit the worst are kept, and
// each ordering is one.
func TestIndexedDropsTheLeast(t *testing.T) {
	t.Parallel()
	run := &audit.Run{Header: audit.Header{RunID: "run-1"}}
	for i := range 500 {
		f := audit.Finding{Check: "s3-check-0", AccountID: "444455556666", Resource: fmt.Sprintf("arn:aws:s3:::b-%04d", i), Severity: audit.Severity(1 + i*7%5), Status: audit.StatusFail}
		f.Known = &audit.Known{Status: audit.StatusFail, Since: time.Unix(int64(i*31%100), 0)}
		if i%10 == 0 {
			f.Status, f.Known = audit.StatusPass, &audit.Known{Status: audit.StatusPass}
		}
		run.Findings = append(run.Findings, f)
	}
	all, some := newIndexed(run, 1000), newIndexed(run, 100)
	if len(all.entries) != 450 || all.dropped != 0 || len(some.entries) != 100 || some.dropped != 350 {
		t.Fatalf("%d and %d entries, %d and %d dropped", len(all.entries), len(some.entries), all.dropped, some.dropped)
	}
	for i, at := range some.orders[bySeverity] {
		if some.entries[at] != all.entries[all.orders[bySeverity][i]] {
			t.Fatalf("the %dth is %v", i, some.entries[at])
		}
	}
	for o, order := range all.orders {
		if !slices.IsSortedFunc(order, func(a, b int32) int { return o.compare(all.entries[a], all.entries[b]) }) {
			t.Errorf("not sorted by %s", o)
		}
	}
	if !slices.IsSortedFunc(some.entries, func(a, b indexEntry) int { return a.position().Compare(b.position()) }) {
		t.Error("the entries are in no order")
	}
}

func TestRankCursor(t *testing.T) {
	t.Parallel()
	e := indexEntry{check: "c", account: "a", resource: "é&", subject: "s", severity: audit.High, since: 7}
	if got, err := decodeRank(encodeRank(&e)); err != nil || got != e {
		t.Errorf("%v, %v", got, err)
	}
	for _, s := range []string{"x", "", "e30", encodeRank(&e) + "A", encodeCursor(e.position())} {
		if _, err := decodeRank(s); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}
