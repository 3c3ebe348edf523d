package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// The exit codes of every command.
const (
	exitClean    = 0
	exitError    = 1
	exitUsage    = 2
	exitFindings = 3
)

// errFindings ends a command whose run has findings at or above --fail-on.
// There is nothing more to say: the findings say it.
var errFindings = errors.New("findings")

// usageError is a wrong use of the command line.
type usageError struct{ error }

// program is what the commands share: the world they run in.
type program struct {
	environ        []string
	stdin          io.Reader
	stdout, stderr io.Writer
}

// run runs the command line and returns the exit code. It touches nothing of
// the process but what it is given, and the environment that the AWS SDK reads.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := (&program{environ, stdin, stdout, stderr}).root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "quilt-auditor: %s\nRun \"quilt-auditor --help\" for how it is used.\n", err)
		return exitUsage
	default:
		fmt.Fprintf(stderr, "quilt-auditor: %s\n", err)
		return exitError
	}
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "quilt-auditor",
		Short: "Audit the S3 buckets that Quilt uses across AWS accounts",
		Long: `quilt-auditor checks that the S3 buckets of Quilt's data accounts are set up so that
Quilt can use them: read-only, and without guessing. What it could not read is
unknown, with the missing permission named; what passes is proved for every key;
what fails comes with a request that shows it, and a fix.

Exit codes: 0 clean, 1 error, 2 wrong use, 3 findings (see audit --fail-on).`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          usageArgs(cobra.NoArgs),
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.HiddenDefaultCmd = false
	root.AddCommand(p.serveCommand(), p.audit(), p.snapshot(), p.demo(), p.report(), p.checks(), p.permissions(), p.policy(), p.config(), p.healthcheck(), p.version())
	return root
}

// group is a command that only holds others.
func group(use, short string, children ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: use, Short: short, Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(children...)
	return c
}

// usageArgs makes what is wrong with the arguments a usage error.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}

// isTerminal reports whether what is written goes to a person's screen.
func isTerminal(w io.Writer) (*os.File, bool) {
	f, ok := w.(*os.File)
	if !ok {
		return nil, false
	}
	info, err := f.Stat()
	return f, err == nil && info.Mode()&os.ModeCharDevice != 0
}
