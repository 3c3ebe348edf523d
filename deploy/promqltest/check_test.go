package promqltest

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// sample has, beside what the exporter has, a metric, a histogram and records.
func sample(t *testing.T) *Vocabulary {
	t.Helper()
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	v.metric("asked", []string{"service", "code"}, true)
	if err := v.Record("level:asked:sum", `sum without (code) (asked{job="j"})`, map[string]string{"added": "x"}); err != nil {
		t.Fatal(err)
	}
	if err := v.Record("level:asked:last", `last_over_time(level:asked:last[1d]) and on (job) up{job="j"} or sum by (job) (asked{job="j"})`, nil); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestLabelsOfResults(t *testing.T) {
	t.Parallel()
	v := sample(t)
	for _, test := range []struct{ expr, want string }{
		{`asked{job="j"}`, "code instance job pod service"},
		{`level:asked:sum`, "added instance job pod service"},
		{`level:asked:last`, "job"},
		{`sum by (code) (asked{job="j"})`, "code"},
		{`max without (instance, pod) (asked{job="j"})`, "code job service"},
		{`topk by (code) (1, asked{job="j"})`, "code instance job pod service"},
		{`vector(1)`, ""},
		{`1 - time()`, ""},
		{`-(asked{job="j"})`, "code instance job pod service"},
		{`asked{job="j"} > scalar(up{job="j"})`, "code instance job pod service"},
		{`asked{job="j"} / on (job) up{job="j"}`, "job"},
		{`asked{job="j"} / ignoring (code) asked{job="j"}`, "instance job pod service"},
		{`up{job="j"} * on (job) group_left (code) asked{job="j"}`, "code instance job pod"},
		{`asked{job="j"} * on (job) group_right (code) up{job="j"}`, "code instance job pod"},
		{`sum by (code) (asked{job="j"}) or sum by (job) (asked{job="j"})`, "code job"},
		{`sum by (code) (asked{job="j"}) unless on () up{job="j"}`, "code"},
		{`max_over_time(sum by (code) (asked{job="j"})[1h:1m])`, "code"},
		{`histogram_quantile(0.9, sum by (le, code) (rate(asked_bucket{job="j"}[5m])))`, "code"},
		{`label_join(sum by (code) (asked{job="j"}), "shown", " ", "code")`, "code shown"},
		{`sum by (shown) (label_replace(up{job="j"}, "shown", "$1", "instance", "(.*)"))`, "shown"},
	} {
		got, err := v.Check(test.expr)
		if err != nil {
			t.Error(err)
		}
		if names := strings.Join(slices.Sorted(maps.Keys(got)), " "); names != test.want {
			t.Errorf("%s: labels %q, want %q", test.expr, names, test.want)
		}
	}
}

func TestWhatIsWrongIsFound(t *testing.T) {
	t.Parallel()
	v := sample(t)
	for _, test := range []struct{ expr, want string }{
		{`sum(`, "parse error"},
		{`asekd{job="j"}`, "there is no asekd"},
		{`asked`, "asked without the job"},
		{`level:asked:sum{code=""}`, "level:asked:sum has no label code"},
		{`asked{job="j", kode="x"}`, "asked has no label kode"},
		{`sum by (kode) (asked{job="j"})`, "sum has no label kode"},
		{`sum by (code) (sum by (job) (asked{job="j"}))`, "sum has no label code"},
		{`sum without (kode) (asked{job="j"})`, "sum has no label kode"},
		{`level:asked:sum / on (code) asked{job="j"}`, "the left of / has no label code"},
		{`up{job="j"} and on (code) asked{job="j"}`, "the left of and has no label code"},
		{`asked{job="j"} and on (code) up{job="j"}`, "the right of and has no label code"},
		{`up{job="j"} or ignoring (kode) asked{job="j"}`, "either side of or has no label kode"},
		{`up{job="j"} * on (job) group_left (kode) asked{job="j"}`, "has no label kode"},
		{`asked{job="j"} * on (job) group_right (kode) up{job="j"}`, "has no label kode"},
		{`histogram_quantile(0.9, sum by (code) (rate(asked_bucket{job="j"}[5m])))`, "histogram_quantile has no label le"},
		{`topk(scalar(nothing), up{job="j"})`, "there is no nothing"},
		{`quilt_auditor_findings{job="j", status="failed"}`, `status is never "failed"`},
		{`quilt_auditor_findings{job="j", severity=~"high|worst"}`, `severity is never "worst"`},
		{`quilt_auditor_waivers{job="j", state!="over"}`, `state is never "over"`},
		{`quilt_auditor_runs_total{job="j", result="ok"}`, `result is never "ok"`},
		{`quilt_auditor_open_findings{job="j", waived="no"}`, `waived is never "no"`},
	} {
		if _, err := v.Check(test.expr); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", test.expr, err, test.want)
		}
	}
}

func TestByHandNoJobIsWanted(t *testing.T) {
	t.Parallel()
	v := sample(t)
	if _, err := v.CheckByHand(`asked{code="OK"}`); err != nil {
		t.Error(err)
	}
	if _, err := v.CheckByHand(`asked{kode="OK"}`); err == nil {
		t.Error("a label that is not there is found")
	}
}

func TestAlerts(t *testing.T) {
	t.Parallel()
	v := sample(t)
	made, err := v.Alert(`sum by (code) (asked{job="j"}) > 1`, map[string]string{"severity": "warning"})
	if err != nil || !maps.Equal(made, Labels{"code": true}) {
		t.Errorf("its templates have %v, %v", made, err)
	}
	if _, err := v.Check(`count by (alertname, severity, code) (ALERTS{alertstate="firing"})`); err != nil {
		t.Error(err)
	}
	if _, err := v.Check(`ALERTS{service="s3"}`); err == nil {
		t.Error("ALERTS has a label that no alert has")
	}
}

func TestVocabularyHasWhatAPageHas(t *testing.T) {
	t.Parallel()
	v := sample(t)
	for name, want := range map[string]string{
		"quilt_auditor_evaluated_ratio": "account_id check", "quilt_auditor_run_duration_seconds_bucket": "le",
		"quilt_auditor_runs_total": "result", "go_goroutines": "", "process_start_time_seconds": "", "up": "",
	} {
		if got := strings.Join(slices.Sorted(maps.Keys(v.LabelsOf(name))), " "); !v.Has(name) || got != want {
			t.Errorf("%s has the labels %q, want %q", name, got, want)
		}
	}
}
