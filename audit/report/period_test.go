package report_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
)

const (
	hourly      = "CRON_TZ=UTC 0 * * * *"
	quarterly   = "CRON_TZ=UTC */15 * * * *"
	day         = 24 * 60
	hoursOfNine = 9 * 60
)

func parsed(text string) (report.Schedule, error) { return schedule.Parse(text, "") }

// by is a request by the schedule of now.
func by(t testing.TB, now string, since, until int) report.Request {
	t.Helper()
	s, err := parsed(now)
	if err != nil {
		t.Fatal(err)
	}
	return report.Request{Since: minute(since), Until: minute(until), Schedule: s, Parse: parsed, Checks: worldChecks(), Frameworks: []audit.Framework{framework()}}
}

// audits every so many minutes by a schedule.
func (w *world) audits(from, until, every int, by string) {
	w.schedule = by
	for at := from; at < until; at += every {
		w.run(at)
	}
}

// TestScheduleThatChanged holds every run against the schedule that planned it:
// where nothing was missed, nothing is called missed or not observed.
func TestScheduleThatChanged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		history      func(w *world)
		now          string
		made, missed int
	}{
		"more often": {func(w *world) {
			w.audits(0, hoursOfNine, 60, hourly)
			w.audits(hoursOfNine, day, 15, quarterly)
		}, quarterly, 9 + 60, 0},
		"less often": {func(w *world) {
			w.audits(0, hoursOfNine, 15, quarterly)
			w.audits(hoursOfNine, day, 60, hourly)
		}, hourly, 36 + 15, 0},
		"to and fro": {func(w *world) {
			w.audits(0, hoursOfNine, 60, hourly)
			w.audits(hoursOfNine, 2*hoursOfNine, 15, quarterly)
			w.audits(2*hoursOfNine, day, 60, hourly)
		}, hourly, 9 + 36 + 6, 0},
		"after the period": {func(w *world) {
			w.audits(0, day, 60, hourly)
			w.audits(day, day+60, 15, quarterly)
		}, quarterly, 24, 0},
		"and some were missed": {func(w *world) {
			w.audits(0, 120, 60, hourly)
			w.audits(hoursOfNine, hoursOfNine+60, 60, hourly) // seven hours of nothing
			w.audits(hoursOfNine+75, day, 15, quarterly)
		}, quarterly, 3 + 55, 7 + 1},
		"not kept by an earlier version": {func(w *world) { w.audits(0, day, 60, "") }, quarterly, 24, 72},
		"in a form that nobody reads":    {func(w *world) { w.audits(0, day, 60, "at noon") }, quarterly, 24, 72},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.history(w)
			r := mustBuild(t, w, by(t, c.now, 0, day))
			addUp(t, r)
			if runs := r.Completeness.Runs; runs.Made != c.made || runs.Missed != c.missed {
				t.Errorf("%d made and %d missed, want %d and %d", runs.Made, runs.Missed, c.made, c.missed)
			}
			if (r.Completeness.NotObserved == 0) != (c.missed == 0) {
				t.Errorf("%v not observed", time.Duration(r.Completeness.NotObserved))
			}
		})
	}
}

// TestPeriodThatIsOver has what its own last run left, not what a later one did.
func TestPeriodThatIsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.denied[bob] = true
	w.audits(0, 120, 60, hourly)
	w.denied[bob], w.waivers = false, nil
	w.audits(120, 180, 60, hourly)
	r := mustBuild(t, w, by(t, hourly, 0, 120))
	if u := r.Completeness.Unread; r.Identity.Current || !r.Identity.Kept || len(u) != 1 || u[0].AccountID != bob || u[0].MissingPermission != "sts:AssumeRole" {
		t.Errorf("%+v, unread %+v", r.Identity, u)
	}
	if list := r.Waivers; len(list) != 1 || list[0].State != audit.WaiverActive || list[0].Findings != 2 || !list[0].Removed.IsZero() {
		t.Errorf("%+v", list)
	}
}

// TestWaiversOfThePeriod lists those that were in force in it, also if they
// ended, each from when on and until when.
func TestWaiversOfThePeriod(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.thing("a-check-two", bob, 0).status = audit.StatusFail
	other := waiverUntil(9)
	other.Check = "a-check-one"
	w.audits(0, day, 60, hourly) // the waiver of two days
	w.waivers = []audit.Waiver{other, waiverUntil(2)}
	w.audits(day, day+120, 60, hourly)
	w.waivers = []audit.Waiver{waiverUntil(2)}
	w.audits(day+120, 3*day, 60, hourly)
	for name, c := range map[string]struct {
		since, until int
		want         [][2]any // state and how many it covers
		removed      int      // the last one of them
	}{
		"the first day":       {0, day, [][2]any{{audit.WaiverActive, 1}}, 0},
		"one is taken out":    {day / 2, day + 240, [][2]any{{audit.WaiverActive, 1}, {audit.WaiverUnused, 0}}, day + 120},
		"to its very end":     {day + 600, 2 * day, [][2]any{{audit.WaiverActive, 1}}, 0},
		"past its end":        {day + 600, 2*day + 30, [][2]any{{audit.WaiverExpired, 0}}, 0},
		"past a run that saw": {day + 600, 3 * day, [][2]any{{audit.WaiverExpired, 0}}, 0},
	} {
		r := mustBuild(t, w, by(t, hourly, c.since, c.until))
		var got [][2]any
		for _, u := range r.Waivers {
			got = append(got, [2]any{u.State, u.Findings})
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		last := r.Waivers[len(r.Waivers)-1]
		if want := minute(c.removed); c.removed > 0 != !last.Removed.IsZero() || c.removed > 0 && !last.Removed.Equal(want) {
			t.Errorf("%s: removed %v, want %v", name, last.Removed, want)
		}
	}
}

// TestClockThatWasSetBack: no time is negative, whatever the order of runs.
func TestClockThatWasSetBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.audits(0, 180, 60, hourly)
	failing := w.thing("a-check-one", alice, 0)
	failing.status = audit.StatusFail
	w.audits(240, 360, 60, hourly)
	failing.status = audit.StatusPass
	w.audits(130, 200, 60, hourly)
	checkTimes(t, w)
	w.audits(250, 500, 60, hourly) // in time again, and past it
	checkTimes(t, w)
}

func checkTimes(t *testing.T, w *world) {
	t.Helper()
	for _, until := range []int{150, 200, 400, 600} {
		r := mustBuild(t, w, by(t, hourly, 0, until))
		addUp(t, r)
		for _, d := range []int64{int64(r.Total.ToFix.Median), int64(r.Total.Time.OutOfScope), int64(r.Completeness.ByAccount[0].Time.OutOfScope)} {
			if d < 0 {
				t.Errorf("until %d: %d", until, d)
			}
		}
		for _, f := range r.Failures {
			if f.Open < 0 || !f.Ended.IsZero() && f.Ended.Before(f.Opened) {
				t.Errorf("until %d: %+v", until, f)
			}
		}
	}
}
