package promqltest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
)

// Labels are the labels that a series can have. nil stands for any: those of
// a record that uses itself, before they are known.
type Labels map[string]bool

func labels(lists ...[]string) Labels {
	l := Labels{}
	for _, list := range lists {
		for _, name := range list {
			l[name] = true
		}
	}
	return l
}

// or are the labels of either: of the other one, where these are not known.
func (l Labels) or(other Labels) Labels {
	if l == nil {
		return other
	}
	all := maps.Clone(l)
	maps.Copy(all, other)
	return all
}

// Target are the labels that Prometheus gives every series of a target: pod
// where it discovers targets in Kubernetes.
func Target() []string { return []string{"job", "instance", "pod"} }

// kind is where a series comes from.
type kind int

const (
	scraped  kind = iota // a page of the auditor, or the scrape of it
	recorded             // a rule
	alerting             // ALERTS, which Prometheus makes
)

type series struct {
	kind   kind
	labels Labels
}

// Vocabulary is which series there are.
type Vocabulary struct {
	series map[string]series
	parser parser.Parser
}

// New is what a Prometheus has that scrapes the auditor and knows no rule:
// every metric that a page of it can show, with the go_* and process_* of
// this machine, and what Prometheus tells of the scrape.
func New() (*Vocabulary, error) {
	v := &Vocabulary{series: map[string]series{}, parser: parser.NewParser(parser.Options{})}
	for _, name := range []string{"up", "scrape_duration_seconds", "scrape_samples_scraped"} {
		v.scrape(name, nil)
	}
	for _, m := range prometheus.Metrics() {
		v.metric(m.Name, m.Labels, m.Type == prometheus.Histogram)
	}
	page := httptest.NewRecorder()
	prometheus.New(prometheus.Options{}).ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	text := expfmt.NewTextParser(model.LegacyValidation)
	families, err := text.TextToMetricFamilies(page.Body)
	if err != nil {
		return nil, fmt.Errorf("reading a page of the exporter: %w", err)
	}
	for name, family := range families {
		var names []string
		for _, pair := range family.GetMetric()[0].GetLabel() {
			names = append(names, pair.GetName())
		}
		if _, is := v.series[name]; !is {
			v.metric(name, names, false)
		}
	}
	return v, nil
}

func (v *Vocabulary) metric(name string, names []string, histogram bool) {
	v.scrape(name, names)
	if histogram {
		v.scrape(name+"_count", names)
		v.scrape(name+"_sum", names)
		v.scrape(name+"_bucket", append([]string{"le"}, names...))
	}
}

func (v *Vocabulary) scrape(name string, names []string) {
	v.series[name] = series{scraped, labels(names, Target())}
}

// Has reports whether there is a series of that name.
func (v *Vocabulary) Has(name string) bool {
	_, is := v.series[name]
	return is
}

// LabelsOf are those of the series of that name, without those of a target.
func (v *Vocabulary) LabelsOf(name string) Labels {
	l := maps.Clone(v.series[name].labels)
	for _, target := range Target() {
		delete(l, target)
	}
	return l
}

// EveryLabel are the labels of all of them.
func (v *Vocabulary) EveryLabel() Labels {
	every := Labels{}
	for _, s := range v.series {
		maps.Copy(every, s.labels)
	}
	return every
}

// Record adds what a recording rule makes. The rule may use itself: as it was
// an evaluation before.
func (v *Vocabulary) Record(name, expr string, added map[string]string) error {
	v.series[name] = series{kind: recorded}
	made, err := v.Check(expr)
	for label := range added {
		made = made.or(Labels{label: true})
	}
	v.series[name] = series{recorded, made}
	return err
}

// Alert adds what Prometheus makes of an alerting rule, in ALERTS, and returns
// the labels that its templates can use.
func (v *Vocabulary) Alert(expr string, added map[string]string) (Labels, error) {
	made, err := v.Check(expr)
	all := made.or(Labels{"alertname": true, "alertstate": true})
	for label := range added {
		all[label] = true
	}
	all = all.or(v.series["ALERTS"].labels)
	v.series["ALERTS"] = series{alerting, all}
	return made, err
}
