package prometheus

import (
	"sync"

	client "github.com/prometheus/client_golang/prometheus"
)

// maxLabels is the most labels that a live metric has.
const maxLabels = 3

// series are those of one live metric, by the values of its labels. Unlike a
// vector of client_golang, which is locked while it is collected, it never
// makes somebody who counts wait for a scrape.
type series[M client.Metric] struct {
	labels []string
	create func(client.Labels) M
	known  sync.Map // M by [maxLabels]string
}

// with is the series with these values of the labels.
func (s *series[M]) with(values ...string) M {
	var key [maxLabels]string
	for i, value := range values {
		key[i] = validUTF8(value)
	}
	if known, ok := s.known.Load(key); ok {
		return known.(M)
	}
	labels := client.Labels{}
	for i, name := range s.labels {
		labels[name] = key[i]
	}
	known, _ := s.known.LoadOrStore(key, s.create(labels))
	return known.(M)
}

// Describe tells nothing: which series there will be is not known.
func (s *series[M]) Describe(chan<- *client.Desc) {}

// Collect sends every series there is.
func (s *series[M]) Collect(ch chan<- client.Metric) {
	s.known.Range(func(_, known any) bool {
		ch <- known.(M)
		return true
	})
}
