package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/collect"
	"github.com/quilt-auditor/quilt-auditor/audit/inventory"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/config"
	"github.com/quilt-auditor/quilt-auditor/exporters/file"
)

func (p *program) snapshot() *cobra.Command {
	var configFile, out string
	var log logOptions
	c := &cobra.Command{
		Use:   "snapshot",
		Short: "Read AWS and write what was read; judge nothing",
		Long: `Reads what the enabled checks need and writes it as one JSON document, failures to
read included. "audit --snapshot FILE" judges it, later and elsewhere, to the same findings.
A snapshot holds bucket policies, role policies and account ids: treat it as confidential.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usageError{errors.New("--out is required; \"-\" writes to stdout")}
			}
			logger, err := log.logger(p.stderr)
			if err != nil {
				return err
			}
			cfg, err := p.load(cmd.Flags(), configFile)
			if err != nil {
				return err
			}
			s, err := p.collect(cmd.Context(), cfg, enabledChecks(cfg), newRunID(), logger)
			if err != nil {
				return err
			}
			return p.write(out, func(w io.Writer) error { return snapshot.Encode(w, s) })
		},
	}
	c.Flags().StringVar(&configFile, "config.file", "", "configuration (required)")
	c.Flags().StringVar(&out, "out", "", "file to write, \"-\" for stdout (required)")
	log.register(c.Flags(), "info")
	return c
}

// write writes to stdout, or to a file that it replaces whole.
func (p *program) write(out string, write func(io.Writer) error) error {
	if out == "" || out == "-" {
		return write(p.stdout)
	}
	return file.Replace(out, write)
}

// collect reads AWS.
func (p *program) collect(ctx context.Context, cfg *config.Config, enabled []audit.Check, runID string, log *zap.Logger) (*snapshot.Snapshot, error) {
	facts := audit.FactsOf(enabled)
	scope := declared(cfg, enabled)
	calls := callLog{log: log}
	aws, err := awsapi.New(ctx, awsapi.Options{
		Accounts:    credentials(cfg, &scope),
		SessionName: "quilt-auditor-" + runID,
		Observe:     calls.observe,
	})
	if err != nil {
		return nil, err
	}
	defer aws.Close()
	takenAt := time.Now()
	bar := p.progress()
	defer bar.done()
	bar.phase("listing buckets")
	scope, err = (&inventory.Inventory{AWS: aws, Filters: filters(cfg)}).Discover(ctx, scope)
	if err != nil {
		return nil, fmt.Errorf("listing the buckets: %w", err)
	}
	limitMemory(len(scope.Buckets), 0)
	bar.phase("reading")
	s, err := (&collect.Collector{AWS: aws, TakenAt: takenAt, Now: time.Now, Progress: bar.set}).Collect(ctx, scope, facts)
	if err != nil {
		return nil, fmt.Errorf("reading AWS: %w", err)
	}
	limitMemory(len(s.Buckets), policyBytes(s))
	log.Info("read AWS", zap.Int("accounts", len(scope.Accounts)), zap.Int("buckets", len(scope.Buckets)),
		zap.Int64("requests", calls.sent.Load()), zap.Int64("throttled", calls.throttled.Load()), zap.Duration("took", s.EndedAt.Sub(s.TakenAt)))
	return s, nil
}

// loadSnapshot reads a recorded snapshot.
func loadSnapshot(path string) (*snapshot.Snapshot, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the snapshot: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	s, err := snapshot.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("reading the snapshot %s: %w", path, err)
	}
	return s, nil
}
