package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCommittedIsGenerated: what Grafana is given is what this package makes.
func TestCommittedIsGenerated(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range dashboards() {
		want, err := d.encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what is generated: go generate ./deploy/grafana", name)
		}
		files = slices.DeleteFunc(files, func(f string) bool { return f == name })
	}
	if len(files) > 0 {
		t.Errorf("nothing generates %v", files)
	}
}

// read is a dashboard as Grafana reads it: what is not known of its panels is
// kept as it is.
type read struct {
	dashboard
	Panels []readPanel `json:"panels"`
}

type readPanel struct {
	panel
	Options json.RawMessage `json:"options"`
}

// eachDashboard reads the committed files.
func eachDashboard(t *testing.T, do func(t *testing.T, d *read)) {
	t.Helper()
	for name := range dashboards() {
		t.Run(strings.TrimSuffix(name, ".json"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var d read
			if err := json.Unmarshal(text, &d); err != nil {
				t.Fatal(err)
			}
			do(t, &d)
		})
	}
}
