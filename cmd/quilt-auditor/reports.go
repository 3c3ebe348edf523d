package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
	"github.com/quilt-auditor/quilt-auditor/config"
	"github.com/quilt-auditor/quilt-auditor/exporters/file"
	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
)

// reportStem begins the names of the files of all reports.
const reportStem = "quilt-auditor-report"

// reportJob is a report of the configuration, ready to be made.
type reportJob struct {
	config config.Report
	stem   string
	runs   *schedule.Schedule // by which runs were planned
	zone   *time.Location     // of its own schedule
	to     destination
}

// destination keeps documents, each as it was first put there.
type destination interface {
	// Has reports whether there is a document of the name, as far as that can
	// be told without a Put.
	Has(name string) (bool, error)
	// Put puts a document there, whole or not at all, and reports whether it
	// did: one of that name stays as it is.
	Put(ctx context.Context, name, mediaType string, write func(io.Writer) error) (added bool, err error)
	// Prune removes the documents that are too old at that time.
	Prune(at time.Time) error
}

// jobs makes the reports of the configuration ready. The function closes the
// connections that they hold.
func jobs(ctx context.Context, cfg *config.Config, runs *schedule.Schedule, page *prometheus.Exporter, log *zap.Logger) ([]daemon.Report, func(), error) {
	var list []daemon.Report
	closers := []func(){}
	closeAll := func() {
		for _, c := range closers {
			c()
		}
	}
	for _, r := range cfg.Reports {
		stem := strings.TrimSuffix(reportStem+"-"+r.Name, "-")
		to, closer, err := newDestination(ctx, r, stem, page, log)
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		closers = append(closers, closer)
		slots, zone, err := reportSlots(r.Schedule, cfg.Timezone)
		if err != nil {
			closeAll()
			return nil, nil, err // Load has asked before
		}
		job := &reportJob{config: r, stem: stem, runs: runs, zone: zone, to: to}
		list = append(list, daemon.Report{Name: cmp.Or(r.Name, reportStem), ID: reportID(r), Schedule: slots, Make: job.make})
	}
	return list, closeAll, nil
}

// reportSlots is when a report is due, and the zone whose calendar it goes by.
func reportSlots(spec, timezone string) (*schedule.Schedule, *time.Location, error) {
	slots, err := schedule.Parse(spec, timezone)
	if err != nil {
		return nil, nil, err
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(slots.String(), "CRON_TZ="), " ")
	zone, err := time.LoadLocation(name)
	return slots, zone, err
}

// reportID is all that the report is, but for secrets.
func reportID(r config.Report) string {
	text, err := json.Marshal(r)
	if err != nil {
		panic(fmt.Sprintf("a report of the configuration: %v", err))
	}
	return string(text)
}

// make makes what its destination lacks of the report of the slot.
func (j *reportJob) make(ctx context.Context, history audit.Reader, slot time.Time) (made bool, err error) {
	formats, err := j.lacking(slot)
	if err != nil || len(formats) == 0 {
		return false, err
	}
	since, until := j.config.Period.Before(slot, j.zone)
	built, err := buildReport(ctx, history, j.runs, slot, since, until, j.config.Framework, j.config.Account)
	if err != nil || built.Identity.LastRun == "" { // of nothing there is no report, and there may be one later
		return false, err
	}
	for _, format := range formats {
		write, _, mediaType, err := reportWriter(format)
		if err != nil {
			return made, err
		}
		added, err := j.to.Put(ctx, j.name(slot, format), mediaType, func(w io.Writer) error { return write(w, built) })
		if err != nil {
			return made, err
		}
		made = made || added
	}
	return made, j.to.Prune(slot)
}

// lacking are the formats that are not at the destination yet.
func (j *reportJob) lacking(slot time.Time) (formats []string, err error) {
	for _, format := range j.config.Formats {
		there, err := j.to.Has(j.name(slot, format))
		if err != nil {
			return nil, err
		}
		if !there {
			formats = append(formats, format)
		}
	}
	return formats, nil
}

// name is that of the file: nothing but the report, the slot and the format
// goes into it, so that the same report has the same name whenever it is made.
func (j *reportJob) name(slot time.Time, format string) string {
	_, extension, _, err := reportWriter(format)
	if err != nil {
		panic(errors.New("a format that the configuration let pass: " + format))
	}
	return file.DocumentName(j.stem, slot, extension)
}

func newDestination(ctx context.Context, r config.Report, stem string, page *prometheus.Exporter, log *zap.Logger) (destination, func(), error) {
	if r.To.S3 == nil {
		return directory{file.NewDocuments(r.To.Directory, stem, r.Keep.Duration())}, func() {}, nil
	}
	calls := callLog{log: log}
	b, err := newBucket(ctx, r.To.S3, func(c awsapi.Call) {
		calls.observe(c)
		page.AWSRequest(string(c.Service), c.Operation, c.Code, c.Throttled, c.Duration)
	})
	if err != nil {
		return nil, nil, err
	}
	return b, b.aws.Close, nil
}
