// Command quilt-auditor audits the S3 buckets that Quilt uses across AWS
// accounts: read-only, over an inventory from its configuration, with proofs
// for what passes and counterexamples for what fails.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// collectAt makes garbage collection rarer than Go's default of 100: a run
// makes much short-lived garbage over a heap that stays small.
const collectAt = 200

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
