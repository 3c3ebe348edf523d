package promqltest

import (
	"bytes"
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"
)

// Rule is one of a rule file: a record, or else an alert.
type Rule struct {
	Alert       string            `yaml:"alert"`
	Record      string            `yaml:"record"`
	Expr        string            `yaml:"expr"`
	For         string            `yaml:"for"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

// Rules reads a file that has one group, in the order of evaluation. More
// than one are refused: what a rule uses another group would record later.
func Rules(file string) ([]Rule, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var read struct {
		Groups []struct {
			Name  string `yaml:"name"`
			Rules []Rule `yaml:"rules"`
		} `yaml:"groups"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&read); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(read.Groups) != 1 {
		return nil, fmt.Errorf("%s has %d groups", file, len(read.Groups))
	}
	return read.Groups[0].Rules, nil
}

// WithRules is what a Prometheus has that also evaluates the rules of the
// file. They are checked on the way.
func WithRules(file string) (*Vocabulary, error) {
	v, err := New()
	if err != nil {
		return nil, err
	}
	rules, err := Rules(file)
	if err != nil {
		return nil, err
	}
	for _, r := range rules {
		if r.Record != "" {
			err = v.Record(r.Record, r.Expr, r.Labels)
		} else {
			_, err = v.Alert(r.Expr, r.Labels)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %s%s: %w", file, r.Record, r.Alert, err)
		}
	}
	return v, nil
}
