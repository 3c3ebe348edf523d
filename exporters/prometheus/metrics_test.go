package prometheus

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// busy is an exporter with a run on its page and every live metric in use.
func busy(t testing.TB) *Exporter {
	t.Helper()
	e := New(Options{MaxFindings: 100, Checks: catalogue(), Formats: []string{"json"}, Version: "1.2.0"})
	if err := e.Publish(t.Context(), fullRun()); err != nil {
		t.Fatal(err)
	}
	e.RunStarted()
	e.RunEnded("success", 90*time.Second)
	e.RunSkipped()
	e.Succeeded(takenAt)
	e.ScheduleInterval(15 * time.Minute)
	e.CheckTook(ownership, time.Second)
	e.CollectorTook("s3", time.Minute)
	e.AWSRequest("s3", "GetBucketPolicy", "", false, 50*time.Millisecond)
	e.AWSRequest("s3", "GetBucketPolicy", "SlowDown", true, 50*time.Millisecond)
	e.StoreWriteFailed()
	e.ExportFailed("json")
	e.Reloaded(true, takenAt)
	return e
}

// The page shows what Metrics lists, with these types, texts and labels, and
// nothing else of its own.
func TestPageShowsTheMetrics(t *testing.T) {
	t.Parallel()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(scraped(t, busy(t))))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range Metrics() {
		family := families[m.Name]
		if family == nil {
			t.Errorf("%s is not on the page", m.Name)
			continue
		}
		delete(families, m.Name)
		if got := strings.ToLower(family.GetType().String()); got != string(m.Type) || family.GetHelp() != m.Help {
			t.Errorf("%s is a %s: %q; want a %s: %q", m.Name, got, family.GetHelp(), m.Type, m.Help)
		}
		for _, series := range family.GetMetric() {
			var labels []string
			for _, l := range series.GetLabel() {
				labels = append(labels, l.GetName())
			}
			if want := slices.Sorted(slices.Values(m.Labels)); !slices.Equal(slices.Sorted(slices.Values(labels)), want) {
				t.Errorf("%s has the labels %v, want %v", m.Name, labels, want)
			}
		}
	}
	others := map[string]bool{}
	for name := range families {
		prefix, _, _ := strings.Cut(name, "_")
		if others[prefix] = true; prefix != "go" && prefix != "process" {
			t.Errorf("%s is on the page and not in Metrics", name)
		}
	}
	if !others["go"] || !others["process"] {
		t.Errorf("of go and process metrics there are only %v", others)
	}
}

func TestMetricsAreDescribed(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, m := range Metrics() {
		if seen[m.Name] {
			t.Errorf("%s is listed twice", m.Name)
		}
		seen[m.Name] = true
		if !strings.HasSuffix(m.Help, ".") || strings.ContainsAny(m.Help, "\\\n") {
			t.Errorf("%s: the text has to be whole sentences that need no escape: %q", m.Name, m.Help)
		}
		if len(m.Labels) > maxLabels && slices.ContainsFunc(liveMetrics(), func(l Metric) bool { return l.Name == m.Name && m.Type != Gauge }) {
			t.Errorf("%s has more than %d labels", m.Name, maxLabels)
		}
	}
}

func TestLint(t *testing.T) {
	t.Parallel()
	problems, err := testutil.GatherAndLint(busy(t).registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}
