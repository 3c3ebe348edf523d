package main

import (
	"context"
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
Exits with 3 if something fails or is unknown at or above --fail-on and no waiver of
the configuration's waivers_file covers it.

With --snapshot, scope and requirements are those that the snapshot was made for; a
configuration beside it disables checks and waives findings, as of that day.`,
		Example: `  quilt-auditor audit --config.file quilt-auditor.yaml
  quilt-auditor audit --config.file quilt-auditor.yaml --output json --out findings.ndjson
  quilt-auditor audit --snapshot monday.json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.runAudit(cmd, &o) },
	}
	f := c.Flags()
	f.StringVar(&o.configFile, "config.file", "", "configuration (required without --snapshot)")
	f.StringVar(&o.snapshotFile, "snapshot", "", "judge this recorded snapshot instead of reading AWS")
	f.StringVar(&o.output, "output", "table", outputUsage)
	f.StringVar(&o.out, "out", "", "file to write, replaced whole at the end (default: stdout)")
	f.StringVar(&o.failOn, "fail-on", "low", "least severity that makes the exit code 3: informational, low, medium, high or critical")
	o.log.register(f, "info")
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(outputFormats(), cobra.ShellCompDirectiveNoFileComp))
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
	m, err := p.take(cmd, o, runID, log)
	if err != nil {
		return err
	}
	run := judge(runID, m, started, log)
	if err := p.write(o.out, func(w io.Writer) error { return render(w, run) }); err != nil {
		return fmt.Errorf("writing the findings: %w", err)
	}
	if run.Exceeds(failOn) {
		return errFindings
	}
	return nil
}

// material is what a run is made of.
type material struct {
	snapshot *snapshot.Snapshot
	checks   []audit.Check
	waivers  []audit.Waiver
}

// take gets what to judge, from AWS or from a file, and what to judge it by.
func (p *program) take(cmd *cobra.Command, o *auditOptions, runID string, log *zap.Logger) (*material, error) {
	if o.configFile == "" && o.snapshotFile != "" {
		return replayed(o.snapshotFile, nil, nil)
	}
	cfg, err := p.load(cmd.Flags(), o.configFile)
	if err != nil {
		return nil, err
	}
	waivers, err := p.waivers(cfg)
	if err != nil {
		return nil, err
	}
	if o.snapshotFile != "" {
		return replayed(o.snapshotFile, cfg, waivers)
	}
	enabled := enabledChecks(cfg)
	log.Info("audit started", zap.String("run_id", runID), zap.Int("checks", len(enabled)), zap.Int("accounts", len(cfg.Accounts)))
	s, err := p.collect(cmd.Context(), cfg, enabled, runID, log)
	if err != nil {
		return nil, err
	}
	return &material{s, enabled, waivers}, nil
}

// replayed is what a recorded snapshot gives to judge; cfg may be nil.
func replayed(path string, cfg *config.Config, waivers []audit.Waiver) (*material, error) {
	s, err := loadSnapshot(path)
	if err != nil {
		return nil, err
	}
	return &material{s, recordedChecks(s, cfg), waivers}, nil
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

// judge evaluates the checks and sums the run up in the log. Verdicts become
// findings a part at a time: all of both at once would be the most memory that
// an audit takes.
func judge(runID string, m *material, started time.Time, log *zap.Logger) *audit.Run {
	settling := audit.Begin(audit.Settlement{RunID: runID, Snapshot: m.snapshot, Checks: m.checks, Waivers: m.waivers})
	findings := []audit.Finding{}
	for _, verdicts := range audit.EvaluateEach(context.Background(), m.snapshot, m.checks, audit.AllCores) {
		logPanics(verdicts, log)
		findings = append(findings, settling.Add(verdicts)...)
	}
	run := settling.End(audit.Times{StartedAt: started, EndedAt: time.Now().UTC()})
	run.Findings = append(findings, run.Findings...)
	audit.SortFindings(run.Findings)
	r := report{log: log}
	r.troubles(run)
	log.Info("audit ended", countFields(&run.Header)...)
	return run
}

func logPanics(verdicts []audit.Verdict, log *zap.Logger) {
	for i := range verdicts {
		if v := &verdicts[i]; v.Panic != nil {
			log.Error("a check panicked", zap.String("check", v.Check), zap.String("resource", v.Subject.Resource), zap.String("stack", v.Panic.Stack))
		}
	}
}

// newRunID returns a fresh run id; ids sort by the time they were made.
func newRunID() string { return uuid.Must(uuid.NewV7()).String() }
