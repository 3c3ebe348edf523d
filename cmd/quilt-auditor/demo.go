package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

func (p *program) demo() *cobra.Command {
	var o serviceOptions
	var once bool
	var output string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Run the service over a bundled sample estate: no AWS account, no configuration, no credentials",
		Long: `Runs the service over a sample estate that comes with the program: two data accounts with
a dozen buckets, roles and trails, with the mistakes that people really make. The estate
drifts from run to run, every 10 seconds, so that findings open and close, an account is
shut and comes back, and metrics and history move. It calls nobody, and leaves nothing.`,
		Example: `  quilt-auditor demo
  quilt-auditor demo --once --output json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if once || cmd.Flags().Changed("output") {
				return p.runDemoOnce(output)
			}
			collectAsService()
			return p.runDemo(cmd.Context(), &o)
		},
	}
	c.Flags().BoolVar(&once, "once", false, "audit the sample estate once, print the findings and exit")
	c.Flags().StringVar(&output, "output", "table", "with --once, "+outputUsage)
	o.register(c.Flags(), "error")
	return c
}

func (p *program) runDemoOnce(output string) error {
	render, err := p.renderer(output, "")
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	s, err := testdata.Sample(now, checkIDs(checks.All()))
	if err != nil {
		return err
	}
	run := audit.NewRun(newRunID(), s, checks.All(), audit.Evaluate(s, checks.All()), audit.Times{StartedAt: now, EndedAt: time.Now().UTC()})
	return render(p.stdout, run)
}

func (p *program) runDemo(ctx context.Context, o *serviceOptions) error {
	dir, err := os.MkdirTemp("", "quilt-auditor-demo-")
	if err != nil {
		return fmt.Errorf("making a directory for the history of the demo: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // it is in the directory for temporary files
	if !signal.Ignored(syscall.SIGHUP) {     // the terminal is closed: there is nothing to reload
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(ctx, syscall.SIGHUP)
		defer stop()
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	// Whoever reads what the demo tells may have seen enough, as head has. The
	// signal would end the process and leave the directory. It is not waited
	// for, because it comes for each browser that goes away, too.
	signal.Ignore(syscall.SIGPIPE)
	defer signal.Reset(syscall.SIGPIPE)
	return p.serve(ctx, o, &sample{program: p, dir: dir, out: heeded{p.stdout, stop}}, nil)
}

// heeded is a writer that tells once it cannot be written to.
type heeded struct {
	io.Writer
	broken func()
}

// Write is that of the writer.
func (h heeded) Write(text []byte) (int, error) {
	n, err := h.Writer.Write(text)
	if err != nil {
		h.broken()
	}
	return n, err
}
