package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/config"
)

// fenced is a block of code with its language.
var fenced = regexp.MustCompile("(?s)\n```([a-z]+)\n(.*?)\n```")

// TestReportsPage: what the page about reports shows to copy is accepted, and
// what it says the program prints is what it prints.
func TestReportsPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "reports.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string][]string{}
	for _, m := range fenced.FindAllStringSubmatch(string(page), -1) {
		blocks[m[1]] = append(blocks[m[1]], m[2])
	}
	if len(blocks["yaml"]) != 1 || len(blocks["json"]) != 2 {
		t.Fatalf("%d configurations and %d policies", len(blocks["yaml"]), len(blocks["json"]))
	}
	const audited = "control: {account_id: \"111122223333\"}\naccounts: [{id: \"444455556666\", buckets: [acme-raw]}]\n"
	file := writeConfig(t, audited+blocks["yaml"][0])
	if diff := cmp.Diff(string(printed(t, "--config.file", file, "--for", "reports")), blocks["json"][0]+"\n"); diff != "" {
		t.Errorf("the policy (-printed +documented):\n%s", diff)
	}
	for _, policy := range blocks["json"] {
		if !json.Valid([]byte(policy)) || !strings.Contains(policy, "arn:aws:s3:::acme-audit-reports/quilt/quilt-auditor-report-*") {
			t.Errorf("no policy for that place:\n%s", policy)
		}
	}
	root := (&program{}).root()
	lines := 0
	for line := range strings.Lines(string(page)) {
		if m := commandLine.FindStringSubmatch(line); m != nil && wantFlags(t, root, "docs/reports.md", m[1]) {
			lines++
		}
	}
	if lines < 6 {
		t.Errorf("only %d command lines", lines)
	}
}

// TestReportFormats: the configuration takes the formats that there are.
func TestReportFormats(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(reportFormats(), config.ReportFormats()); diff != "" {
		t.Errorf("(-written +configured):\n%s", diff)
	}
}
