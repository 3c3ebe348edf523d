package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
	"github.com/quilt-auditor/quilt-auditor/exporters/table"
)

// streamFormats are the formats for programs: those that exports can have.
func streamFormats() []string { return []string{"json"} }

// streamWriter returns what writes a run in a format for programs, and how
// the names of such files end.
func streamWriter(format string) (write func(io.Writer, *audit.Run) error, extension string, err error) {
	if format == "json" {
		return func(w io.Writer, run *audit.Run) error { return json.Write(w, productVersion(), run) }, "ndjson", nil
	}
	return nil, "", fmt.Errorf("there is no format %q; there are: %s", format, strings.Join(streamFormats(), ", "))
}

// renderer returns what writes a run in a format of --output.
func (p *program) renderer(format, out string) (func(io.Writer, *audit.Run) error, error) {
	if format == "table" {
		options := table.Options{Width: tableWidth}
		if out == "" || out == "-" {
			options = p.tableOptions()
		}
		return func(w io.Writer, run *audit.Run) error { return table.Write(w, run, options) }, nil
	}
	write, _, err := streamWriter(format)
	if err != nil {
		return nil, usageError{fmt.Errorf("--output %s: use table or %s", format, strings.Join(streamFormats(), ", "))}
	}
	return write, nil
}
