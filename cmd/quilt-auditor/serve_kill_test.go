package main

import (
	"flag"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

// kills is how often TestServeKilled kills the daemon.
var kills = flag.Int("kills", 30, "how often the daemon is killed while it records runs")

// TestServeKilled kills the daemon, which runs as fast as it can over an
// estate that changes from run to run, at random points. It starts again each
// time, has every run that it has shown, and its changes make sense.
func TestServeKilled(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig)
	acknowledged := map[string]bool{}
	random := rand.New(rand.NewPCG(4, 9))
	for range *kills {
		d := s.serve("--web.enable-lifecycle")
		d.until("it is ready", d.ready)
		wantRuns(t, d, acknowledged)
		busy(d, random, acknowledged)
	}
	d := s.serve("--web.enable-lifecycle")
	d.until("it is ready", d.ready)
	wantRuns(t, d, acknowledged)
	last := d.findings()
	d.stop()
	wantConsistent(t, storedChanges(t, s), last)
	t.Logf("%d runs were acknowledged, %d changes recorded", len(acknowledged), len(storedChanges(t, s)))
}

// busy changes the estate and has it audited, a few times, and kills the
// daemon at some point of the last run. It notes the runs that are shown.
func busy(d *served, random *rand.Rand, acknowledged map[string]bool) {
	d.t.Helper()
	// A run that is refused something takes longer: mostly there is none.
	faults := []awsfake.Fault{awsfake.None, awsfake.NotFound, awsfake.None, awsfake.NotFound, awsfake.None, awsfake.NotFound, awsfake.AccessDenied}
	for left := random.IntN(4); ; left-- {
		d.aws.SetRules(awsfake.Rule{
			Match: awsfake.Match{Operation: "GetBucketOwnershipControls", Resource: "acme-good"}, Fault: faults[random.IntN(len(faults))],
		})
		if left == 0 {
			_, _, _ = d.request(http.MethodPost, "/api/v1/runs") // or the run that the start makes up for
			time.Sleep(time.Duration(random.IntN(150)) * time.Millisecond)
			d.kill()
			return
		}
		d.run()
		for _, run := range d.runs() {
			acknowledged[run.RunID] = true
		}
	}
}

// wantRuns: every run that was shown is there, once.
func wantRuns(t *testing.T, d *served, acknowledged map[string]bool) {
	t.Helper()
	there := map[string]bool{}
	for _, run := range d.runs() {
		if there[run.RunID] {
			t.Errorf("run %s is listed twice", run.RunID)
		}
		there[run.RunID] = true
	}
	for id := range acknowledged {
		if !there[id] {
			t.Errorf("run %s was shown and is lost", id)
		}
	}
}

// wantConsistent replays the changes of each finding: they follow one from
// the other, and end where the last run is.
func wantConsistent(t *testing.T, changes []audit.Change, last *audit.Run) {
	t.Helper()
	status, open := map[string]audit.Status{}, map[string]bool{}
	for i := range last.Findings {
		status[last.Findings[i].ID] = "" // those that never changed have no change
	}
	kinds := map[audit.ChangeKind]int{}
	for _, c := range changes {
		kinds[c.Kind]++
		if was := status[c.FindingID]; was != "" && c.From != was {
			t.Errorf("a change from %q follows one to %q: %+v", c.From, was, c)
		}
		if opens := c.Kind == audit.Opened; opens && open[c.FindingID] || c.Kind == audit.Resolved && !open[c.FindingID] {
			t.Errorf("%s twice in a row: %+v", c.Kind, c)
		}
		if slices.Contains([]audit.ChangeKind{audit.Opened, audit.Resolved}, c.Kind) {
			open[c.FindingID] = c.Kind == audit.Opened
		}
		status[c.FindingID] = c.To
	}
	for i := range last.Findings {
		f := &last.Findings[i]
		if was := status[f.ID]; was != "" && was != f.Status || open[f.ID] != f.OpenFailure() {
			t.Errorf("the changes leave %s %s, open %t; the last run has %+v", was, f.Resource, open[f.ID], f)
		}
	}
	if kinds[audit.Opened] < 3 || kinds[audit.Resolved] == 0 {
		t.Errorf("the estate did not change enough for a test: %v", kinds)
	}
}
