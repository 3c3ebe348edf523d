package prometheus

import (
	"strconv"
	"strings"
)

// namespace starts the name of every metric of the auditor's own.
const namespace = "quilt_auditor_"

// Type is the type of a metric, as the text format spells it.
type Type string

// The types in use.
const (
	Gauge     Type = "gauge"
	Counter   Type = "counter"
	Histogram Type = "histogram"
)

// Metric describes one metric of the page: a family of series with the same
// name and label names.
type Metric struct {
	Name   string
	Type   Type
	Help   string
	Labels []string // of every series of it, in this order
}

// Metrics lists every metric of the auditor's own that a page can show: first
// what runs found, then what the process tells of itself. The go_* and
// process_* metrics of client_golang, which every page has too, are not
// listed.
func Metrics() []Metric {
	var list []Metric
	for _, f := range runFamilies() {
		list = append(list, f.Metric)
	}
	return append(list, liveMetrics()...)
}

func gauge(name, help string, labels ...string) Metric {
	return Metric{Name: namespace + name, Type: Gauge, Help: help, Labels: labels}
}

func counter(name, help string, labels ...string) Metric {
	return Metric{Name: namespace + name, Type: Counter, Help: help, Labels: labels}
}

func histogram(name, help string, labels ...string) Metric {
	return Metric{Name: namespace + name, Type: Histogram, Help: help, Labels: labels}
}

// appendHead appends the HELP and TYPE lines.
func (m *Metric) appendHead(b []byte) []byte {
	b = append(append(append(b, "# HELP "...), m.Name...), ' ')
	b = append(append(b, m.Help...), '\n')
	b = append(append(append(b, "# TYPE "...), m.Name...), ' ')
	return append(append(b, m.Type...), '\n')
}

// appendLabels appends the labels with these values, in the order of
// m.Labels, as they stand between name and value of a series.
func (m *Metric) appendLabels(b []byte, values []string) []byte {
	for i, name := range m.Labels {
		separator := byte(',')
		if i == 0 {
			separator = '{'
		}
		b = append(append(append(b, separator), name...), `="`...)
		b = append(appendEscaped(b, values[i]), '"')
	}
	if len(m.Labels) > 0 {
		b = append(b, '}')
	}
	return b
}

// appendEscaped appends a label value as the text format 0.0.4 wants it:
// backslash, double quote and line feed escaped, and all of it UTF-8.
func appendEscaped(b []byte, value string) []byte {
	value = validUTF8(value)
	for i := range len(value) {
		switch c := value[i]; c {
		case '\\', '"':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, `\n`...)
		default:
			b = append(b, c)
		}
	}
	return b
}

// validUTF8 is the text with what is not UTF-8 replaced by U+FFFD. One label
// value that is not UTF-8 would make Prometheus refuse the whole page.
func validUTF8(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// appendValue appends the value without an exponent, so that counts and
// timestamps can be read by eye.
func appendValue(b []byte, value float64) []byte {
	return strconv.AppendFloat(b, value, 'f', -1, 64)
}
