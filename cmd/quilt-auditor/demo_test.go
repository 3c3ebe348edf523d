package main

import (
	"fmt"
	"math"
	"net/http"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

// TestDemo: the demo says what to open and what will happen when, and what it
// said happens: findings, metrics and runs move. It leaves nothing.
func TestDemo(t *testing.T) {
	t.Parallel()
	// A hangup that is ignored here, under nohup, the demo would ignore as well.
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(heard) })
	for _, end := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(end.String(), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, "")
			d := s.start("demo", "--web.listen-address", "127.0.0.1:0", "--log.level", "info", "--web.enable-lifecycle")
			d.until("it is ready", d.ready)
			d.ran(1)
			wantGuide(t, d)
			if end == syscall.SIGINT {
				wantDrift(t, d)
				wantReport(t, s, d)
			}
			d.endBy(end)
			if len(s.aws.Calls()) > 0 {
				t.Error("it called AWS")
			}
			files, err := os.ReadDir(s.dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				if f.Name() != "config.yaml" {
					t.Errorf("it left %s", f.Name())
				}
			}
		})
	}
}

// wantGuide: everything to open can be opened, and the timetable is whole.
func wantGuide(t *testing.T, d *served) {
	t.Helper()
	said := d.stdout.String()
	opened := 0
	for line := range strings.Lines(said) {
		address, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if path, ok := strings.CutPrefix(address, d.base); ok {
			opened++
			d.want(http.StatusOK, http.MethodGet, path, "")
		}
	}
	if opened != 4 {
		t.Errorf("%d addresses are named\n%s", opened, said)
	}
	for _, e := range testdata.Timeline() {
		if !strings.Contains(said, fmt.Sprintf("run %d  %s\n", e.Run, e.What)) || !strings.Contains(said, e.Shows) {
			t.Errorf("the guide lacks %+v", e)
		}
	}
}

// wantReport: the command that the guide names makes a report.
func wantReport(t *testing.T, s *site, d *served) {
	t.Helper()
	command := regexp.MustCompile(`quilt-auditor (report .*)`).FindStringSubmatch(d.stdout.String())
	if command == nil {
		t.Fatalf("the guide names no report\n%s", d.stdout.String())
	}
	s.refused(0, strings.Fields(command[1])...)
	if page := s.read("report.html"); !strings.Contains(page, "Quilt bucket audit report") || !strings.Contains(page, "acme-genomics-raw") {
		t.Errorf("the report is\n%s", page)
	}
	if err := os.Remove(s.path("report.html")); err != nil {
		t.Error(err)
	}
}

// wantDrift: the second run, which comes in its time, sees the first event. On a
// slow machine there may be more runs by the time that anybody looks, so that
// what each of them came to is asked for, and of what is shown that it moves.
func wantDrift(t *testing.T, d *served) {
	t.Helper()
	const open = `open_findings{check="s3-bucket-policy-required-actions",severity="high",account_id="444455556666",waived="false"}`
	was := d.metric(open)
	is := was
	d.until("other failures are open", func() bool {
		is = d.metric(open)
		return is != was
	})
	if math.Abs(is-was) != 1 {
		t.Errorf("%v failures are open, were %v", is, was)
	}
	d.ran(2)
	runs := d.runs()
	slices.Reverse(runs)
	first, second := runs[0], runs[1]
	if before, after := first.Counts.Fail+first.Counts.Unknown, second.Counts.Fail+second.Counts.Unknown; after != before+2 || second.Changes != 2 {
		t.Errorf("%d findings are outstanding after the second run, %d were after the first; %d changes", after, before, second.Changes)
	}
	shown := d.findings()
	if n := len(slices.DeleteFunc(shown.Findings, func(f audit.Finding) bool { return !f.Outstanding() })); n != shown.Header.Counts.Fail+shown.Header.Counts.Unknown {
		t.Errorf("%d findings are outstanding, the header counts %+v", n, shown.Header.Counts)
	}
	d.until("it says what happened", func() bool {
		return strings.Contains(d.stdout.String(), "\nrun 1   ") && strings.Contains(d.stdout.String(), "2 opened\n")
	})
	ran := len(d.runs())
	d.reload("POST")
	d.ran(ran + 2) // the reload begins the pace anew, with a run
}
