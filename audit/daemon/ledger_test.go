package daemon_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// reading is what one run read.
type reading struct {
	id       string
	snapshot *snapshot.Snapshot
}

// ledger says what a daemon should serve: it settles whole runs, with a Prior
// made anew each time from the first run on, out of what the runs read.
type ledger struct {
	t       testing.TB
	checks  []audit.Check
	waivers []audit.Waiver

	stored []reading  // led to what the store has
	last   *audit.Run // that it has
	listed []audit.Header

	// Of the daemon that is running:
	open bool // the store was opened
	read bool // what the store has was read since it last was in doubt
	// based: what the daemon goes on from was in the store, or was read to be nothing.
	based   bool
	chain   []reading  // led to what it knows
	current *audit.Run // the last run of this daemon, if the store has it not
	full    bool       // current can be served without the store
	whole   bool       // all findings of the last run were in memory as it ended
}

// starts is a daemon that could open the store, or not.
func (g *ledger) starts(open bool) {
	g.open, g.read, g.based, g.chain, g.current, g.full = open, false, false, nil, nil, false
}

// asks is the daemon as it finds out what is known, before it judges.
func (g *ledger) asks(opens, readable bool) {
	if g.read {
		return
	}
	g.open = g.open || opens
	if g.open && readable {
		g.read, g.based, g.chain = true, g.last != nil, slices.Clone(g.stored)
	}
}

// ends is a run, of which the store took nothing, took it, or took it and
// nobody knows.
func (g *ledger) ends(r reading, took, doubt bool) *audit.Run {
	g.chain = append(g.chain, r)
	run := g.settle(g.chain)
	recordable := g.read
	g.whole = g.current != nil && g.based
	if took = took && recordable; took {
		g.stored, g.last, g.listed = slices.Clone(g.chain), run, append(g.listed, run.Header)
	}
	if doubt && recordable {
		g.read = false
	}
	if took && !doubt {
		g.current, g.based = nil, true
		return run
	}
	// The first run that the store does not take needs what the store has.
	g.full = g.whole || !g.based
	g.current = run
	return run
}

// cutShort is a run that came to nothing.
func (g *ledger) cutShort(h audit.Header, listed bool) {
	if listed {
		g.listed = append(g.listed, h)
	}
}

// settle settles runs one after the other and returns the last.
func (g *ledger) settle(chain []reading) (run *audit.Run) {
	prior := audit.NewPrior(0)
	for _, r := range chain {
		at := audit.Times{StartedAt: r.snapshot.TakenAt, EndedAt: r.snapshot.TakenAt}
		run = audit.Settle(audit.Settlement{
			RunID: r.id, Snapshot: r.snapshot, Checks: g.checks, Verdicts: audit.Evaluate(r.snapshot, g.checks),
			Times: at, Prior: prior, Waivers: g.waivers,
		})
		prior.Advance(run, true)
	}
	return run
}

// serves is the run that the daemon should serve, nil if there is none, and
// whether that takes the store.
func (g *ledger) serves() (run *audit.Run, needsStore bool) {
	switch {
	case g.current != nil:
		return g.current, !g.full
	case g.open:
		return g.last, true
	default:
		return nil, false
	}
}

// runs are the IDs that the daemon should list.
func (g *ledger) runs() []string {
	var list []audit.Header
	if g.open {
		list = slices.Clone(g.listed)
	}
	if g.current != nil && !slices.ContainsFunc(list, func(h audit.Header) bool { return h.RunID == g.current.Header.RunID }) {
		list = append(list, g.current.Header)
	}
	slices.SortStableFunc(list, func(a, b audit.Header) int { return b.StartedAt.Compare(a.StartedAt) })
	var ids []string
	for _, h := range list {
		ids = append(ids, h.RunID)
	}
	return ids
}

// matching are the findings that a query asks for, told without Query.Matches.
func matching(findings []audit.Finding, q audit.Query) []audit.Finding {
	list := []audit.Finding{}
	for _, f := range findings {
		place := cmp.Compare(f.AccountID, "")
		if a := q.After; a != nil {
			place = slices.Compare([]string{f.AccountID, f.Resource, f.Check, f.Subject}, []string{a.AccountID, a.Resource, a.Check, a.Subject})
		}
		failing := f.Known != nil && f.Known.Status == audit.StatusFail
		switch {
		case place <= 0, q.Check != "" && f.Check != q.Check, q.Status != "" && f.Status != q.Status, q.Severity != 0 && f.Severity != q.Severity,
			q.AccountID != "" && f.AccountID != q.AccountID, q.Bucket != "" && f.Bucket() != q.Bucket, q.Waived != nil && f.Waived != *q.Waived,
			q.Outstanding && f.Status != audit.StatusUnknown && !failing, q.Limit > 0 && len(list) == q.Limit:
			continue
		}
		if q.Brief {
			f.Title, f.Reason, f.Fingerprint, f.Evidence, f.Remediation, f.Controls, f.Waiver = "", "", "", nil, nil, nil, nil
		}
		list = append(list, f)
	}
	return list
}

// day is the day of an instant.
func day(t time.Time) audit.Date { return audit.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()} }
