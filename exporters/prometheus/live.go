package prometheus

import (
	client "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/version"
)

// live is what the process tells of itself, in a registry of its own.
type live struct {
	registry *client.Registry

	lastSuccess, interval, inProgress client.Gauge
	runs                              *series[client.Counter]
	runDuration                       *series[client.Histogram]
	checkDuration, collectorDuration  *series[client.Histogram]

	codes                      codes
	awsRequests, awsThrottles  *series[client.Counter]
	awsDuration                *series[client.Histogram]
	storeFailures              *series[client.Counter]
	exportFailures             *series[client.Counter]
	reloadSuccessful, reloaded client.Gauge
}

// newLive registers everything. What is known in advance starts at 0.
func newLive(o Options) *live {
	r := newRegistrar()
	l := &live{
		registry:          client.NewRegistry(),
		lastSuccess:       r.gauge("run_last_success_timestamp_seconds", nil),
		interval:          r.gauge("schedule_interval_seconds", nil),
		inProgress:        r.gauge("run_in_progress", nil),
		runs:              r.counters("runs_total"),
		runDuration:       r.histograms("run_duration_seconds", 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200),
		checkDuration:     r.histograms("check_duration_seconds", 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60),
		collectorDuration: r.histograms("collector_duration_seconds", 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600),
		awsRequests:       r.counters("aws_requests_total"),
		awsThrottles:      r.counters("aws_throttles_total"),
		awsDuration:       r.histograms("aws_request_duration_seconds", 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
		storeFailures:     r.counters("store_write_failures_total"),
		exportFailures:    r.counters("export_failures_total"),
		reloadSuccessful:  r.gauge("config_last_reload_successful", nil),
		reloaded:          r.gauge("config_last_reload_success_timestamp_seconds", nil),
	}
	r.gauge("build_info", buildLabels(o.Version)).Set(1)
	l.registry.MustRegister(append(r.all, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})))
	for _, result := range []string{resultSuccess, resultPartial, resultError, resultSkipped} {
		l.runs.with(result)
	}
	for _, format := range o.Formats {
		l.exportFailures.with(format)
	}
	l.runDuration.with()
	l.storeFailures.with()
	l.known(o.Checks)
	return l
}

// buildLabels are those which the version collector of client_golang has.
func buildLabels(productVersion string) client.Labels {
	return client.Labels{
		"branch": version.Branch, "goarch": version.GoArch, "goos": version.GoOS, "goversion": version.GoVersion,
		"revision": version.GetRevision(), "tags": version.GetTags(), "version": validUTF8(productVersion),
	}
}

// together are collectors that a registry takes for one. It would start
// goroutines for several and yield to all that wants to run, which in a run
// makes a scrape wait once more than it has to.
type together []client.Collector

// Describe tells nothing: which series there will be is not known.
func (t together) Describe(chan<- *client.Desc) {}

// Collect sends what each collects.
func (t together) Collect(ch chan<- client.Metric) {
	for _, c := range t {
		c.Collect(ch)
	}
}

// registrar makes live metrics as liveMetrics describes them.
type registrar struct {
	all     together
	metrics map[string]Metric
}

func newRegistrar() *registrar {
	r := &registrar{metrics: map[string]Metric{}}
	for _, m := range liveMetrics() {
		r.metrics[m.Name] = m
	}
	return r
}

func (r *registrar) gauge(name string, labels client.Labels) client.Gauge {
	m := r.metrics[namespace+name]
	g := client.NewGauge(client.GaugeOpts{Name: m.Name, Help: m.Help, ConstLabels: labels})
	r.all = append(r.all, g)
	return g
}

func (r *registrar) counters(name string) *series[client.Counter] {
	m := r.metrics[namespace+name]
	s := &series[client.Counter]{labels: m.Labels, create: func(labels client.Labels) client.Counter {
		return client.NewCounter(client.CounterOpts{Name: m.Name, Help: m.Help, ConstLabels: labels})
	}}
	r.all = append(r.all, s)
	return s
}

func (r *registrar) histograms(name string, bounds ...float64) *series[client.Histogram] {
	m := r.metrics[namespace+name]
	s := &series[client.Histogram]{labels: m.Labels, create: func(labels client.Labels) client.Histogram {
		return client.NewHistogram(client.HistogramOpts{Name: m.Name, Help: m.Help, ConstLabels: labels, Buckets: bounds})
	}}
	r.all = append(r.all, s)
	return s
}
