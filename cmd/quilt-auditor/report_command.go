package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	model "github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/audit/sqlite"
	"github.com/quilt-auditor/quilt-auditor/config"
)

// reportOptions are the flags of report.
type reportOptions struct {
	configFile         string
	since, until       string
	output, out        string
	framework, account string
}

func (p *program) report() *cobra.Command {
	var o reportOptions
	c := &cobra.Command{
		Use:   "report",
		Short: "Write an audit report over a period, from the history that serve keeps",
		Long: `Writes what an auditor asks for about a period: how complete the audits were, for which
share of the time each check and control was met, every failure with its evidence, every
change, what could not be judged and why, and the waivers. It reads the history under
storage.path, also while a service is writing it, and calls nobody.

--since and --until take a date (2026-10-01: its first instant in UTC), a time
(2026-10-01T06:00:00Z), or a period (12h, 30d, 2w): --since so long before --until,
--until so long before now. The period begins at --since and ends before --until.

A framework limits the report to the checks that relate to it: ` + strings.Join(frameworkNames(), ", ") + `.`,
		Example: `  quilt-auditor report --config.file quilt-auditor.yaml --since 30d --output html --out report.html
  quilt-auditor report --config.file quilt-auditor.yaml --since 2026-10-01 --until 2026-11-01 --output csv
  quilt-auditor report --config.file quilt-auditor.yaml --since 1w --account 444455556666 --framework soc2`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.runReport(cmd, &o, time.Now().UTC()) },
	}
	f := c.Flags()
	f.StringVar(&o.configFile, "config.file", "", "configuration that the service runs with (required)")
	f.StringVar(&o.since, "since", "30d", "start of the period")
	f.StringVar(&o.until, "until", "", "end of the period (default: now)")
	f.StringVar(&o.output, "output", "md", "output format: "+alternatives(reportFormats()))
	f.StringVar(&o.out, "out", "", "file to write, replaced whole at the end (default: stdout)")
	f.StringVar(&o.framework, "framework", "", "only the checks that relate to this framework, and its control matrix")
	f.StringVar(&o.account, "account", "", "only findings of this account")
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(reportFormats(), cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("framework", cobra.FixedCompletions(frameworkNames(), cobra.ShellCompDirectiveNoFileComp))
	c.AddCommand(p.reportSnapshot())
	return c
}

func (p *program) runReport(cmd *cobra.Command, o *reportOptions, now time.Time) error {
	since, until, err := o.period(now)
	if err != nil {
		return usageError{err}
	}
	if err := o.check(); err != nil {
		return usageError{err}
	}
	write, _, _, err := reportWriter(o.output)
	if err != nil {
		return usageError{fmt.Errorf("--output: %w", err)}
	}
	cfg, err := p.load(cmd.Flags(), o.configFile)
	if err != nil {
		return err
	}
	slots, err := schedule.Parse(cfg.Schedule, cfg.Timezone)
	if err != nil {
		return err // load has asked before
	}
	var r *model.Report
	err = withHistory(cmd.Context(), cfg, func(h *sqlite.Reader) error {
		r, err = buildReport(cmd.Context(), h, slots, now, since, until, o.framework, o.account)
		return err
	})
	if err != nil {
		return err
	}
	if o.account != "" && r.Identity.LastRun != "" && len(r.Completeness.ByAccount) == 0 && r.Total.Time.Findings == 0 {
		return fmt.Errorf("--account %s: no run that speaks for this period had it in its scope", o.account)
	}
	if err := p.write(o.out, func(w io.Writer) error { return write(w, r) }); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// withHistory reads the history of a configuration.
func withHistory(ctx context.Context, cfg *config.Config, do func(*sqlite.Reader) error) error {
	h, err := sqlite.OpenReader(ctx, cfg.Storage.Path)
	if err != nil {
		return err
	}
	return errors.Join(do(h), h.Close())
}

var accountIDForm = regexp.MustCompile(`^[0-9]{12}$`)

func (o *reportOptions) check() error {
	if o.account != "" && !accountIDForm.MatchString(o.account) {
		return fmt.Errorf("--account %q: expected the twelve digits of an account id", o.account)
	}
	if names := frameworkNames(); o.framework != "" && !slices.Contains(names, o.framework) {
		return fmt.Errorf("--framework %q: use %s", o.framework, alternatives(names))
	}
	return nil
}

// period is what --since and --until say.
func (o *reportOptions) period(now time.Time) (since, until time.Time, err error) {
	until = now
	if o.until != "" {
		if until, err = instantOf(o.until, now); err != nil {
			return since, until, fmt.Errorf("--until: %w", err)
		}
	}
	if since, err = instantOf(o.since, until); err != nil {
		return since, until, fmt.Errorf("--since: %w", err)
	}
	switch {
	case until.After(now):
		err = fmt.Errorf("--until %s is in the future: nobody knows yet", cmp.Or(o.until, "now"))
	case !since.Before(until):
		err = fmt.Errorf("--since %s is not before --until %s", since.Format(time.RFC3339), until.Format(time.RFC3339))
	}
	return since, until, err
}

// instantOf reads a date, a time, or a period before another instant.
func instantOf(text string, before time.Time) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	period, err := config.ParsePeriod(text)
	if err != nil {
		return time.Time{}, fmt.Errorf("expected a date such as 2026-10-01, a time such as 2026-10-01T06:00:00Z or a period such as 30d, 2w or 36h, found %.40q", text)
	}
	return before.Add(-period.Duration()), nil
}

func (p *program) reportSnapshot() *cobra.Command {
	var configFile, runID, out string
	c := &cobra.Command{
		Use:   "snapshot",
		Short: "Write a snapshot that a report rests on, for audit --snapshot",
		Long: `Writes the snapshot of a run as the history has it. A report lists the runs whose
snapshots it rests on with their SHA-256, which is that of the file written here;
"audit --snapshot FILE" comes to the same verdicts from it again.`,
		Example: `  quilt-auditor report snapshot --config.file quilt-auditor.yaml --run 019aa2c4-8d3b-7b6e-9c55-0b7d6b0f3a11 --out run.json
  sha256sum run.json
  quilt-auditor audit --snapshot run.json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if runID == "" || out == "" {
				return usageError{errors.New("--run and --out are required; \"--out -\" writes to stdout")}
			}
			cfg, err := p.load(cmd.Flags(), configFile)
			if err != nil {
				return err
			}
			return withHistory(cmd.Context(), cfg, func(h *sqlite.Reader) error { return p.writeKept(cmd.Context(), h, runID, out) })
		},
	}
	c.Flags().StringVar(&configFile, "config.file", "", "configuration that the service runs with (required)")
	c.Flags().StringVar(&runID, "run", "", "id of the run (required)")
	c.Flags().StringVar(&out, "out", "", "file to write, \"-\" for stdout (required)")
	return c
}

func (p *program) writeKept(ctx context.Context, h *sqlite.Reader, runID, out string) error {
	s, kept, err := h.Snapshot(ctx, runID)
	if err != nil {
		return err
	}
	if !kept {
		return fmt.Errorf("the history has no snapshot of run %.80q: it is not known, or its snapshot is not kept any more", runID)
	}
	return p.write(out, func(w io.Writer) error { return snapshot.Encode(w, s) })
}
