package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/batch"
)

func (p *program) policy() *cobra.Command {
	return group("policy", "Ask the policy engine who may do what, exactly", p.policyBatch(), p.policyAllows())
}

func (p *program) policyBatch() *cobra.Command {
	return &cobra.Command{
		Use:   "batch",
		Short: "Answer questions, a JSON object a line, by a JSON object a line",
		Long: `Reads questions from stdin, one JSON object a line, and writes to stdout one answer a
line, in the same order and as soon as it is known. A question names a principal,
actions, a bucket, the keys of it that are asked about, what requests carry, and the
policies that bear on them, each as an object or as a string that holds one:

  {"id": "q1",
   "principal": "arn:aws:iam::111122223333:role/Indexer",
   "actions": ["s3:GetObject", "s3:ListBucket"],
   "bucket": "acme-raw", "bucket_account": "444455556666",
   "keys": {"prefix": "in/", "suffix": ""},    or {"exact": "a/b"}; left out: every key
   "context": {"aws:SecureTransport": ["true"]},                       known values
   "unknown": ["aws:SourceIp"],                    absent or present with any value
   "any": ["s3:prefix"],         the answer must hold for absence and for any value
   "identity_policies": [],         left out: the caller's own side is not asked
   "boundary": null, "session_policy": null, "scps": [[]], "rcps": [[]],
   "endpoint_policy": null, "bucket_policy": {}, "restrict_public_buckets": false}

Each answer is granted (for every such key), refused (with a request that is, the
witness), conditional (on the keys in depends_on) or undecided (with a reason).
What is wrong with a line is its answer, {"id": ..., "error": "..."}, and the batch
goes on.

Exit codes: 0 every line was answered, 1 some line has an error, 2 wrong use.`,
		Example: `  quilt-auditor policy batch < questions.ndjson > answers.ndjson
  quilt-auditor policy batch < questions.ndjson | jq -c 'select(.error)'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.runBatch(cmd.Context()) },
	}
}

func (p *program) runBatch(ctx context.Context) error {
	if f, ok := p.stdin.(*os.File); ok {
		if _, ok := isTerminal(f); ok {
			fmt.Fprintln(p.stderr, `Type questions, one JSON object a line; "quilt-auditor policy batch --help" shows one.`)
		}
	}
	sum, err := batch.Run(ctx, p.stdin, p.stdout, runtime.GOMAXPROCS(0))
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("interrupted after %d answers", sum.Lines)
	case err != nil:
		return err
	case sum.Failed > 0:
		return fmt.Errorf("%d of %d lines have an error instead of an answer: each says what is wrong with it", sum.Failed, sum.Lines)
	}
	return nil
}
