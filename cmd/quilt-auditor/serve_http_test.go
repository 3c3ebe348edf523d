package main

import (
	stdjson "encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

// recordedRun is a line of /api/v1/runs.
type recordedRun struct {
	audit.Header
	LeftOut audit.LeftOut `json:"left_out"`
	Changes int           `json:"changes"`
}

func parseRunsOf(t testing.TB, stream string) []recordedRun {
	t.Helper()
	return parseLines[recordedRun](t, stream)
}

// parseLines reads one value per line.
func parseLines[T any](t testing.TB, stream string) []T {
	t.Helper()
	var list []T
	for line := range strings.Lines(stream) {
		var v T
		if err := stdjson.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		list = append(list, v)
	}
	return list
}

// results are those of runs, the latest first.
func results(runs []recordedRun) string {
	var list []string
	for _, r := range runs {
		list = append(list, string(r.Result))
	}
	return strings.Join(list, " ")
}

// TestServe: nothing to show before the first run, then the same everywhere.
func TestServe(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig)
	s.gate.hold()
	d := s.serve()
	d.want(http.StatusOK, http.MethodGet, "/-/healthy", "healthy")
	d.want(http.StatusServiceUnavailable, http.MethodGet, "/-/ready", "no run has been published yet")
	d.want(http.StatusServiceUnavailable, http.MethodGet, "/api/v1/findings", "no run has been recorded yet")
	d.until("the run is in progress", func() bool { return d.metric("run_in_progress") == 1 })
	if got := d.metric("run_last_success_timestamp_seconds"); got != 0 {
		t.Errorf("the last success is %v before there was one", got)
	}
	d.want(http.StatusForbidden, http.MethodPost, "/api/v1/runs", "--web.enable-lifecycle")
	s.gate.open()
	d.until("it is ready", d.ready)
	d.ran(1)
	d.want(http.StatusOK, http.MethodGet, "/", "Last run")
	run := d.findings()
	wantServed(d, run)
	wantExported(d, run)
	d.logged("level=info", `msg="run ended"`, "run_id="+run.Header.RunID)
	d.stop()
	if d.stdout.String() != "" {
		t.Errorf("stdout: %s", d.stdout)
	}
}

// wantServed: the metrics and the list of runs tell of that run.
func wantServed(d *served, run *audit.Run) {
	d.t.Helper()
	n := run.Header.Counts
	if n.Pass == 0 || n.Fail == 0 {
		d.t.Fatalf("the run is no test: %+v", n)
	}
	page := d.get("/metrics")
	for status, want := range map[string]int{"pass": n.Pass, "fail": n.Fail, "unknown": n.Unknown} {
		total := 0.0
		for _, v := range seriesOf(page, `findings{`, `status="`+status+`"`) {
			total += v
		}
		if int(total) != want {
			d.t.Errorf("the metrics count %v %s, the run %d", total, status, want)
		}
	}
	const failing = `check="s3-object-ownership",severity="high",status="fail",account_id="444455556666"`
	for series, want := range map[string]float64{
		`findings{` + failing + `,waived="false"}`:                                                            1,
		`open_findings{check="s3-object-ownership",severity="high",account_id="444455556666",waived="false"}`: 1,
		`finding_since_timestamp_seconds{` + failing + `,region="us-east-1",bucket="acme-bad",role=""}`:       float64(run.Header.TakenAt.UnixMilli()) / 1000,
		`account_accessible{account_id="444455556666"}`:                                                       1,
		`account_info{account_id="444455556666",name="genomics"}`:                                             1,
		`buckets{account_id="444455556666"}`:                                                                  2,
		`evaluated_ratio{check="s3-object-ownership",account_id="444455556666"}`:                              1,
		`runs_total{result="success"}`:                                                                        1,
		`runs_total{result="error"}`:                                                                          0,
		`run_duration_seconds_count`:                                                                          1,
		`check_duration_seconds_count{check="s3-object-ownership"}`:                                           1,
		`collector_duration_seconds_count{collector="inventory"}`:                                             1,
		`collector_success{collector="inventory",account_id="444455556666"}`:                                  1,
		`aws_requests_total{code="OK",operation="AssumeRole",service="sts"}`:                                  1,
		`store_write_failures_total`:                                                                          0,
		`export_failures_total{format="json"}`:                                                                0,
		`config_last_reload_successful`:                                                                       1,
		`findings_dropped`:                                                                                    0,
	} {
		if got, ok := metricOf(page, series); !ok || got != want {
			d.t.Errorf("%s is %v (%t), want %v", series, got, ok, want)
		}
	}
	if success, _ := metricOf(page, "run_last_success_timestamp_seconds"); time.Unix(int64(success), 0).Before(run.Header.StartedAt.Truncate(time.Second)) {
		d.t.Errorf("the last success is %v, the run began %s", success, run.Header.StartedAt)
	}
	if got := seriesOf(page, "build_info{", `version="`); len(got) != 1 || got[0] != 1 {
		d.t.Errorf("build_info is %v", got)
	}
	if got := d.runs(); len(got) != 1 || got[0].RunID != run.Header.RunID || got[0].Changes == 0 {
		d.t.Errorf("the runs are %+v", got)
	}
}

// seriesOf are the values of the series with all parts.
func seriesOf(page string, name string, parts ...string) []float64 {
	var values []float64
	for line := range strings.Lines(page) {
		if !strings.HasPrefix(line, "quilt_auditor_"+name) || !hasLine(line, parts...) {
			continue
		}
		var value float64
		if _, err := fmt.Sscan(line[strings.LastIndexByte(line, ' ')+1:], &value); err == nil {
			values = append(values, value)
		}
	}
	return values
}

// wantExported: the file, and the one file of the directory, hold what the
// API shows, byte for byte.
func wantExported(d *served, run *audit.Run) {
	d.t.Helper()
	shown := d.get("/api/v1/findings")
	d.until("the run is exported", func() bool {
		files, _ := os.ReadDir(d.path("out/runs"))
		text, _ := os.ReadFile(d.path("out/findings.ndjson"))
		return len(files) == 1 && strings.Contains(string(text), run.Header.RunID)
	})
	if diff := cmp.Diff(shown, d.read("out/findings.ndjson")); diff != "" {
		d.t.Errorf("the file differs from the API (-api +file):\n%s", diff)
	}
	files, err := os.ReadDir(d.path("out/runs"))
	if err != nil {
		d.t.Fatal(err)
	}
	if name := files[0].Name(); !strings.HasSuffix(name, run.Header.RunID+".ndjson") || d.read("out/runs/"+name) != shown {
		d.t.Errorf("the file %s is not the run", name)
	}
}

const siteWaivers = `
waivers:
  - {check: s3-object-ownership, bucket: acme-bad, reason: until it is moved, owner: storage-team, expires: 2999-01-31}
  - {check: "*", bucket: acme-nobody, reason: none, owner: idle-team, expires: 2999-01-31}
  - {check: s3-*, account: "444455556666", reason: old, owner: late-team, expires: 2001-01-31}
  - {check: s3-bucket-policy-*, bucket: acme-bad, reason: seen, owner: other-team, expires: 2999-01-31, fingerprint: "sha256:%064d"}
`

// TestServeWaivers: what is waived is marked in every output, and the waivers
// that do nothing are told.
func TestServeWaivers(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig+"waivers_file: waivers.yaml\n")
	s.write("waivers.yaml", fmt.Sprintf(siteWaivers, 0))
	d := s.serve("--web.enable-lifecycle")
	d.until("it is ready", d.ready)
	d.ran(1)
	page := d.get("/metrics")
	for series, want := range map[string]float64{
		`findings{check="s3-object-ownership",severity="high",status="fail",account_id="444455556666",waived="true"}`:  1,
		`findings{check="s3-object-ownership",severity="high",status="fail",account_id="444455556666",waived="false"}`: 0,
		`open_findings{check="s3-object-ownership",severity="high",account_id="444455556666",waived="true"}`:           1,
		`waivers{state="active"}`:  1,
		`waivers{state="expired"}`: 1,
		`waivers{state="unused"}`:  1,
		`waivers{state="lapsed"}`:  1,
	} {
		if got, ok := metricOf(page, series); !ok || got != want {
			t.Errorf("%s is %v (%t), want %v", series, got, ok, want)
		}
	}
	if got := seriesOf(page, "waiver_expiry_timestamp_seconds{"); len(got) != 4 {
		t.Errorf("the expiries are %v", got)
	}
	for state, owner := range map[string]string{"expired": "late-team", "unused": "idle-team", "lapsed": "other-team"} {
		d.logged("level=warn", `msg="a waiver is `+state+`"`, "owner="+owner)
	}
	wantWaived(d)
	// What is no news is not told again.
	told := strings.Count(d.stderr.String(), "a waiver is")
	d.run()
	if again := strings.Count(d.stderr.String(), "a waiver is"); again != told {
		t.Errorf("%d lines tell of waivers after the first run, %d after the second", told, again)
	}
	d.stop()
}

func wantWaived(d *served) {
	d.t.Helper()
	run := d.findings()
	waived := 0
	for i := range run.Findings {
		f := &run.Findings[i]
		if !f.Waived {
			continue
		}
		waived++
		if f.Check != "s3-object-ownership" || f.Status != audit.StatusFail || f.Waiver == nil || f.Waiver.Owner != "storage-team" {
			d.t.Errorf("waived is %+v", f)
		}
	}
	if waived != 1 || run.Header.Counts.Waived != 1 {
		d.t.Errorf("%d findings are waived, the header counts %d", waived, run.Header.Counts.Waived)
	}
	if got := strings.Count(d.get("/api/v1/findings?waived=true"), `"type":"finding"`); got != 1 {
		d.t.Errorf("?waived=true gives %d findings", got)
	}
	d.until("the run is exported", func() bool {
		text, _ := os.ReadFile(d.path("out/findings.ndjson"))
		return strings.Count(string(text), `"waived":true`) == 1
	})
}

// TestServeUnread: what cannot be read is logged when it begins, not by each
// run, and closes nothing.
func TestServeUnread(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig)
	d := s.serve("--web.enable-lifecycle")
	d.ran(1)
	before := d.findings()
	s.aws.SetRules(awsfake.Rule{Match: awsfake.Match{Operation: "GetBucketOwnershipControls"}, Fault: awsfake.AccessDenied})
	d.run()
	d.run()
	if n := strings.Count(d.stderr.String(), `msg="could not read"`); n != 2 {
		t.Errorf("%d lines tell what could not be read, want one for each region\n%s", n, d.stderr)
	}
	const open = `open_findings{check="s3-object-ownership",severity="high",account_id="444455556666",waived="false"}`
	if got := d.metric(open); got != 1 {
		t.Errorf("%v failures are open, want the one that cannot be read any more", got)
	}
	s.aws.SetRules()
	d.run()
	d.logged(`msg="finding regained"`, "resource=arn:aws:s3:::acme-bad")
	wantSameAges(t, before, d.findings())
	d.stop()
}

// wantSameAges: the findings are what they were, since when they were.
func wantSameAges(t testing.TB, before, after *audit.Run) {
	t.Helper()
	type age struct {
		Status, Known                 audit.Status
		FirstSeen, StatusSince, Since time.Time
	}
	ages := func(run *audit.Run) map[string]age {
		m := map[string]age{}
		for i := range run.Findings {
			f := &run.Findings[i]
			m[f.Check+" "+f.Resource] = age{f.Status, f.Known.Status, f.FirstSeen, f.StatusSince, f.Known.Since}
		}
		return m
	}
	is := ages(after)
	for name, was := range ages(before) {
		got := is[name]
		if was.Status == got.Status && got.StatusSince.After(was.StatusSince) && got.Status != audit.StatusUnknown {
			got.StatusSince = was.StatusSince // it was unknown in between
		}
		if got != was {
			t.Errorf("%s: %+v, was %+v", name, got, was)
		}
	}
	if len(is) != len(before.Findings) {
		t.Errorf("%d findings, were %d", len(is), len(before.Findings))
	}
}
