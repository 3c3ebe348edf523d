package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	model "github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/checks/standard"
	rendered "github.com/quilt-auditor/quilt-auditor/exporters/report"
)

// reportFormats are those that reports can have.
func reportFormats() (names []string) {
	for _, f := range rendered.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// reportWriter returns what writes a report in a format, how the names of such
// files end, and what HTTP calls it.
func reportWriter(format string) (write func(io.Writer, *model.Report) error, extension, mediaType string, err error) {
	for _, f := range rendered.Formats() {
		if f.Name == format {
			return func(w io.Writer, r *model.Report) error { return rendered.Write(w, format, r) }, strings.TrimPrefix(f.Extension, "."), f.MediaType, nil
		}
	}
	return nil, "", "", fmt.Errorf("there is no format %q; there are: %s", format, strings.Join(reportFormats(), ", "))
}

// buildReport makes the report of the history from since to until, as it is
// said to be made at asOf, against the slots of the schedule; framework and
// accountID limit it, "" to nothing.
func buildReport(ctx context.Context, h model.History, slots model.Schedule, asOf, since, until time.Time, framework, accountID string) (*model.Report, error) {
	return model.Build(ctx, h, model.Request{
		Version: productVersion(), GeneratedAt: asOf, Since: since, Until: until, AccountID: accountID,
		Framework: framework, Frameworks: standard.Frameworks(), Checks: checks.All(), Schedule: slots,
		Parse: func(text string) (model.Schedule, error) { return schedule.Parse(text, "") },
	})
}

// frameworkNames are the words for frameworks.
func frameworkNames() (names []string) {
	for _, f := range standard.Frameworks() {
		names = append(names, f.Name)
	}
	return names
}
