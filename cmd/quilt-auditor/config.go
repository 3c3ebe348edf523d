package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/config"
)

func (p *program) config() *cobra.Command {
	var file string
	check := &cobra.Command{
		Use:   "check",
		Short: "Validate a configuration and its waivers; every error at once",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.load(cmd.Flags(), file)
			if err != nil {
				return err
			}
			waivers, err := p.waivers(cfg)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "%s is valid: %s, %d waivers.\n", file, summary(cfg), len(waivers))
			return err
		},
	}
	check.Flags().StringVar(&file, "config.file", "", "configuration to validate (required)")
	return group("config", "Validate or begin a configuration", check,
		p.printer("example", "Print a complete commented configuration", config.Example),
		p.printer("schema", "Print the JSON Schema of the configuration", config.Schema))
}

func (p *program) printer(use, short string, content func() []byte) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: usageArgs(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := p.stdout.Write(content())
			return err
		},
	}
}

func summary(cfg *config.Config) string {
	named, discovered := 0, 0
	for _, a := range cfg.Accounts {
		named += len(a.Buckets)
		if a.Discover != nil {
			discovered++
		}
	}
	return fmt.Sprintf("control account %s, %d data accounts, %d named buckets, discovery in %d accounts, %d prefix roles, %d checks",
		cfg.Control.AccountID, len(cfg.Accounts), named, discovered, len(cfg.PrefixRoles), len(checks.Enabled(cfg.Checks.Disable)))
}
