package main

import (
	"bytes"
	"context"
	"encoding/csv"
	stdjson "encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/config"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

// TestFormatsAreOneList holds that what the configuration takes can be
// written, and that every place that lists formats lists them all.
func TestFormatsAreOneList(t *testing.T) {
	t.Parallel()
	for _, format := range config.Formats() {
		write, extension, err := streamWriter(format)
		if err != nil || write == nil || extension == "" {
			t.Errorf("%s: extension %q, %v", format, extension, err)
		}
		if !strings.Contains(outputUsage, format) || !strings.Contains(string(config.Example()), format) || !strings.Contains(string(config.Schema()), `"`+format+`"`) {
			t.Errorf("%s is not in the help, the example or the schema", format)
		}
	}
	if _, _, err := streamWriter("pdf"); err == nil {
		t.Error("there is a format pdf")
	}
	completed := command(t, nil, "__complete", "audit", "--output", "").want(t, exitClean).stdout
	for _, format := range outputFormats() {
		if !slices.Contains(strings.Fields(completed), format) {
			t.Errorf("%s is not completed", format)
		}
	}
}

// sampleFindings is how many findings the sample estate has.
func sampleFindings(t *testing.T) int {
	t.Helper()
	s, err := testdata.Sample(time.Now(), checkIDs(checks.All()))
	if err != nil {
		t.Fatal(err)
	}
	return len(audit.Evaluate(s, checks.All()))
}

// TestOutputs reads every format of the sample estate back, and counts.
func TestOutputs(t *testing.T) {
	t.Parallel()
	want := sampleFindings(t)
	for format, count := range map[string]func(text string) (int, error){
		"ocsf": func(text string) (int, error) { return strings.Count(text, `"class_uid":2003`), nil },
		"sarif": func(text string) (int, error) {
			var log struct {
				Runs []struct {
					Results []stdjson.RawMessage `json:"results"`
				} `json:"runs"`
			}
			err := stdjson.Unmarshal([]byte(text), &log)
			if err != nil {
				return 0, err
			}
			return len(log.Runs[0].Results), nil
		},
		"csv": func(text string) (int, error) {
			rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
			return len(rows) - 1, err
		},
		"junit": func(text string) (int, error) {
			return strings.Count(text, "<testcase ") - 1, xml.Unmarshal([]byte(text), new(struct{}))
		},
	} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			text := command(t, nil, "demo", "--once", "--output", format).want(t, exitClean).stdout
			if got, err := count(text); got != want || err != nil {
				t.Errorf("%d findings, want %d: %v", got, want, err)
			}
		})
	}
	page := command(t, nil, "demo", "--once", "--output", "md").want(t, exitClean).stdout
	if !strings.HasPrefix(page, "# Quilt bucket audit\n") || !strings.Contains(page, "\n## Failures (") {
		t.Errorf("the Markdown begins with %.200q", page)
	}
}

// TestExportsOfTheDaemon holds that what a run keeps elsewhere is exported as
// if it were in memory, in every format and to both kinds of places.
func TestExportsOfTheDaemon(t *testing.T) {
	t.Parallel()
	s, err := testdata.Sample(time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC), checkIDs(checks.All()))
	if err != nil {
		t.Fatal(err)
	}
	whole := audit.NewRun("run-1", s, checks.All(), audit.Evaluate(s, checks.All()), audit.Times{StartedAt: s.TakenAt, EndedAt: s.TakenAt})
	elsewhere := *whole
	elsewhere.Findings, elsewhere.Elsewhere = nil, whole.All()
	dir := t.TempDir()
	cfg := config.Config{}
	for _, format := range config.Formats() {
		cfg.Exports = append(cfg.Exports,
			config.Export{Format: format, Path: filepath.Join(dir, format)},
			config.Export{Format: format, Directory: filepath.Join(dir, format+".d"), Keep: config.Day})
	}
	for _, e := range exporters(&cfg) {
		if err := e.Publish(context.Background(), &elsewhere); err != nil {
			t.Errorf("%s: %v", e.Format(), err)
		}
	}
	for _, format := range config.Formats() {
		write, extension, err := streamWriter(format)
		if err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		if err := write(&want, whole); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{filepath.Join(dir, format), filepath.Join(dir, format+".d", "20261122T000000Z-run-1."+extension)} {
			if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want.Bytes()) {
				t.Errorf("%s: %d bytes, want %d, or others: %v", file, len(got), want.Len(), err)
			}
		}
	}
}
