package main

import (
	"cmp"
	"errors"
	"fmt"
	_ "time/tzdata" // so that schedule and timezone mean the same in an image without zones

	"github.com/spf13/pflag"

	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/config"
)

// load reads the configuration and prints its warnings.
func (p *program) load(flags *pflag.FlagSet, file string) (*config.Config, error) {
	if file == "" {
		return nil, usageError{fmt.Errorf("--config.file is required; \"quilt-auditor config example\" prints a file to begin with")}
	}
	cfg, warnings, err := config.Load(config.Options{
		File: file, Environ: p.environ, Flags: flags, CheckIDs: checkIDs(checks.All()),
		KnownAction:   func(action string) bool { _, ok := policy.ActionLevel(action); return ok },
		CheckSchedule: checkSchedule, Frameworks: frameworkNames(),
	})
	p.warn(warnings)
	if err != nil {
		return nil, fmt.Errorf("the configuration is not valid:\n%w", err)
	}
	return cfg, nil
}

// checkSchedule says what is wrong with a schedule, without the schedule
// itself: the message stands at its place in the file.
func checkSchedule(spec, timezone string) error {
	_, err := schedule.Parse(spec, timezone)
	return cmp.Or(errors.Unwrap(err), err)
}

func (p *program) warn(warnings []config.Warning) {
	for _, w := range warnings {
		fmt.Fprintf(p.stderr, "warning: %s\n", w)
	}
}
