package main

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/config"
)

func (p *program) config() *cobra.Command {
	var file string
	check := &cobra.Command{
		Use:   "check",
		Short: "Validate a configuration and its waivers; every error at once",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.load(cmd.Flags(), file)
			if err != nil {
				return err
			}
			waivers, err := p.waiversAt(cfg, time.Now())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "%s is valid: %s, %s.\n", file, summary(cfg), english.Plural(len(waivers), "waiver", ""))
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
		Use: use, Short: short, Args: noArguments,
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
	return fmt.Sprintf("control account %s, %s, %s, discovery in %s, %s, %s", cfg.Control.AccountID,
		english.Plural(len(cfg.Accounts), "data account", ""), english.Plural(named, "named bucket", ""), english.Plural(discovered, "account", ""),
		english.Plural(len(cfg.PrefixRoles), "prefix role", ""), english.Plural(len(checks.Enabled(cfg.Checks.Disable)), "check", ""))
}
