package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

func (p *program) demo() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Audit a bundled sample estate: no AWS account, no configuration, no credentials",
		Long: `Audits a sample estate that comes with the program: two data accounts with a dozen
buckets, roles and trails, with the mistakes that people really make. It calls nobody.`,
		Args: usageArgs(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error { return p.runDemo(output) },
	}
	c.Flags().StringVar(&output, "output", "table", "output format: table, or json (the findings stream)")
	return c
}

func (p *program) runDemo(output string) error {
	render, err := p.renderer(output, "")
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	s, err := testdata.Sample(now, checkIDs(checks.All()))
	if err != nil {
		return err
	}
	run := judge(newRunID(), s, checks.All(), now, zap.NewNop())
	if err := render(p.stdout, run); err != nil {
		return err
	}
	if output == "table" {
		fmt.Fprint(p.stderr, "\nThis was the bundled sample estate. For your own accounts:\n"+
			"  quilt-auditor config example > quilt-auditor.yaml    # then edit it\n"+
			"  quilt-auditor audit --config.file quilt-auditor.yaml\n")
	}
	return nil
}
