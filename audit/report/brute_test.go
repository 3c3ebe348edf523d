package report_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
)

// brute counts by going through every minute and looking up what the run
// before it said, with nothing of how a report is made.
type brute struct {
	runs     []*audit.Run // all there ever were that judged, by time
	states   []map[string]seen
	begins   time.Time // of what the history still holds
	slots    *schedule.Schedule
	from, to int // minutes of the period
	wants    func(*audit.Finding) bool
}

// seen is a finding as a run saw it, or an earlier one if that left it out.
type seen struct {
	audit.Finding
	leftOut bool
}

// states are the findings after each run.
func states(runs []*audit.Run) (list []map[string]seen) {
	found := map[string]seen{}
	for _, run := range runs {
		now := map[string]seen{}
		for id, f := range found {
			if run.LeftOut.Has(f.Check, f.AccountID) {
				f.leftOut = true
				now[id] = f
			}
		}
		for _, f := range run.Findings {
			now[f.ID] = seen{Finding: f}
		}
		list, found = append(list, now), now
	}
	return list
}

// at are the findings as the last run before an instant has them.
func (b *brute) at(before time.Time) (*audit.Run, map[string]seen) {
	n := 0
	for n < len(b.runs) && b.runs[n].Header.TakenAt.Before(before) {
		n++
	}
	if n == 0 {
		return nil, nil
	}
	found := map[string]seen{}
	for id, f := range b.states[n-1] {
		if b.wants(&f.Finding) {
			found[id] = f
		}
	}
	return b.runs[n-1], found
}

// observes reports whether the run speaks for an instant.
func (b *brute) observes(run *audit.Run, at time.Time) bool {
	if run == nil || run.Header.TakenAt.Before(b.begins) {
		return false
	}
	return at.Before(b.slots.Next(run.Header.TakenAt).Add(time.Minute))
}

// known is the first minute of the period that the history reaches.
func (b *brute) known() int { return max(b.from, int(b.begins.Sub(start)/time.Minute)) }

func (b *brute) time() (sum report.Time) {
	const minute60 = report.FindingTime(60_000)
	all := map[string]bool{}
	_, before := b.at(minute(b.known()))
	_, begin := b.at(minute(b.known()).Add(1))
	for m := b.from; m < b.to; m++ {
		run, found := b.at(minute(m).Add(1))
		for id, f := range found {
			if m < b.known() && !begin[id].FirstSeen.Equal(f.FirstSeen) && !before[id].FirstSeen.Equal(f.FirstSeen) {
				continue // it was gone before the history begins
			}
			all[id] = true
			sum.InScope += minute60
			switch {
			case f.leftOut || !b.observes(run, minute(m)):
				sum.NotObserved += minute60
			case f.Status == audit.StatusPass:
				sum.Compliant += minute60
			case f.Status == audit.StatusFail:
				sum.Failing += minute60
			case f.Status == audit.StatusUnknown:
				sum.Unknown += minute60
			default:
				sum.NotApplicable += minute60
			}
		}
	}
	for id := range before {
		all[id] = true
	}
	sum.Findings = len(all)
	sum.OutOfScope = report.FindingTime(b.to-b.from)*minute60*report.FindingTime(len(all)) - sum.InScope
	return sum
}

func (b *brute) state(before time.Time) (s report.State) {
	_, found := b.at(before)
	for _, f := range found {
		s.Findings++
		switch f.Status {
		case audit.StatusPass:
			s.Pass++
		case audit.StatusFail:
			s.Fail++
		case audit.StatusUnknown:
			s.Unknown++
		default:
			s.NotApplicable++
		}
		if f.OpenFailure() {
			s.Open++
		}
	}
	return s
}

// fails counts what becomes of failures from run to run of the period.
func (b *brute) fails(sum *report.Sums) (fixes []time.Duration) {
	for m := b.known(); m < b.to; m++ {
		_, before := b.at(minute(m))
		_, after := b.at(minute(m).Add(1))
		for id, f := range after {
			old, was := before[id]
			if !was {
				sum.Appeared++
			}
			if f.OpenFailure() && (!was || !old.OpenFailure()) {
				sum.Opened++
			}
			if was && old.OpenFailure() && !f.OpenFailure() {
				sum.Resolved++
				fixes = append(fixes, f.Known.Since.Sub(old.Known.Since))
			}
		}
		for id, old := range before {
			if _, is := after[id]; is {
				continue
			}
			sum.Removed++
			if old.OpenFailure() {
				sum.OpenRemoved++
			}
		}
	}
	slices.Sort(fixes)
	return fixes
}

func (b *brute) sums() (sum report.Sums) {
	sum.Time, sum.Start, sum.End = b.time(), b.state(minute(b.known())), b.state(minute(b.to))
	fixes := b.fails(&sum)
	if n := len(fixes); n > 0 {
		sum.ToFix = report.TimeToFix{N: n, Max: report.Duration(fixes[n-1]), Median: report.Duration(fixes[(n-1)/2]+fixes[n/2]) / 2}
	}
	return sum
}

// TestAgainstEveryMinute holds reports over random histories to a count by
// minutes.
func TestAgainstEveryMinute(t *testing.T) {
	t.Parallel()
	for seed := range uint64(25) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			w := newWorld(t)
			w.history(random, 240)
			b := &brute{runs: judgedRuns(w.recorded), slots: everyTen(t), from: random.IntN(120), wants: func(*audit.Finding) bool { return true }}
			b.states = states(b.runs)
			b.to = b.from + 30 + random.IntN(130)
			b.begins = b.runs[0].Header.TakenAt
			if random.IntN(2) == 0 {
				reached := slices.IndexFunc(b.runs, func(r *audit.Run) bool { return !r.Header.TakenAt.Before(minute(b.to)) })
				if reached < 0 {
					reached = len(b.runs)
				}
				b.begins = b.runs[random.IntN(reached)].Header.TakenAt
				w.prune(int(b.begins.Sub(start) / time.Minute))
			}
			request := report.Request{Since: minute(b.from), Until: minute(b.to), Schedule: b.slots, Checks: worldChecks(), Frameworks: []audit.Framework{framework()}}
			switch random.IntN(4) {
			case 0:
				request.AccountID = bob
				b.wants = func(f *audit.Finding) bool { return f.AccountID == bob }
			case 1:
				request.Framework = "std"
				b.wants = func(f *audit.Finding) bool { return f.Check != "a-check-three" }
			}
			r := mustBuild(t, w, request)
			compareSums(t, "total", b.sums(), r.Total)
			b.checkSeries(t, r)
			b.checkFailures(t, r)
			addUp(t, r)
			for _, c := range r.Checks {
				one := *b
				one.wants = func(f *audit.Finding) bool { return b.wants(f) && f.Check == c.ID }
				compareSums(t, c.ID, one.sums(), c.Sums)
			}
			for _, c := range r.Frameworks[0].Controls {
				one := *b
				one.wants = func(f *audit.Finding) bool {
					return b.wants(f) && slices.ContainsFunc(c.Checks, func(r report.Relating) bool { return r.Check == f.Check && r.Relation != audit.Informative })
				}
				compareSums(t, c.ID, one.sums(), c.Sums)
			}
		})
	}
}

func judgedRuns(runs []*audit.Run) []*audit.Run {
	return slices.DeleteFunc(slices.Clone(runs), func(r *audit.Run) bool { return r.LeftOut.Everything })
}

// compareSums leaves aside what follows from the rest, and what the brute
// count does not know.
func compareSums(t *testing.T, what string, want, got report.Sums) {
	t.Helper()
	got.Time.Shares, got.OldestOpen, got.ToFix.Mean, got.End.Waived = report.Shares{}, nil, 0, 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-minute by minute +report):\n%s", what, diff)
	}
}

// checkSeries looks at every point anew.
func (b *brute) checkSeries(t *testing.T, r *report.Report) {
	t.Helper()
	for i, p := range r.Series.Points {
		if p.At.Before(minute(b.known())) {
			if p.Findings != 0 || p.Open.Total() != 0 || p.Observed {
				t.Errorf("before the history begins there is %+v", p)
			}
			continue
		}
		run, _ := b.at(p.At)
		want := report.Point{At: p.At, Opened: p.Opened, Resolved: p.Resolved, Runs: p.Runs, Open: p.Open}
		s := b.state(p.At)
		want.Findings, want.Unknown, want.Observed = s.Findings, s.Unknown, b.observes(run, p.At.Add(-1))
		if diff := cmp.Diff(want, p); diff != "" || p.Open.Total() != s.Open {
			t.Errorf("point %d: %d are open, want %d (-want +got):\n%s", i, p.Open.Total(), s.Open, diff)
		}
	}
}

// checkFailures counts the time of every failure by minutes.
func (b *brute) checkFailures(t *testing.T, r *report.Report) {
	t.Helper()
	type sums struct{ open, unreadable report.Duration }
	want, got := map[string]sums{}, map[string]sums{}
	key := func(id string, opened time.Time) string { return id + opened.Format(time.RFC3339) }
	for m := b.from; m < b.to; m++ {
		run, found := b.at(minute(m).Add(1))
		for id, f := range found {
			if !f.OpenFailure() || m < b.known() && b.goneBy(id, f.Known.Since) {
				continue
			}
			s := want[key(id, f.Known.Since)]
			s.open += report.Duration(time.Minute)
			if f.leftOut || f.Status != audit.StatusFail || !b.observes(run, minute(m)) {
				s.unreadable += report.Duration(time.Minute)
			}
			want[key(id, f.Known.Since)] = s
		}
	}
	for _, f := range r.Failures {
		if f.OpenInPeriod > 0 {
			got[key(f.FindingID, f.Opened)] = sums{f.OpenInPeriod, f.Unreadable}
		}
		if f.OpenedBefore != f.Opened.Before(r.Identity.Period.Since) || f.Open != report.Duration(end(f, r).Sub(f.Opened)) {
			t.Errorf("%+v", f)
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(sums{})); diff != "" {
		t.Errorf("failures (-minute by minute +report):\n%s", diff)
	}
}

// goneBy reports whether the failure ended before the history begins, so that
// nobody knows of it.
func (b *brute) goneBy(id string, since time.Time) bool {
	_, found := b.at(minute(b.known()))
	f, is := found[id]
	return !is || !f.OpenFailure() || !f.Known.Since.Equal(since)
}

func end(f report.Failure, r *report.Report) time.Time {
	if f.Ended.IsZero() {
		return r.Identity.Period.Until
	}
	return f.Ended
}
