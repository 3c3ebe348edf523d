package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/config"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
	"github.com/quilt-auditor/quilt-auditor/exporters/table"
)

// auditOptions are the flags of audit.
type auditOptions struct {
	configFile, snapshotFile string
	output, out              string
	failOn                   string
	log                      logOptions
}

func (p *program) audit() *cobra.Command {
	var o auditOptions
	c := &cobra.Command{
		Use:   "audit",
		Short: "Audit once, now, and print the findings",
		Long: `Reads AWS, or a recorded snapshot, judges every enabled check and prints the findings.
Exits with 3 if something fails or is unknown at or above --fail-on.

With --snapshot, scope and requirements are those that the snapshot was made for; a
configuration beside it only disables checks.`,
		Example: `  quilt-auditor audit --config.file quilt-auditor.yaml
  quilt-auditor audit --config.file quilt-auditor.yaml --output json --out findings.ndjson
  quilt-auditor audit --snapshot monday.json`,
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.runAudit(cmd, &o) },
	}
	f := c.Flags()
	f.StringVar(&o.configFile, "config.file", "", "configuration (required without --snapshot)")
	f.StringVar(&o.snapshotFile, "snapshot", "", "judge this recorded snapshot instead of reading AWS")
	f.StringVar(&o.output, "output", "table", "output format: table, or json (the findings stream)")
	f.StringVar(&o.out, "out", "", "file to write, replaced whole at the end (default: stdout)")
	f.StringVar(&o.failOn, "fail-on", "low", "least severity that makes the exit code 3: informational, low, medium, high or critical")
	o.log.register(f)
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"table", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (p *program) runAudit(cmd *cobra.Command, o *auditOptions) error {
	var failOn audit.Severity
	if err := failOn.UnmarshalText([]byte(o.failOn)); err != nil {
		return usageError{fmt.Errorf("--fail-on: %w", err)}
	}
	render, err := p.renderer(o.output, o.out)
	if err != nil {
		return err
	}
	log, err := o.log.logger(p.stderr)
	if err != nil {
		return err
	}
	started := time.Now().UTC()
	runID := newRunID()
	s, enabled, err := p.take(cmd, o, runID, log)
	if err != nil {
		return err
	}
	run := judge(runID, s, enabled, started, log)
	if err := p.write(o.out, func(w io.Writer) error { return render(w, run) }); err != nil {
		return fmt.Errorf("writing the findings: %w", err)
	}
	if run.Exceeds(failOn) {
		return errFindings
	}
	return nil
}

// take gets the snapshot to judge, from AWS or from a file, and the checks to
// judge it by.
func (p *program) take(cmd *cobra.Command, o *auditOptions, runID string, log *zap.Logger) (*snapshot.Snapshot, []audit.Check, error) {
	var cfg *config.Config
	if o.configFile != "" || o.snapshotFile == "" {
		var err error
		if cfg, err = p.load(cmd.Flags(), o.configFile); err != nil {
			return nil, nil, err
		}
	}
	if o.snapshotFile == "" {
		enabled := enabledChecks(cfg)
		log.Info("audit started", zap.String("run_id", runID), zap.Int("checks", len(enabled)), zap.Int("accounts", len(cfg.Accounts)))
		s, err := p.collect(cmd.Context(), cfg, enabled, runID, log)
		return s, enabled, err
	}
	s, err := loadSnapshot(o.snapshotFile)
	if err != nil {
		return nil, nil, err
	}
	return s, recordedChecks(s, cfg), nil
}

// recordedChecks are the checks that the snapshot was made for, less those
// that the configuration, if there is one, disables.
func recordedChecks(s *snapshot.Snapshot, cfg *config.Config) []audit.Check {
	enabled := checks.All()
	if cfg != nil {
		enabled = enabledChecks(cfg)
	}
	return slices.DeleteFunc(enabled, func(c audit.Check) bool { return !slices.Contains(s.Scope.Checks, c.ID) })
}

func enabledChecks(cfg *config.Config) []audit.Check { return checks.Enabled(cfg.Checks.Disable) }

// judge evaluates the checks and sums the run up in the log.
func judge(runID string, s *snapshot.Snapshot, enabled []audit.Check, started time.Time, log *zap.Logger) *audit.Run {
	verdicts := audit.Evaluate(s, enabled)
	for _, v := range verdicts {
		if v.Panic != nil {
			log.Error("a check panicked", zap.String("check", v.Check), zap.String("resource", v.Subject.Resource), zap.String("stack", v.Panic.Stack))
		}
	}
	run := audit.NewRun(runID, s, enabled, verdicts, audit.Times{StartedAt: started, EndedAt: time.Now().UTC()})
	for _, u := range run.Unread {
		log.Warn("could not read", zap.String("account_id", u.AccountID), zap.String("region", u.Region), zap.String("operation", u.Operation),
			zap.String("code", u.ErrorCode), zap.String("missing_permission", u.MissingPermission), zap.Int("count", u.Count))
	}
	n := run.Header.Counts
	log.Info("audit ended", zap.String("run_id", runID), zap.String("result", string(run.Header.Result)), zap.Int("pass", n.Pass),
		zap.Int("fail", n.Fail), zap.Int("unknown", n.Unknown), zap.Int("not_applicable", n.NotApplicable))
	return run
}

// renderer returns what writes a run in the format.
func (p *program) renderer(format, out string) (func(io.Writer, *audit.Run) error, error) {
	switch format {
	case "json":
		return func(w io.Writer, run *audit.Run) error { return json.Write(w, productVersion(), run) }, nil
	case "table":
		options := table.Options{Width: tableWidth}
		if out == "" || out == "-" {
			options = p.tableOptions()
		}
		return func(w io.Writer, run *audit.Run) error { return table.Write(w, run, options) }, nil
	}
	return nil, usageError{errors.New("--output " + format + ": use table or json")}
}

// newRunID returns a fresh run id; ids sort by the time they were made.
func newRunID() string { return uuid.Must(uuid.NewV7()).String() }
