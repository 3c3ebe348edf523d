// Command grafana writes the dashboards, which Grafana reads as JSON, into the
// directory that it is started in:
//
//	go generate ./deploy/grafana
//
// A dashboard is written here rather than exported from Grafana, so that what
// all panels share (how unknown looks, how accounts get their names, what is
// linked) is written once, and tests can ask Prometheus every query.
package main

import (
	"fmt"
	"os"
)

//go:generate go run .

func main() {
	for name, d := range dashboards() {
		if err := write(name, d); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// dashboards are all of them by the name of their file.
func dashboards() map[string]*dashboard {
	return map[string]*dashboard{"posture.json": posture(), "auditor.json": auditor()}
}

func write(name string, d *dashboard) error {
	text, err := d.encode()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.WriteFile(name, text, 0o644)
}
