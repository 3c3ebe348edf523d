package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/sqlite"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

// yearly is a schedule whose last slot is some time ago, and whose next one no
// test lives to see: reports are those that a start makes up for.
func yearly() (spec string, last time.Time) {
	last = time.Now().UTC().AddDate(0, 0, -2).Truncate(24 * time.Hour)
	return last.Format("4 15 2 1 *"), last
}

// reporting is a site whose history covers the days before the last slot of
// yearly, and which reports on them as its configuration says.
func reporting(t *testing.T, reports string) (*site, *awsfake.Drop, time.Time) {
	t.Helper()
	spec, last := yearly()
	s := newSite(t, siteConfig+strings.ReplaceAll(reports, "YEARLY", `"`+spec+`"`))
	drop := awsfake.NewDrop(s.aws)
	server := httptest.NewServer(s.gate.guard(drop))
	t.Cleanup(func() {
		s.gate.open()
		s.aws.Close()
		server.Close()
	})
	s.env = append((&awsfake.Server{URL: server.URL}).Env(), "HOME="+s.dir, "TMPDIR="+s.dir)
	s.remembers(last.AddDate(0, 0, -3), 2*testdata.Cycle, 3*time.Hour)
	return s, drop, last
}

// remembers gives the site a history: so many runs over the drifting estate,
// so far apart.
func (s *site) remembers(began time.Time, runs int, apart time.Duration) {
	s.t.Helper()
	store, err := sqlite.Open(s.t.Context(), s.path("history"))
	if err != nil {
		s.t.Fatal(err)
	}
	prior := audit.NewPrior(0)
	for n := range runs {
		at := began.Add(time.Duration(n) * apart)
		read, err := testdata.Drifted(n, at, checkIDs(checks.All()))
		if err != nil {
			s.t.Fatal(err)
		}
		run := audit.Settle(audit.Settlement{
			RunID: fmt.Sprintf("00000000-0000-4000-8000-%012d", n), Snapshot: read, Checks: checks.All(), Verdicts: audit.Evaluate(read, checks.All()),
			Prior: prior, Times: audit.Times{StartedAt: at, EndedAt: at.Add(time.Minute)},
		})
		digest, err := store.Keep(s.t.Context(), read)
		if err == nil {
			err = store.Record(s.t.Context(), run, digest)
		}
		if err != nil {
			s.t.Fatal(err)
		}
		prior.Advance(run, true)
	}
	if err := store.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// documents are the files of a directory of the site that stand under a name
// of their own, nil if there is no directory.
func (s *site) documents(dir string) map[string]string {
	s.t.Helper()
	entries, err := os.ReadDir(s.path(dir))
	if err != nil {
		return nil
	}
	list := map[string]string{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".tmp") {
			list[e.Name()] = s.read(filepath.Join(dir, e.Name()))
		}
	}
	return list
}

const bothReports = `
reports:
  - {name: board, schedule: YEARLY, period: 3d, formats: [html, md, csv, json], to: {directory: out/reports}}
  - {name: archive, schedule: YEARLY, period: 3d, formats: [html, md, csv, json], to: {s3: {bucket: acme-audit-reports, prefix: quilt/, region: us-east-1, account_id: "555566667777"}}}
`

// TestServeReports: the report that was missed is made up for, in every
// format, once; into a directory and into a bucket, the same bytes.
func TestServeReports(t *testing.T) {
	t.Parallel()
	s, drop, last := reporting(t, bothReports)
	d := s.serve()
	d.until("the reports are there", func() bool { return len(s.documents("out/reports")) == 4 && len(drop.Objects()) == 4 })
	made := s.documents("out/reports")
	slot := last.Format("2006-01-02T150405Z")
	for _, extension := range []string{"html", "md", "csv", "json"} {
		name := "quilt-auditor-report-board-" + slot + "." + extension
		put := "/acme-audit-reports/quilt/quilt-auditor-report-archive-" + slot + "." + extension
		if len(made[name]) < 500 || made[name] != drop.Objects()[put] {
			t.Errorf("%s has %d bytes, in the bucket %d", name, len(made[name]), len(drop.Objects()[put]))
		}
	}
	for _, h := range drop.Puts() {
		if h.Get("Content-Type") == "" || h.Get("If-None-Match") != "*" || h.Get("X-Amz-Expected-Bucket-Owner") != "555566667777" {
			t.Errorf("put with %v", h)
		}
	}
	d.logged("level=info", `msg="report made"`, "report=archive")
	if got := d.metric(`export_failures_total{format="report"}`); got != 0 {
		t.Errorf("%v failures", got)
	}
	d.stop()

	// What is there stays as it is, although another version would now be made.
	s.forgets(last)
	d = s.serve()
	d.until("the bucket was asked again", func() bool { return len(drop.Puts()) >= 8 })
	d.until("they are counted", func() bool {
		return d.metric(`aws_requests_total{code="PreconditionFailed",operation="PutObject",service="s3"}`) == 4
	})
	if diff := cmp.Diff(made, s.documents("out/reports")); diff != "" || len(drop.Objects()) != 4 {
		t.Errorf("%d objects; files (-before +after):\n%s", len(drop.Objects()), diff)
	}
	d.stop()
}

// forgets drops of the history what the report was made of.
func (s *site) forgets(until time.Time) {
	s.t.Helper()
	store, err := sqlite.Open(s.t.Context(), s.path("history"))
	if err == nil {
		err = store.Prune(s.t.Context(), until.AddDate(0, 0, -1))
	}
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestServeReportsFail: a bucket that refuses is counted, told once and asked
// again; a report that the configuration gets later is made at once.
func TestServeReportsFail(t *testing.T) {
	t.Parallel()
	s, drop, _ := reporting(t, `
reports:
  - {schedule: YEARLY, to: {s3: {bucket: acme-audit-reports, region: us-east-1}}}
`)
	drop.Answer(http.StatusForbidden, http.StatusForbidden)
	d := s.serve("--web.enable-lifecycle")
	d.until("the report is there", func() bool { return len(drop.Objects()) == 1 })
	d.until("the failures are counted", func() bool { return d.metric(`export_failures_total{format="report"}`) == 2 })
	d.logged("level=warn", `msg="a report failed and is tried again`, "s3://acme-audit-reports/quilt-auditor-report-", "the auditor needs s3:PutObject")
	if n := strings.Count(d.stderr.String(), "a report failed"); n != 1 {
		t.Errorf("told %d times", n)
	}
	spec, _ := yearly()
	s.write("config.yaml", siteConfig+"reports: [{schedule: '"+spec+"', to: {directory: late}}]\n")
	d.reload("POST")
	d.wantReloaded(1)
	d.until("the new report is there", func() bool { return len(s.documents("late")) == 1 })
	s.write("config.yaml", siteConfig+"reports: [{schedule: '"+spec+"', to: {directory: history}}]\n")
	d.reload("POST")
	d.wantReloaded(0)
	d.logged("level=error", `config.yaml:18: reports[0].to.directory`)
	d.stop()
}

// reportKills is how often TestServeReportsKilled kills the daemon.
const reportKills = 10

// TestServeReportsKilled: a daemon that is killed or stopped in the middle of a
// report leaves it whole or not at all, and the next start makes it.
func TestServeReportsKilled(t *testing.T) {
	t.Parallel()
	s, drop, _ := reporting(t, bothReports)
	want := map[string]string{}
	s.reports(drop, want)
	if len(want) != 4 {
		t.Fatalf("%d reports", len(want))
	}
	random := rand.New(rand.NewPCG(7, 5))
	for i := range reportKills {
		if err := os.RemoveAll(s.path("out/reports")); err != nil {
			t.Fatal(err)
		}
		d := s.serve()
		time.Sleep(time.Duration(random.IntN(120)) * time.Millisecond)
		if i%2 == 0 {
			d.kill()
		} else {
			d.stop()
		}
		for name, content := range s.documents("out/reports") {
			if content != want[name] {
				t.Errorf("%s was left with %d bytes, whole are %d", name, len(content), len(want[name]))
			}
		}
	}
	again := map[string]string{}
	s.reports(drop, again)
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("in the end (-want +got):\n%s", diff)
	}
}

// reports lets a daemon make all reports, and notes those of the directory.
func (s *site) reports(drop *awsfake.Drop, into map[string]string) {
	s.t.Helper()
	d := s.serve()
	d.until("the reports are there", func() bool { return len(s.documents("out/reports")) == 4 && len(drop.Objects()) == 4 })
	for name, content := range s.documents("out/reports") {
		into[name] = content
	}
	d.stop()
}
