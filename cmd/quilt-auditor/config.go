package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/config"
)

func (p *program) config() *cobra.Command {
	var file string
	check := &cobra.Command{
		Use:   "check",
		Short: "Validate a configuration; every error at once",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.load(cmd.Flags(), file)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "%s is valid: %s.\n", file, summary(cfg))
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

// load reads the configuration and prints its warnings.
func (p *program) load(flags *pflag.FlagSet, file string) (*config.Config, error) {
	if file == "" {
		return nil, usageError{fmt.Errorf("--config.file is required; \"quilt-auditor config example\" prints a file to begin with")}
	}
	cfg, warnings, err := config.Load(config.Options{
		File: file, Environ: p.environ, Flags: flags, CheckIDs: checkIDs(checks.All()),
		KnownAction: func(action string) bool { _, ok := policy.ActionLevel(action); return ok },
	})
	for _, w := range warnings {
		fmt.Fprintf(p.stderr, "warning: %s\n", w)
	}
	if err != nil {
		return nil, fmt.Errorf("the configuration is not valid:\n%w", err)
	}
	return cfg, nil
}
