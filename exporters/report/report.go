// Package report writes audit reports: as HTML and Markdown for people, as CSV
// with a row for each failure, and as JSON with all there is. All text from AWS
// is untrusted and stays text in every format.
package report

import (
	"fmt"
	"io"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/compose"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/html"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/markdown"
)

// Format is a form in which reports are written.
type Format struct {
	Name      string // the word for it in flags and configuration
	Extension string // of file names, with the dot
	MediaType string
	write     func(io.Writer, *report.Report) error
}

// Formats lists every format there is.
func Formats() []Format {
	return []Format{
		{"html", ".html", html.MediaType, writeHTML},
		{"md", ".md", markdown.MediaType, writeMarkdown},
		{"csv", ".csv", "text/csv; charset=utf-8; header=present", writeCSV},
		{"json", ".json", "application/json", writeJSON},
	}
}

// Write writes the report in the format of that name. The same report gives the
// same bytes, and is not changed. An error is the destination's, after which
// what was written is incomplete, or says that there is no such format.
func Write(w io.Writer, format string, r *report.Report) error {
	list := Formats()
	i := slices.IndexFunc(list, func(f Format) bool { return f.Name == format })
	if i < 0 {
		return fmt.Errorf("write the report: there is no format %q: use html, md, csv or json", format)
	}
	return list[i].write(w, r)
}

func writeHTML(w io.Writer, r *report.Report) error { return html.Write(w, compose.Document(r)) }

func writeMarkdown(w io.Writer, r *report.Report) error {
	return markdown.Write(w, compose.Document(r))
}
