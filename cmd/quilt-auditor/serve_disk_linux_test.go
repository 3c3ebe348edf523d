package main

import (
	"math"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

// limitFiles bounds the size of the files that the process can write, from now
// on (prlimit(2), RLIMIT_FSIZE). To the process that is a disk that is full: a
// write is refused or falls short. It needs no other file system, and no
// privilege to lift.
func (d *served) limitFiles(bytes uint64) {
	d.t.Helper()
	limit := syscall.Rlimit{Cur: bytes, Max: math.MaxUint64}
	_, _, err := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(d.cmd.Process.Pid), syscall.RLIMIT_FSIZE, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	if err != 0 {
		d.t.Fatalf("limiting what the process writes: %v", err)
	}
}

// TestServeFullDisk: while nothing can be written runs go on and are shown,
// the failures are counted, and what is on the disk stays whole. Once there is
// room the history has what it missed.
func TestServeFullDisk(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig)
	d := s.serve("--web.enable-lifecycle")
	d.ran(1)
	before := d.findings()
	d.until("the run is exported", func() bool {
		text, err := os.ReadFile(s.path("out/findings.ndjson"))
		return err == nil && strings.Contains(string(text), before.Header.RunID)
	})

	d.limitFiles(0)
	s.aws.SetRules(awsfake.Rule{Match: awsfake.Match{Operation: "GetBucketOwnershipControls", Resource: "acme-good"}, Fault: awsfake.NotFound})
	for range 2 {
		d.run()
	}
	full := d.findings()
	if full.Header.RunID == before.Header.RunID || full.Header.Counts.Fail != before.Header.Counts.Fail+1 {
		t.Errorf("served is %+v", full.Header)
	}
	const open = `open_findings{check="s3-object-ownership",severity="high",account_id="444455556666",waived="false"}`
	if got := d.metric(open); got != 2 {
		t.Errorf("%v failures are open on the metrics", got)
	}
	if got := d.runs(); got[0].RunID != full.Header.RunID {
		t.Errorf("the runs begin with %s, not with the one that is shown", got[0].RunID)
	}
	d.logged("level=error", "the run could not be recorded", "its changes are recorded with a later one")
	d.until("an export has failed", func() bool { return d.metric(`export_failures_total{format="json"}`) > 0 })
	if exported := parseFindingsOf(t, s.read("out/findings.ndjson")); exported.Header.RunID != before.Header.RunID {
		t.Errorf("exported is %s", exported.Header.RunID)
	}
	if d.metric("store_write_failures_total") < 2 {
		t.Error("the failures are not counted")
	}

	d.limitFiles(math.MaxUint64)
	s.aws.SetRules()
	d.run()
	wantCaughtUp(d, full)
}

// wantCaughtUp: what happened while nothing could be written is in the
// history: that a failure opened, and since when.
func wantCaughtUp(d *served, full *audit.Run) {
	d.t.Helper()
	failures := d.metric("store_write_failures_total")
	d.run()
	if got := d.metric("store_write_failures_total"); got != failures {
		d.t.Errorf("writes still fail: %v, were %v", got, failures)
	}
	last := d.findings()
	d.until("the run is exported", func() bool { return strings.Contains(d.read("out/findings.ndjson"), last.Header.RunID) })
	d.stop()
	var kinds []string
	for _, c := range storedChanges(d.t, d.site) {
		if c.Resource == "arn:aws:s3:::acme-good" {
			kinds = append(kinds, string(c.Kind))
			if c.Kind == audit.Opened && c.At.After(full.Header.TakenAt) {
				d.t.Errorf("the failure opened at %s, was seen by the run of %s", c.At, full.Header.TakenAt)
			}
		}
	}
	if got := strings.Join(kinds, " "); got != "opened resolved" {
		d.t.Errorf("the history has %q of the bucket", got)
	}
	d = d.serve()
	d.until("it is ready", d.ready)
	wantSameAges(d.t, last, d.findings())
	d.stop()
}
