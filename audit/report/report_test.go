package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
)

var update = flag.Bool("update", false, "write the golden files")

// story is a history in which everything happens once: a failure that is there
// from the start, one that is mended, one that cannot be read for a while, one
// that is gone; an account that is shut; a run that is missed, one that is
// partial, one cut short and one beside the schedule.
func story(t testing.TB) *world {
	w := newWorld(t)
	old, mended, shut, gone := w.thing("a-check-one", alice, 0), w.thing("a-check-one", alice, 1), w.thing("a-check-two", bob, 0), w.thing("a-check-three", alice, 0)
	old.status = audit.StatusFail
	w.run(0)
	w.run(10)
	mended.status, shut.status, shut.severity = audit.StatusFail, audit.StatusFail, audit.Critical
	w.run(20)
	gone.status = audit.StatusFail
	w.run(30)
	w.denied[bob] = true
	w.run(40)
	w.denied[bob] = false
	w.cutShort(50)
	mended.status = audit.StatusPass
	w.run(60) // 50 was missed
	gone.there = false
	w.run(67)
	w.run(70)
	return w
}

func TestStory(t *testing.T) {
	t.Parallel()
	r := mustBuild(t, story(t), requestFor(t, 5, 75))
	addUp(t, r)
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "story.golden.json")
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-golden +report; -update writes it):\n%s", diff)
	}
	var again report.Report
	if err := json.Unmarshal(b.Bytes(), &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, &again, compacted); diff != "" {
		t.Errorf("the JSON form read again (-made +read):\n%s", diff)
	}
}

// compacted compares evidence as JSON.
var compacted = cmp.Transformer("JSON", func(raw json.RawMessage) string {
	var b bytes.Buffer
	_ = json.Compact(&b, raw)
	return b.String()
})

// TestSameHistorySameReport also wants a report that is made later to be the
// same as far as the history reaches back.
func TestSameHistorySameReport(t *testing.T) {
	t.Parallel()
	w := story(t)
	first := mustBuild(t, w, requestFor(t, 5, 45))
	if diff := cmp.Diff(first, mustBuild(t, w, requestFor(t, 5, 45))); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
	w.thing("a-check-one", alice, 0).status = audit.StatusPass
	w.thing("a-check-two", alice, 1).status = audit.StatusFail
	w.run(80)
	if diff := cmp.Diff(first, mustBuild(t, w, requestFor(t, 5, 45))); diff != "" {
		t.Errorf("after another run (-before +after):\n%s", diff)
	}
}

func TestNoRunYet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, prepare := range []func(){func() {}, func() { w.cutShort(3) }} {
		prepare()
		r := mustBuild(t, w, requestFor(t, 0, 60))
		addUp(t, r)
		n := r.Completeness.Runs
		if n.Planned != 6 || n.BeforeHistory != 6 || r.Total.Time.Findings != 0 || r.Identity.LastRun != "" || r.Total.Time.Shares.Compliance != nil {
			t.Errorf("%+v, %+v", n, r.Total)
		}
		if len(r.Completeness.Gaps) != 1 || !r.Completeness.Gaps[0].BeforeHistory || len(r.Checks) != 3 || r.Checks[0].InUse {
			t.Errorf("%+v, %+v", r.Completeness.Gaps, r.Checks)
		}
		text, err := json.Marshal(r)
		if err != nil || bytes.Contains(text, []byte(`:null`)) {
			t.Errorf("%s, %v", text, err)
		}
	}
}

// TestPeriodBeforeHistory says nothing of what nobody knows any more.
func TestPeriodBeforeHistory(t *testing.T) {
	t.Parallel()
	w := story(t)
	w.prune(40)
	r := mustBuild(t, w, requestFor(t, 0, 30))
	addUp(t, r)
	if !r.Identity.HistoryBegins.Equal(minute(40)) || r.Total.Time.Findings != 0 || r.Completeness.Runs.BeforeHistory != 3 || len(r.Failures) != 0 {
		t.Errorf("%+v, %+v", r.Identity, r.Total)
	}
}

// TestPrunedHistory knows since when is open what was open when the history
// begins, but not how it was found.
func TestPrunedHistory(t *testing.T) {
	t.Parallel()
	w := story(t)
	w.prune(35)
	r := mustBuild(t, w, requestFor(t, 0, 75))
	addUp(t, r)
	if !r.Identity.HistoryBegins.Equal(minute(40)) || r.Completeness.NotObserved < report.Duration(40*time.Minute) {
		t.Errorf("%+v, %+v", r.Identity, r.Completeness)
	}
	opened := map[string]report.Failure{}
	for _, f := range r.Failures {
		opened[f.Check+f.AccountID+f.Opened.Format(" 15:04")] = f
	}
	mended := opened["a-check-one"+alice+" 00:20"]
	if len(opened) != 4 || mended.Outcome != report.Resolved || mended.Detail != nil || mended.OpenedBefore || mended.OpenedRun != "" || mended.Open != report.Duration(40*time.Minute) {
		t.Errorf("%+v", r.Failures)
	}
}

func TestDetails(t *testing.T) {
	t.Parallel()
	w := story(t)
	r := mustBuild(t, w, requestFor(t, 5, 75))
	for _, f := range r.Failures {
		want := report.OfOpening
		if f.Outcome == report.StillOpen {
			want = report.OfLastRun
		}
		if f.Detail == nil || f.Detail.Of != want || f.Detail.Reason != "It is fail." || f.Detail.Remedy.Summary != "Mend it." {
			t.Fatalf("%+v", f.Detail)
		}
		at := f.Opened
		if want == report.OfLastRun {
			at = minute(70)
		}
		if got := string(f.Detail.Witness); got != `{"seen_at":"`+at.Format(time.TimeOnly)+`"}` || string(f.Detail.DecidedBy) != `{"layer":"bucket_policy"}` {
			t.Errorf("%s on %s: witness %s, decided by %s", f.Check, f.Resource, got, f.Detail.DecidedBy)
		}
		waived := f.AccountID == bob && f.Check == "a-check-two"
		if (f.Detail.Waiver != nil) != waived {
			t.Errorf("%s on %s: waiver %+v", f.Check, f.Resource, f.Detail.Waiver)
		}
	}
}

// TestUnreadableFailureStaysOpen is of the middle of the story.
func TestUnreadableFailureStaysOpen(t *testing.T) {
	t.Parallel()
	r := mustBuild(t, story(t), requestFor(t, 5, 45))
	for _, f := range r.Failures {
		want := report.StillOpen
		if f.AccountID == bob {
			want = report.Unreadable
		}
		if f.Outcome != want || !f.Ended.IsZero() || (want == report.Unreadable) != (f.Unreadable == report.Duration(5*time.Minute)) {
			t.Errorf("%s of %s: %+v", f.Check, f.AccountID, f)
		}
	}
	if u := r.Unknowns; len(u) != 1 || u[0].MissingPermission != "sts:AssumeRole" || u[0].Findings != 6 || u[0].Ongoing != 6 || len(u[0].Examples) != 5 ||
		u[0].Time != report.FindingTime(6*5*60*1000) || !u[0].From.Equal(minute(40)) || !u[0].Until.Equal(minute(45)) {
		t.Errorf("%+v", u)
	}
	if a := r.Completeness.ByAccount[1]; a.Access != audit.AccessDenied || !a.FailingSince.Equal(minute(40)) || r.Completeness.Accounts.ReadSometimes != 1 || a.Denied != 1 {
		t.Errorf("%+v", a)
	}
}

func TestSuperseded(t *testing.T) {
	t.Parallel()
	w := story(t)
	want := mustBuild(t, w, requestFor(t, 5, 75))
	w.superseded = 4
	if diff := cmp.Diff(want, mustBuild(t, w, requestFor(t, 5, 75))); diff != "" {
		t.Errorf("begun anew (-want +got):\n%s", diff)
	}
	w.superseded = 100
	if _, err := report.Build(t.Context(), w, requestFor(t, 5, 75)); !errors.Is(err, audit.ErrSuperseded) || !strings.Contains(err.Error(), "making the report from 2026-10-01T00:05:00Z to 2026-10-01T01:15:00Z") {
		t.Errorf("got %v", err)
	}
}

func TestRequestsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*report.Request){
		`there is no framework "iso"; there are: std`:                          func(r *report.Request) { r.Framework = "iso" },
		"the period ends at 2026-10-01T00:05:00Z, not after its start at 2026": func(r *report.Request) { r.Until = r.Since },
	} {
		r := requestFor(t, 5, 75)
		change(&r)
		if got, err := report.Build(t.Context(), newWorld(t), r); got != nil || !errors.Is(err, report.ErrRequest) || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %q", err, name)
		}
	}
}

// TestSlots counts runs against a schedule that is not the one they were made
// by.
func TestSlots(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spec     string // "": no schedule
		from, to int
		want     report.Runs
	}{
		"each ten minutes": {"*/10 * * * *", 5, 75, report.Runs{Planned: 7, Made: 6, Missed: 1, Recorded: 8, Complete: 6, Partial: 1, CutShort: 1, Extra: 1}},
		"a slot at the start is of the period, one at the end is not": {"*/10 * * * *", 10, 30, report.Runs{Planned: 2, Made: 2, Recorded: 2, Complete: 2}},
		"no schedule":  {"", 5, 75, report.Runs{Recorded: 8, Complete: 6, Partial: 1, CutShort: 1, Extra: 7}},
		"hourly":       {"0 * * * *", 0, 75, report.Runs{Planned: 2, Made: 2, Recorded: 9, Complete: 7, Partial: 1, CutShort: 1, Extra: 6}},
		"just missed":  {"*/10 * * * *", 60, 92, report.Runs{Planned: 4, Made: 2, Missed: 2, Recorded: 3, Complete: 3, Extra: 1}},
		"pending":      {"*/10 * * * *", 60, 80 + 1, report.Runs{Planned: 3, Made: 2, Missed: 1, Recorded: 3, Complete: 3, Extra: 1}},
		"nothing here": {"*/10 * * * *", 71, 79, report.Runs{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := requestFor(t, c.from, c.to)
			r.Schedule = nil
			if c.spec != "" {
				s, err := schedule.Parse(c.spec, "UTC")
				if err != nil {
					t.Fatal(err)
				}
				r.Schedule, c.want.Schedule, c.want.Interval = s, s.String(), report.Duration(s.Interval())
			}
			got := mustBuild(t, story(t), r)
			addUp(t, got)
			if diff := cmp.Diff(c.want, got.Completeness.Runs); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPendingSlot is one whose run may still be made: the end is not past it by
// the grace, a minute here.
func TestPendingSlot(t *testing.T) {
	t.Parallel()
	r := requestFor(t, 60, 80)
	r.Until = r.Until.Add(30 * time.Second)
	n := mustBuild(t, story(t), r).Completeness.Runs
	if n.Pending != 1 || n.Missed != 0 || n.Made != 2 || n.Planned != 3 {
		t.Errorf("%+v", n)
	}
}

// TestGap is from a minute after the slot that was missed, at 50, to the run
// at 60: the one at 40 stands till then.
func TestGap(t *testing.T) {
	t.Parallel()
	r := mustBuild(t, story(t), requestFor(t, 5, 75))
	want := []report.Gap{{From: minute(51), Until: minute(60), Missed: 1}}
	if diff := cmp.Diff(want, r.Completeness.Gaps); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := r.Completeness.NotObserved; got != report.Duration(9*time.Minute) {
		t.Errorf("not observed for %v", got.Std())
	}
}

// TestSeriesAreBounded takes periods of every length.
func TestSeriesAreBounded(t *testing.T) {
	t.Parallel()
	w := story(t)
	for _, length := range []time.Duration{
		time.Millisecond, time.Second, 97 * time.Second, time.Minute, time.Hour, 25 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 90 * 24 * time.Hour,
		400 * 24 * time.Hour, 100 * 365 * 24 * time.Hour,
	} {
		r := requestFor(t, 5, 75)
		r.Schedule = nil // a century of slots takes its time
		r.Since = r.Until.Add(-length)
		got := mustBuild(t, w, r)
		addUp(t, got)
		if length == 90*24*time.Hour && got.Series.Step != report.Duration(24*time.Hour) {
			t.Errorf("a quarter has a point each %v", got.Series.Step.Std())
		}
	}
}

func TestDurationsAsJSON(t *testing.T) {
	t.Parallel()
	for d, want := range map[report.Duration]string{
		0: "0", report.Duration(time.Second): "1", report.Duration(1500 * time.Millisecond): "1.5", -report.Duration(time.Minute): "-60", 1: "0.000000001",
		report.Duration(90*24*time.Hour + time.Millisecond): "7776000.001",
	} {
		text, err := json.Marshal(d)
		var again report.Duration
		if err == nil {
			err = json.Unmarshal(text, &again)
		}
		if err != nil || string(text) != want || again != d {
			t.Errorf("%v is %s and %v, want %s: %v", d, text, again, want, err)
		}
	}
	for d, want := range map[report.FindingTime]string{0: "0", 1: "0.001", 61_000: "61", 1_234_567_890_120: "1234567890.120"} {
		text, err := json.Marshal(d)
		var again report.FindingTime
		if err == nil {
			err = json.Unmarshal(text, &again)
		}
		if err != nil || string(text) != want || again != d {
			t.Errorf("%d is %s and %d, want %s: %v", d, text, again, want, err)
		}
	}
}
