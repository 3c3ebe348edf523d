package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// WaiversOptions says what LoadWaivers reads.
type WaiversOptions struct {
	// File is the path of the YAML file.
	File string
	// CheckIDs are the IDs of all checks there are, of which each waiver must
	// name at least one.
	CheckIDs []string
	// Now, if set, is when to warn of waivers that have expired. A run judges
	// that by its own time.
	Now time.Time
}

// waivers is the waivers file.
type waivers struct {
	Waivers []audit.Waiver `json:"waivers"`
}

// LoadWaivers reads and validates a waivers file; the waivers are in its
// order. The error is an *Error, with everything that is wrong, unless the
// file cannot be read at all. The warnings are given in either case.
func LoadWaivers(o WaiversOptions) ([]audit.Waiver, []Warning, error) {
	if o.File == "" {
		return nil, nil, errors.New("no waivers file is named: set waivers_file")
	}
	data, err := os.ReadFile(o.File)
	if err != nil {
		return nil, nil, fmt.Errorf("read the waivers: %w; create the file, or take waivers_file out of the configuration", err)
	}
	return loadWaivers(data, o)
}

// loadWaivers is LoadWaivers after the file has been read.
func loadWaivers(data []byte, o WaiversOptions) ([]audit.Waiver, []Warning, error) {
	r := newReport(o.File)
	p := &yamlParser{shape: shapeOf(reflect.TypeFor[waivers]()), report: r, dates: true, merges: map[*yaml.Node]bool{}}
	values, err := p.Unmarshal(data)
	if err != nil {
		return nil, r.warned(), err
	}
	checkExpiries(r, values)
	var file waivers
	if err := decode(values, &file); err != nil {
		return nil, r.warned(), fmt.Errorf("decode the waivers %s: %w", o.File, err)
	}
	(&waiverValidator{validator: validator{report: r, checks: o.CheckIDs}, now: o.Now, listed: map[string]place{}}).validate(file.Waivers)
	if err := r.err(); err != nil {
		return nil, r.warned(), err
	}
	return file.Waivers, r.warned(), nil
}

// checkExpiries notes the dates that are none, and takes them out.
func checkExpiries(r *report, values map[string]any) {
	list, _ := values["waivers"].([]any)
	for i, item := range list {
		waiver, _ := item.(map[string]any)
		text, given := waiver["expires"].(string)
		if !given {
			continue
		}
		var date audit.Date
		if err := date.UnmarshalText([]byte(text)); err != nil {
			r.broken(place("waivers").item(i).key("expires"), "%v", err)
			delete(waiver, "expires")
		}
	}
}
