package web

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// maxIndexed is how many findings an Index holds, which takes 30 MB. Beyond
// it the worst are held.
const maxIndexed = 250_000

// Index holds what the last run comes to, and what is outstanding in it in
// brief and sorted, so that pages need neither read the one nor sort the other
// each time. It is an audit.Exporter: it is published to when a run ends, and
// swapped whole.
type Index struct{ current atomic.Pointer[indexed] }

// NewIndex returns an Index of no run.
func NewIndex() *Index { return &Index{} }

var _ audit.Exporter = (*Index)(nil)

// Format is "pages".
func (x *Index) Format() string { return "pages" }

// Publish takes what the run comes to and, of Run.Findings, what is
// outstanding.
func (x *Index) Publish(_ context.Context, run *audit.Run) error {
	x.current.Store(newIndexed(run, maxIndexed))
	return nil
}

// head is what the run that was published last comes to; nil before the
// first. It has no findings and no changes.
func (x *Index) head() *audit.Run {
	if i := x.current.Load(); i != nil {
		return i.head
	}
	return nil
}

// of returns what is indexed of that run, nil if it is another one.
func (x *Index) of(run *audit.Run) *indexed {
	if i := x.current.Load(); i != nil && i.head.Header.RunID == run.Header.RunID {
		return i
	}
	return nil
}

// indexed is what is outstanding in one run. It is not changed.
type indexed struct {
	head    *audit.Run
	entries []indexEntry         // in the order of the run
	orders  map[ordering][]int32 // places in entries
	dropped int                  // how many there was no room for
}

// indexEntry is a finding in brief. Texts are shared, and are no parts of
// larger ones.
type indexEntry struct {
	check, account, region, resource, subject string
	status, known                             audit.Status
	severity                                  audit.Severity
	waived                                    bool
	since                                     int64 // seconds since 1970 that it has been outstanding
}

// ordering is how findings are sorted.
type ordering string

// The orderings: by account, which is the order of a run and the one of the
// store; the worst first, those outstanding longest first among them; and
// those outstanding longest first.
const (
	byAccount  ordering = "account"
	bySeverity ordering = "severity"
	byAge      ordering = "age"
)

func newIndexed(run *audit.Run, most int) *indexed {
	x := &indexed{head: headOnly(run), orders: map[ordering][]int32{}}
	own := texts{}
	for i := range run.Findings {
		if f := &run.Findings[i]; f.Outstanding() {
			x.entries = append(x.entries, own.entry(f))
		}
	}
	if x.dropped = max(0, len(x.entries)-most); x.dropped > 0 {
		slices.SortFunc(x.entries, bySeverity.compare)
		x.entries = slices.Clone(x.entries[:most])
		slices.SortFunc(x.entries, func(a, b indexEntry) int { return a.position().Compare(b.position()) })
	}
	for _, o := range []ordering{bySeverity, byAge} {
		order := make([]int32, len(x.entries))
		for i := range order {
			order[i] = int32(i)
		}
		slices.SortFunc(order, func(a, b int32) int { return o.compare(x.entries[a], x.entries[b]) })
		x.orders[o] = order
	}
	return x
}

// headOnly is what is shown of the run beside its findings, in memory of its
// own: an exporter keeps no part of a run.
func headOnly(run *audit.Run) *audit.Run {
	head := &audit.Run{Header: run.Header, Unread: slices.Clone(run.Unread), Tallies: slices.Clone(run.Tallies), Waivers: slices.Clone(run.Waivers), LeftOut: run.LeftOut}
	head.Header.Checks, head.Header.Accounts = slices.Clone(run.Header.Checks), slices.Clone(run.Header.Accounts)
	head.LeftOut.Checks, head.LeftOut.Accounts = slices.Clone(run.LeftOut.Checks), slices.Clone(run.LeftOut.Accounts)
	return head
}

// texts are those that entries share.
type texts map[string]string

func (t texts) own(s string) string {
	if known, ok := t[s]; ok {
		return known
	}
	s = strings.Clone(s)
	t[s] = s
	return s
}

func (t texts) entry(f *audit.Finding) indexEntry {
	e := indexEntry{
		check: t.own(f.Check), account: t.own(f.AccountID), region: t.own(f.Region), resource: t.own(f.Resource), subject: t.own(f.Subject),
		status: f.Status, severity: f.Severity, waived: f.Waived, since: outstandingSince(f).Unix(),
	}
	if f.Known != nil {
		e.known = f.Known.Status
	}
	return e
}

// outstandingSince is when an open failure began to be known, and since when
// there was no verdict on what is none.
func outstandingSince(f *audit.Finding) time.Time {
	if f.OpenFailure() {
		return f.Known.Since
	}
	return f.StatusSince
}

func (e *indexEntry) position() audit.Position {
	return audit.Position{AccountID: e.account, Resource: e.resource, Check: e.check, Subject: e.subject}
}

// finding is the entry as a finding in brief; of its ages it has only since
// when it has been outstanding.
func (e *indexEntry) finding() audit.Finding {
	f := audit.Finding{
		ID: audit.FindingID(e.check, e.resource, e.subject), Check: e.check, Status: e.status, Severity: e.severity, AccountID: e.account, Region: e.region,
		Resource: e.resource, Subject: e.subject, Waived: e.waived, StatusSince: time.Unix(e.since, 0).UTC(),
	}
	if e.known != "" {
		f.Known = &audit.Known{Status: e.known, Since: f.StatusSince}
	}
	return f
}

// compare is negative if a stands before b.
func (o ordering) compare(a, b indexEntry) int {
	severity := 0
	if o == bySeverity {
		severity = cmp.Compare(b.severity, a.severity)
	}
	if c := cmp.Or(severity, cmp.Compare(a.since, b.since)); c != 0 {
		return c
	}
	return a.position().Compare(b.position())
}
