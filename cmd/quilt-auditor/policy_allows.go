package main

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/batch"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// allowsOptions are the flags of policy allows.
type allowsOptions struct {
	question batch.Question
	context  []string // KEY=VALUE
	policies policyFlags
	output   string
}

const (
	allowsLong = `Tells whether a principal may do actions on a bucket, on every one of the keys asked
about: what grants it, or a request that is refused and the statement that refuses it,
layer by layer.

Without --identity-policy only the bucket's side is asked: bucket policy, RCPs,
endpoint policy, Block Public Access. A condition key that no flag names is absent
from the requests; those that the policies ask for are listed at the end. But what
requests carry of their principal, aws:PrincipalArn and aws:PrincipalAccount, follows
from it. What "aws s3api get-bucket-policy" prints is taken as a policy as well.

Exit codes: 0 every action is granted, 1 error (also a bad policy), 2 wrong use,
3 some action is not granted: refused, conditional or undecided.`
	allowsExample = `  quilt-auditor policy allows --principal 111122223333 --action s3:GetObject,s3:ListBucket \
    --bucket acme-raw --bucket-account 444455556666 --bucket-policy bucket.json

  aws s3api get-bucket-policy --bucket acme-raw --query Policy --output text |
  quilt-auditor policy allows --principal arn:aws:iam::111122223333:role/Indexer \
    --action s3:PutObject --key-prefix incoming/ --bucket acme-raw --bucket-account 444455556666 \
    --bucket-policy - --identity-policy indexer.json --scp root.json --scp unit.json,more.json \
    --context aws:SecureTransport=true --unknown aws:SourceVpce`
)

func (p *program) policyAllows() *cobra.Command {
	var o allowsOptions
	c := &cobra.Command{
		Use:     "allows",
		Short:   "Answer one question about policy files, with the statements that decide",
		Long:    allowsLong,
		Example: allowsExample,
		Args:    noArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return p.runAllows(cmd, &o) },
	}
	o.register(c.Flags())
	o.policies.register(c.Flags())
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	for _, name := range []string{
		"principal", "principal-account", "action", "bucket", "bucket-account", "partition",
		"key", "key-prefix", "key-suffix", "context", "unknown", "any",
	} {
		_ = c.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions)
	}
	return c
}

func (o *allowsOptions) register(f *pflag.FlagSet) {
	ask := &o.question.Ask
	f.SortFlags = false
	f.StringVar(&ask.Principal, "principal", "", "who: role, user or session `ARN`, account id (each of its principals), or * (anonymous)")
	f.StringVar(&ask.PrincipalAccount, "principal-account", "", "`account` of the principal (default: that of its ARN)")
	f.StringSliceVar(&o.question.Actions, "action", nil, "S3 `action` without wildcards, such as s3:GetObject (repeatable)")
	f.StringVar(&ask.Bucket, "bucket", "", "`name` of the bucket")
	f.StringVar(&ask.BucketAccount, "bucket-account", "", "`account` that owns the bucket")
	f.StringVar(&ask.Partition, "partition", "aws", "`name`: aws, aws-cn or aws-us-gov")
	f.StringVar(&ask.Keys.Exact, "key", "", "only this object `key` (default: every key)")
	f.StringVar(&ask.Keys.Prefix, "key-prefix", "", "every key that begins with `text`")
	f.StringVar(&ask.Keys.Suffix, "key-suffix", "", "every key that ends with `text`")
	f.StringArrayVar(&o.context, "context", nil, "condition key that requests carry, as `KEY=VALUE` (repeatable; one key more than once: a list)")
	f.StringSliceVar(&ask.Unknown, "unknown", nil, "condition `key` that may be absent or have any value (repeatable)")
	f.StringSliceVar(&ask.Any, "any", nil, "condition `key` for whose absence and every value the answer must hold (repeatable)")
	f.StringVar(&o.output, "output", "text", "output `format`: text, or json")
}

func (p *program) runAllows(cmd *cobra.Command, o *allowsOptions) error {
	if o.output != "text" && o.output != "json" {
		return usageError{fmt.Errorf("--output %s: use text or json", o.output)}
	}
	if err := o.complete(cmd.Flags()); err != nil {
		return usageError{err}
	}
	files, err := p.readPolicies(&o.policies)
	if err != nil {
		return err
	}
	o.followPrincipal(files)
	q := &o.question
	q.Layers = files.layers
	results, err := q.Answer(&policy.Decider{})
	if err != nil {
		return usageError{byFlag(err)}
	}
	answer := newAllowsAnswer(q, files, results)
	if o.output == "json" {
		err = answer.writeJSON(p.stdout)
	} else {
		err = answer.writeText(p.stdout, p.tableOptions())
	}
	if err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	if !answer.granted() {
		return errFindings
	}
	return nil
}

// complete makes a question of the flags.
func (o *allowsOptions) complete(f *pflag.FlagSet) error {
	for _, name := range []string{"principal", "action", "bucket", "bucket-account"} {
		if !f.Changed(name) {
			return fmt.Errorf("--%s is required", name)
		}
	}
	if f.Changed("key") && o.question.Ask.Keys.Exact == "" {
		return errors.New("--key: an object key has at least one byte")
	}
	o.question.Ask.Context = map[string][]string{}
	for _, pair := range o.context {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return fmt.Errorf("--context %q: use KEY=VALUE", pair)
		}
		o.question.Ask.Context[key] = append(o.question.Ask.Context[key], value)
	}
	if f.Changed("key") && (f.Changed("key-prefix") || f.Changed("key-suffix")) {
		return errors.New("--key excludes --key-prefix and --key-suffix")
	}
	return byFlag(o.question.Check())
}

// followPrincipal leaves open what every signed request carries of its principal
// and the policies ask for, which then follows from it, unless a flag says
// otherwise.
func (o *allowsOptions) followPrincipal(files *policyFiles) {
	ask := &o.question.Ask
	if ask.Principal == "*" {
		return
	}
	named := slices.Concat(ask.Unknown, ask.Any, slices.Collect(maps.Keys(ask.Context)))
	for d := range files.of {
		for _, key := range conditionKeys(d) {
			if holdsKey([]string{"aws:PrincipalArn", "aws:PrincipalAccount"}, key) && !holdsKey(named, key) {
				ask.Unknown, named = append(ask.Unknown, key), append(named, key)
			}
		}
	}
}

// memberNamed is how an error about a question begins that names a member of
// it: the flag is called likewise.
var memberNamed = regexp.MustCompile(`^(principal|bucket[ _]account|bucket|action|partition|context|unknown|any)(?:s: \d+:|s\b|\b)`)

// byFlag names the flag in an error about a question.
func byFlag(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	m := memberNamed.FindStringSubmatch(text)
	if m == nil {
		return err
	}
	return errors.New("--" + strings.NewReplacer(" ", "-", "_", "-").Replace(m[1]) + text[len(m[0]):])
}
