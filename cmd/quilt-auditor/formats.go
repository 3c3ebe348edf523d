package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/config"
	"github.com/quilt-auditor/quilt-auditor/exporters/csv"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
	"github.com/quilt-auditor/quilt-auditor/exporters/junit"
	"github.com/quilt-auditor/quilt-auditor/exporters/markdown"
	"github.com/quilt-auditor/quilt-auditor/exporters/ocsf"
	"github.com/quilt-auditor/quilt-auditor/exporters/sarif"
	"github.com/quilt-auditor/quilt-auditor/exporters/table"
	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

// outputUsage explains --output.
const outputUsage = "output format: table, json (the findings stream), csv, junit, md, ocsf or sarif"

// streamFormats are the formats that exports can have.
func streamFormats() []string { return config.Formats() }

// outputFormats are those that --output can have.
func outputFormats() []string { return append([]string{"table"}, streamFormats()...) }

// streamWriter returns what writes a run in a format that exports can have,
// and how the names of such files end.
func streamWriter(format string) (write func(io.Writer, *audit.Run) error, extension string, err error) {
	switch format {
	case "json":
		return func(w io.Writer, run *audit.Run) error { return json.Write(w, productVersion(), run) }, "ndjson", nil
	case "csv":
		return csv.Write, "csv", nil
	case "junit":
		return func(w io.Writer, run *audit.Run) error { return junit.Write(w, productVersion(), run) }, "xml", nil
	case "md":
		return func(w io.Writer, run *audit.Run) error { return markdown.Write(w, productVersion(), run) }, "md", nil
	case "ocsf":
		return func(w io.Writer, run *audit.Run) error { return ocsf.Write(w, productVersion(), checks.All(), run) }, "ndjson", nil
	case "sarif":
		return func(w io.Writer, run *audit.Run) error { return sarif.Write(w, productVersion(), checks.All(), run) }, "sarif", nil
	}
	return nil, "", fmt.Errorf("there is no format %q; there are: %s", format, strings.Join(streamFormats(), ", "))
}

// renderer returns what writes a run in a format of --output.
func (p *program) renderer(format, out string) (func(io.Writer, *audit.Run) error, error) {
	if format == "table" {
		options := terminal.Options{Width: tableWidth}
		if out == "" || out == "-" {
			options = p.tableOptions()
		}
		return func(w io.Writer, run *audit.Run) error { return table.Write(w, run, options) }, nil
	}
	write, _, err := streamWriter(format)
	if err != nil {
		return nil, usageError{fmt.Errorf("--output %s: use %s", format, alternatives(outputFormats()))}
	}
	return write, nil
}

// alternatives lists words of which one is to be taken.
func alternatives(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
