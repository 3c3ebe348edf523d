package main

import (
	"context"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/sqlite"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

// TestServeRestart: after a restart the last run is served before AWS has
// answered, and findings are as old as they were.
func TestServeRestart(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig)
	d := s.serve()
	d.ran(1)
	before, page := d.get("/api/v1/findings"), runPart(d.get("/metrics"))
	success := d.metric("run_last_success_timestamp_seconds")
	d.stop()

	s.gate.hold()
	d = s.serve("--web.enable-lifecycle")
	d.until("it is ready", d.ready)
	d.want(http.StatusAccepted, http.MethodPost, "/api/v1/runs", "started")
	d.want(http.StatusConflict, http.MethodPost, "/api/v1/runs", "going on already")
	if after := d.get("/api/v1/findings"); after != before {
		t.Errorf("after the restart there is\n%s\nbefore it was\n%s", after, before)
	}
	if after := runPart(d.get("/metrics")); after != page {
		t.Errorf("after the restart there is\n%s\nbefore it was\n%s", after, page)
	}
	if got := d.metric("run_last_success_timestamp_seconds"); got != success {
		t.Errorf("the last success is %v, was %v", got, success)
	}
	s.gate.open()
	d.ran(2)
	run := d.findings()
	wantSameAges(t, parseFindingsOf(t, before), run)
	if !run.Header.TakenAt.After(run.Findings[0].FirstSeen) {
		t.Error("the second run is not younger than the first: the test shows nothing")
	}
	d.stop()
}

// runPart is the part of the metrics that tells of the last run.
func runPart(page string) string {
	var b strings.Builder
	for line := range strings.Lines(page) {
		for _, family := range []string{"findings", "open_findings", "finding_since", "oldest_", "account_", "buckets", "evaluated_", "waivers", "collector_success"} {
			if strings.HasPrefix(line, "quilt_auditor_"+family) {
				b.WriteString(line)
			}
		}
	}
	return b.String()
}

// TestServeCatchUp: however many slots went by while the service was down,
// one run makes up for them, also after one that was cut short.
func TestServeCatchUp(t *testing.T) {
	t.Parallel()
	s := newSite(t, strings.NewReplacer(never, "0 0 1 1 *", "path: history", "path: history, keep: 4000d").Replace(siteConfig))
	seed(t, s, time.Now().AddDate(-3, 0, 0))

	s.gate.hold()
	d := s.serve()
	d.until("it is ready", d.ready)
	d.until("the run is in progress", func() bool { return d.metric("run_in_progress") == 1 })
	if run := d.findings(); run.Header.RunID != "of-old" {
		t.Errorf("served is %s", run.Header.RunID)
	}
	d.stop()
	d.logged("level=warn", "the run was cut short")

	d = s.serve("--web.enable-lifecycle")
	d.until("it is ready", d.ready)
	if got := results(d.runs()); got != "partial complete" {
		t.Errorf("the runs are %s", got)
	}
	s.gate.open()
	d.ran(3)
	d.run()
	if got := results(d.runs()); got != "complete complete partial complete" {
		t.Errorf("the runs are %s, want one that made up and one that was asked for", got)
	}
	d.stop()
}

// seed gives the site the history of a service that ran last at that time, on
// the sample estate.
func seed(t *testing.T, s *site, at time.Time) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), s.path("history"))
	if err != nil {
		t.Fatal(err)
	}
	read, err := testdata.Sample(at, checkIDs(checks.All()))
	if err != nil {
		t.Fatal(err)
	}
	run := audit.Settle(audit.Settlement{
		RunID: "of-old", Snapshot: read, Checks: checks.All(), Verdicts: audit.Evaluate(read, checks.All()),
		Times: audit.Times{StartedAt: at, EndedAt: at.Add(time.Minute)}, Prior: audit.NewPrior(0),
	})
	digest, err := store.Keep(t.Context(), read)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Record(t.Context(), run, digest); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestServeStopsInRun: SIGTERM ends a run that AWS does not answer at once,
// wherever it is. It is recorded as partial, and nothing else happened.
func TestServeStopsInRun(t *testing.T) {
	t.Parallel()
	settings := awsfake.Rule{Match: awsfake.Match{Operation: "GetBucketOwnershipControls"}, Fault: awsfake.Hang}
	for name, rules := range map[string][]awsfake.Rule{
		"settings hang":     {settings},
		"listing hangs":     {{Match: awsfake.Match{Operation: "ListBuckets"}, Fault: awsfake.Hang}},
		"entering hangs":    {{Match: awsfake.Match{Operation: "AssumeRole"}, Fault: awsfake.Hang}},
		"policies are slow": {{Match: awsfake.Match{Operation: "GetBucketPolicy"}, Delay: time.Minute}},
		// What is throttled is given up after seconds: the run may not end by that.
		"policies throttled": {{Match: awsfake.Match{Operation: "GetBucketPolicy"}, Fault: awsfake.Throttle}, settings},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, siteConfig)
			d := s.serve()
			d.ran(1)
			before := d.findings()
			d.stop()

			d = s.serve("--web.enable-lifecycle")
			d.until("it is ready", d.ready)
			s.aws.ResetRecord()
			s.aws.SetRules(rules...)
			d.want(http.StatusAccepted, http.MethodPost, "/api/v1/runs", "started")
			d.until("the call is under way", func() bool {
				return rules[0].Delay > 0 && s.aws.PeakConcurrency(fakeGenomics) > 0 || s.aws.Count(rules[0].Match) > 0
			})
			d.stop()
			wantUntouched(t, s, before)
		})
	}
}

// wantUntouched: a run was cut short and listed as that, and findings are as
// they were; after the start everything goes on.
func wantUntouched(t *testing.T, s *site, before *audit.Run) {
	t.Helper()
	s.aws.SetRules()
	d := s.serve("--web.enable-lifecycle")
	d.until("it is ready", d.ready)
	runs := d.runs()
	if got := results(runs); got != "partial complete" {
		t.Fatalf("the runs are %s", got)
	}
	if runs[0].Changes != 0 || !runs[0].LeftOut.Everything {
		t.Errorf("the run that was cut short is %+v", runs[0])
	}
	run := d.findings()
	if run.Header.RunID != before.Header.RunID {
		t.Errorf("served is %s, want the last that judged, %s", run.Header.RunID, before.Header.RunID)
	}
	wantSameAges(t, before, run)
	d.run()
	wantSameAges(t, before, d.findings())
	d.stop()
	wantNoChangesSince(t, s, before.Header.TakenAt)
}

func wantNoChangesSince(t *testing.T, s *site, since time.Time) {
	t.Helper()
	for _, c := range storedChanges(t, s) {
		if c.At.After(since) {
			t.Errorf("a change was recorded: %+v", c)
		}
	}
}

// storedChanges are all changes in the history of the site, which no daemon
// has open.
func storedChanges(t *testing.T, s *site) []audit.Change {
	t.Helper()
	store, err := sqlite.Open(t.Context(), s.path("history"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	var list []audit.Change
	for c, err := range store.Changes(context.Background(), time.Time{}, time.Now().Add(time.Hour)) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	return list
}

// TestServeStopsFirstRun: a first run that was cut short leaves nothing to
// show, and the next start makes up for it. SIGINT is as good as SIGTERM.
func TestServeStopsFirstRun(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig)
	s.gate.hold()
	d := s.serve()
	d.until("the run is in progress", func() bool { return d.metric("run_in_progress") == 1 })
	slow, err := net.Dial("tcp", strings.TrimPrefix(d.base, "http://")) // a client that never comes to an end
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slow.Close() }()
	if _, err := slow.Write([]byte("GET /metrics HTTP/1.1\r\nHost: ")); err != nil {
		t.Fatal(err)
	}
	d.endBy(syscall.SIGINT)

	d = s.serve()
	d.until("the run is in progress", func() bool { return d.metric("run_in_progress") == 1 })
	d.want(http.StatusServiceUnavailable, http.MethodGet, "/-/ready", "no run has been published yet")
	s.gate.open()
	d.until("it is ready", d.ready)
	d.ran(2)
	if got := results(d.runs()); got != "complete partial" {
		t.Errorf("the runs are %s", got)
	}
	d.stop()
}
