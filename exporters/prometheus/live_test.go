package prometheus

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestKnownSeriesStartAtZero(t *testing.T) {
	t.Parallel()
	all := seriesOf(t, scraped(t, New(Options{Formats: []string{"json", "csv"}, Version: "1.2.0"})))
	for _, name := range []string{
		`runs_total{result="success"}`, `runs_total{result="partial"}`, `runs_total{result="error"}`, `runs_total{result="skipped"}`,
		`run_in_progress{}`, `run_last_success_timestamp_seconds{}`, `schedule_interval_seconds{}`, `run_duration_seconds{}`,
		`store_write_failures_total{}`, `export_failures_total{format="json"}`, `export_failures_total{format="csv"}`,
		`config_last_reload_successful{}`, `config_last_reload_success_timestamp_seconds{}`,
	} {
		if value, shown := all[namespace+name]; !shown || value != 0 {
			t.Errorf("%s is %v (%v), want 0", name, value, shown)
		}
	}
	for at, value := range only(all, "build_info") {
		if value != 1 || !strings.Contains(at, `version="1.2.0"`) {
			t.Errorf("build_info%s is %v", at, value)
		}
	}
}

func TestRuns(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	inProgress := func(want float64) {
		t.Helper()
		if got := seriesOf(t, scraped(t, e))[namespace+"run_in_progress{}"]; got != want {
			t.Errorf("run_in_progress is %v, want %v", got, want)
		}
	}
	for _, result := range []string{"success", "success", "partial", "error", "some other"} {
		inProgress(0)
		e.RunStarted()
		inProgress(1)
		e.RunEnded(result, time.Second)
	}
	e.RunSkipped()
	inProgress(0)
	all := seriesOf(t, scraped(t, e))
	want := map[string]float64{`{result="success"}`: 2, `{result="partial"}`: 1, `{result="error"}`: 2, `{result="skipped"}`: 1}
	if diff := cmp.Diff(want, only(all, "runs_total")); diff != "" {
		t.Errorf("runs_total (-want +got):\n%s", diff)
	}
	if got := all[namespace+"run_duration_seconds{}"]; got != 5 {
		t.Errorf("run_duration_seconds counts %v, want 5: skipped runs have none", got)
	}
}

func TestFailedReloadKeepsTheTime(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	e.Reloaded(true, takenAt)
	e.Reloaded(false, takenAt.Add(time.Hour))
	all := seriesOf(t, scraped(t, e))
	if all[namespace+"config_last_reload_successful{}"] != 0 ||
		all[namespace+"config_last_reload_success_timestamp_seconds{}"] != float64(takenAt.Unix()) {
		t.Errorf("got %v", only(all, "config_last_reload_success_timestamp_seconds"))
	}
}

func TestAWSRequests(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	e.AWSRequest("s3", "GetBucketPolicy", "", false, time.Second)
	e.AWSRequest("s3", "GetBucketPolicy", "SlowDown", true, time.Second)
	e.AWSRequest("iam", "GetRole", "\xff", false, time.Second)
	e.AWSRequest("iam", "GetRole", "\xfe", false, time.Second) // the same once it is UTF-8
	e.AWSRequest("iam", "GetRole", strings.Repeat("x", maxCodeLength+1), false, time.Second)
	all := seriesOf(t, scraped(t, e))
	want := map[string]float64{
		`{code="OK",operation="GetBucketPolicy",service="s3"}`:        1,
		`{code="SlowDown",operation="GetBucketPolicy",service="s3"}`:  1,
		`{code="` + "\uFFFD" + `",operation="GetRole",service="iam"}`: 2,
		`{code="other",operation="GetRole",service="iam"}`:            1,
	}
	if diff := cmp.Diff(want, counted(only(all, "aws_requests_total"))); diff != "" {
		t.Errorf("aws_requests_total (-want +got):\n%s", diff)
	}
	want = map[string]float64{`{code="SlowDown",operation="GetBucketPolicy",service="s3"}`: 1}
	if diff := cmp.Diff(want, counted(only(all, "aws_throttles_total"))); diff != "" {
		t.Errorf("aws_throttles_total (-want +got):\n%s", diff)
	}
	want = map[string]float64{`{service="s3"}`: 2, `{service="iam"}`: 3}
	if diff := cmp.Diff(want, counted(only(all, "aws_request_duration_seconds"))); diff != "" {
		t.Errorf("aws_request_duration_seconds (-want +got):\n%s", diff)
	}
}

// counted are the series that are above 0.
func counted(series map[string]float64) map[string]float64 {
	maps.DeleteFunc(series, func(_ string, value float64) bool { return value == 0 })
	return series
}

// Whoever answers at an endpoint chooses the error codes; the series stay few.
func TestErrorCodesAreBounded(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	const requests = 10 * maxCodes
	for i := range requests {
		e.AWSRequest("s3", "GetObject", fmt.Sprintf("Code%d", i), false, time.Second)
	}
	e.AWSRequest("s3", "GetObject", "Code0", false, time.Second)
	got := counted(only(seriesOf(t, scraped(t, e)), "aws_requests_total"))
	const throttles = 4 // the codes that are known before
	if len(got) != maxCodes-throttles+1 || got[`{code="other",operation="GetObject",service="s3"}`] != requests-maxCodes+throttles ||
		got[`{code="Code0",operation="GetObject",service="s3"}`] != 2 {
		t.Errorf("there are %d series, other counts %v", len(got), got[`{code="other",operation="GetObject",service="s3"}`])
	}
}
