package awsfake

import "time"

// Option changes how a fake behaves.
type Option func(*options)

type options struct {
	latency    time.Duration
	seed       uint64
	rules      []Rule
	iamPage    int
	countsOnly bool
	tls        bool
}

// WithLatency makes every call take at least that long, from the whole request to the answer.
func WithLatency(d time.Duration) Option { return func(o *options) { o.latency = d } }

// WithRules starts with these rules; see [Fake.SetRules].
func WithRules(rules ...Rule) Option { return func(o *options) { o.rules = rules } }

// WithSeed chooses which calls rules with a Probability hit.
func WithSeed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// WithIAMPage is the largest number of items on a page of IAM, 100 unless told. IAM may return
// fewer than it was asked for (IAM API reference, ListRolePolicies).
func WithIAMPage(items int) Option { return func(o *options) { o.iamPage = items } }

// CountsOnly counts calls without keeping them, for benchmarks with millions.
func CountsOnly() Option { return func(o *options) { o.countsOnly = true } }

// WithTLS makes [New] serve HTTPS, with a certificate for 127.0.0.1 that [Server.CertificatePEM]
// gives.
func WithTLS() Option { return func(o *options) { o.tls = true } }
