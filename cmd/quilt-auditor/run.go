package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"
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
	name           string // as it was called
	environ        []string
	stdin          io.Reader
	stdout, stderr io.Writer
}

// run runs the command line and returns the exit code. It touches nothing of
// the process but what it is given, and the environment that the AWS SDK reads.
func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	command, err := root.ExecuteContextC(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.As(err, &usage):
		fmt.Fprintf(p.stderr, "quilt-auditor: %s\nRun \"%s --help\" for how it is used.\n", err, command.CommandPath())
		return exitUsage
	default:
		fmt.Fprintf(p.stderr, "quilt-auditor: %s\n", err)
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
		Args:          noArguments,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(p.serveCommand(), p.audit(), p.snapshot(), p.demo(), p.report(), p.checks(), p.permissions(), p.policy(), p.config(), p.healthcheck(), p.version())
	addCompletion(root)
	return root
}

// isTerminal reports whether what is written goes to a person's screen.
func isTerminal(w io.Writer) (*os.File, bool) {
	f, ok := w.(*os.File)
	if !ok {
		return nil, false
	}
	return f, term.IsTerminal(int(f.Fd()))
}
