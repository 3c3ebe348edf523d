package main

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/collect"
	"github.com/quilt-auditor/quilt-auditor/audit/inventory"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/config"
	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
)

// reader reads AWS for the runs of a service. It keeps its connections and
// sessions from run to run.
type reader struct {
	aws     *awsapi.Factory
	filters map[string]inventory.Filter
	page    *prometheus.Exporter
}

func newReader(ctx context.Context, cfg *config.Config, scope *snapshot.Scope, page *prometheus.Exporter, log *zap.Logger) (*reader, error) {
	calls := callLog{log: log}
	aws, err := awsapi.New(ctx, awsapi.Options{
		Accounts:    credentials(cfg, scope),
		SessionName: "quilt-auditor",
		Observe: func(c awsapi.Call) {
			calls.observe(c)
			page.AWSRequest(string(c.Service), c.Operation, c.Code, c.Throttled, c.Duration)
		},
	})
	if err != nil {
		return nil, err
	}
	return &reader{aws: aws, filters: filters(cfg), page: page}, nil
}

// Discover fills in what is in scope.
func (r *reader) Discover(ctx context.Context, declared snapshot.Scope) (snapshot.Scope, error) {
	began := time.Now()
	scope, err := (&inventory.Inventory{AWS: r.aws, Filters: r.filters}).Discover(ctx, declared)
	r.page.CollectorTook(snapshot.InventoryCollector, time.Since(began))
	return scope, err
}

// Collect reads what is asked about it.
func (r *reader) Collect(ctx context.Context, takenAt time.Time, scope snapshot.Scope, facts []snapshot.Fact) (*snapshot.Snapshot, error) {
	c := collect.Collector{AWS: r.aws, TakenAt: takenAt, Now: time.Now, Took: r.page.CollectorTook}
	return c.Collect(ctx, scope, facts)
}

func (r *reader) close() { r.aws.Close() }
