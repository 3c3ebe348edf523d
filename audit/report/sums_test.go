package report_test

import (
	"math"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/report"
)

func mustBuild(t testing.TB, h report.History, r report.Request) *report.Report {
	t.Helper()
	result, err := report.Build(t.Context(), h, r)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// addUp holds a report to every sum that its types promise.
func addUp(t testing.TB, r *report.Report) {
	t.Helper()
	length := r.Identity.Period.Length()
	runsAddUp(t, &r.Completeness, length)
	accountsAddUp(t, &r.Completeness, length)
	sumsAddUp(t, "total", &r.Total, length)
	for i := range r.Checks {
		sumsAddUp(t, r.Checks[i].ID, &r.Checks[i].Sums, length)
	}
	for i := range r.Frameworks {
		for j := range r.Frameworks[i].Controls {
			sumsAddUp(t, r.Frameworks[i].Controls[j].ID, &r.Frameworks[i].Controls[j].Sums, length)
		}
	}
	failuresAddUp(t, r)
	seriesAddsUp(t, r)
}

func equal[T comparable](t testing.TB, what string, want, got T) {
	t.Helper()
	if want != got {
		t.Errorf("%s: want %v, got %v", what, want, got)
	}
}

func runsAddUp(t testing.TB, c *report.Completeness, length report.Duration) {
	t.Helper()
	n := c.Runs
	equal(t, "planned", n.Planned, n.Made+n.Missed+n.Pending+n.BeforeHistory)
	equal(t, "recorded", n.Recorded, n.Complete+n.Partial+n.CutShort)
	equal(t, "judged", n.Complete+n.Partial, n.Made+n.Extra)
	equal(t, "observed", length, c.Observed+c.NotObserved)
	var gaps, bins report.Duration
	missed, binned := 0, report.Runs{}
	for _, g := range c.Gaps {
		gaps += g.Length()
		missed += g.Missed
	}
	for i, b := range c.Bins {
		bins += b.NotObserved
		binned.Complete, binned.Partial, binned.CutShort, binned.Missed = binned.Complete+b.Complete, binned.Partial+b.Partial, binned.CutShort+b.CutShort, binned.Missed+b.Missed
		if i > 0 && !b.From.Equal(c.Bins[i-1].Until) {
			t.Errorf("bin %d does not follow the one before", i)
		}
	}
	equal(t, "gaps", c.NotObserved, gaps)
	equal(t, "bins", c.NotObserved, bins)
	equal(t, "runs in bins", report.Runs{Complete: n.Complete, Partial: n.Partial, CutShort: n.CutShort, Missed: n.Missed}, binned)
	if missed > n.Missed || len(c.Bins) > 200 {
		t.Errorf("%d missed in gaps of %d, %d bins", missed, n.Missed, len(c.Bins))
	}
}

func accountsAddUp(t testing.TB, c *report.Completeness, length report.Duration) {
	t.Helper()
	equal(t, "accounts", c.Accounts.Expected, c.Accounts.Read+c.Accounts.ReadSometimes+c.Accounts.Failed)
	equal(t, "accounts listed", c.Accounts.Expected, len(c.ByAccount))
	for _, a := range c.ByAccount {
		equal(t, a.ID+" runs", a.Runs, a.OK+a.Denied+a.Unreachable+a.Partial)
		equal(t, a.ID+" time", length, a.Time.OK+a.Time.Denied+a.Time.Unreachable+a.Time.Partial+a.Time.NotObserved+a.Time.OutOfScope)
	}
	equal(t, "buckets", c.Buckets.WithFindings, c.Buckets.Judged+c.Buckets.PartlyJudged+c.Buckets.NotJudged)
}

func sumsAddUp(t testing.TB, what string, s *report.Sums, length report.Duration) {
	t.Helper()
	m := s.Time
	equal(t, what+" in scope", m.InScope, m.Compliant+m.Failing+m.Unknown+m.NotApplicable+m.NotObserved)
	equal(t, what+" time", report.FindingTime(length.Std().Milliseconds())*report.FindingTime(m.Findings), m.InScope+m.OutOfScope)
	for _, state := range []report.State{s.Start, s.End} {
		equal(t, what+" findings", state.Findings, state.Pass+state.Fail+state.Unknown+state.NotApplicable)
	}
	equal(t, what+" open", s.End.Open, s.Start.Open+s.Opened-s.Resolved-s.OpenRemoved)
	equal(t, what+" in scope at the end", s.End.Findings, s.Start.Findings+s.Appeared-s.Removed)
	h := m.Shares
	if sum := h.Compliant + h.Failing + h.Unknown + h.NotApplicable + h.NotObserved; m.InScope > 0 && math.Abs(sum-1) > 1e-9 || m.InScope == 0 && sum != 0 {
		t.Errorf("%s: the shares sum up to %g", what, sum)
	}
	if s.ToFix.N > s.Resolved || s.ToFix.Median > s.ToFix.Max || s.ToFix.Mean > s.ToFix.Max || (s.OldestOpen == nil) && s.End.Open > 0 {
		t.Errorf("%s: %+v", what, s)
	}
}

func failuresAddUp(t testing.TB, r *report.Report) {
	t.Helper()
	outcomes := map[report.Outcome]int{}
	opened, oldest := 0, report.Duration(0)
	for _, f := range r.Failures {
		outcomes[f.Outcome]++
		if f.Outcome == report.StillOpen || f.Outcome == report.Unreadable {
			oldest = max(oldest, f.Open)
		}
		if !f.OpenedBefore {
			opened++
		}
		if f.Unreadable > f.OpenInPeriod || f.OpenInPeriod > f.Open && !f.Opened.IsZero() || f.Severity == 0 || f.Title == "" {
			t.Errorf("%+v", f)
		}
	}
	equal(t, "failures resolved", r.Total.Resolved, outcomes[report.Resolved])
	equal(t, "failures removed", r.Total.OpenRemoved, outcomes[report.Removed])
	equal(t, "failures open", r.Total.End.Open, outcomes[report.StillOpen]+outcomes[report.Unreadable])
	if r.Identity.HistoryBegins.IsZero() {
		equal(t, "failures opened", r.Total.Opened, opened)
	}
	if o := r.Total.OldestOpen; o != nil {
		equal(t, "oldest", o.Age, oldest)
	}
}

func seriesAddsUp(t testing.TB, r *report.Report) {
	t.Helper()
	points := r.Series.Points
	sum := report.Point{}
	for i, p := range points {
		sum.Opened, sum.Resolved, sum.Runs = sum.Opened+p.Opened, sum.Resolved+p.Resolved, sum.Runs+p.Runs
		if i > 0 && !points[i-1].At.Before(p.At) {
			t.Errorf("point %d is not after the one before", i)
		}
	}
	if n := len(points); n < 2 || n > 100 || !points[0].At.Equal(r.Identity.Period.Since) || !points[n-1].At.Equal(r.Identity.Period.Until) {
		t.Fatalf("%d points", n)
	}
	equal(t, "opened in the series", r.Total.Opened, sum.Opened)
	equal(t, "resolved in the series", r.Total.Resolved, sum.Resolved)
	equal(t, "runs in the series", r.Completeness.Runs.Complete+r.Completeness.Runs.Partial, sum.Runs)
	last := points[len(points)-1]
	equal(t, "open at the end", r.Total.End.Open, last.Open.Total())
	equal(t, "unknown at the end", r.Total.End.Unknown, last.Unknown)
	equal(t, "findings at the end", r.Total.End.Findings, last.Findings)
}

// requestFor is a request over minutes of a world.
func requestFor(t testing.TB, from, to int) report.Request {
	return report.Request{
		Version: "1.2.3", GeneratedAt: minute(to).Add(time.Second), Since: minute(from), Until: minute(to),
		Schedule: everyTen(t), Checks: worldChecks(), Frameworks: []audit.Framework{framework()},
	}
}
