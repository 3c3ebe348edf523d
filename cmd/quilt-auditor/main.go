// Command quilt-auditor audits the S3 buckets that Quilt uses across AWS
// accounts: read-only, over an inventory from its configuration, with proofs
// for what passes and counterexamples for what fails.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	tuneCollector()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := &program{name: os.Args[0], environ: os.Environ(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
