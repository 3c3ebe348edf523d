package prometheus

import (
	"maps"
	"slices"
)

// samples are the values of one metric by the text of their labels, so that
// no two series of a page can have the same labels, whatever a run holds.
type samples struct {
	metric *Metric
	values map[string]float64
	text   []byte
}

// labels is the text of the labels with these values, which are in the order
// of the metric's.
func (s *samples) labels(values ...string) string {
	s.text = s.metric.appendLabels(s.text[:0], values)
	return string(s.text)
}

// add adds to the sample with these labels, which starts at 0.
func (s *samples) add(value float64, labels ...string) { s.values[s.labels(labels...)] += value }

// first sets the sample unless it is set: the first one counts.
func (s *samples) first(value float64, labels ...string) {
	at := s.labels(labels...)
	if _, set := s.values[at]; !set {
		s.values[at] = value
	}
}

// least lowers the sample to the value, or sets it.
func (s *samples) least(value float64, labels ...string) {
	at := s.labels(labels...)
	if old, set := s.values[at]; !set || value < old {
		s.values[at] = value
	}
}

// most raises the sample to the value, or sets it.
func (s *samples) most(value float64, labels ...string) {
	at := s.labels(labels...)
	if old, set := s.values[at]; !set || value > old {
		s.values[at] = value
	}
}

// room is at least the length of what append appends.
func (s *samples) room() int {
	const value = len(" -62135596800.123\n") // the zero Time; counts are shorter
	n := len("# HELP  \n# TYPE  histogram\n") + 2*len(s.metric.Name) + len(s.metric.Help)
	for labels := range s.values {
		n += len(s.metric.Name) + len(labels) + value
	}
	return n
}

// append appends the metric, sorted by labels; nothing if it has no series.
func (s *samples) append(b []byte) []byte {
	if len(s.values) == 0 {
		return b
	}
	b = s.metric.appendHead(b)
	for _, labels := range slices.Sorted(maps.Keys(s.values)) {
		b = append(append(append(b, s.metric.Name...), labels...), ' ')
		b = append(appendValue(b, s.values[labels]), '\n')
	}
	return b
}
