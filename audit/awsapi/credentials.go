package awsapi

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// assumed returns the cached credentials of the account's role. The window
// and its jitter renew the sessions of many accounts well before their end
// and not all at once.
func (f *Factory) assumed(a Account, base aws.CredentialsProvider) aws.CredentialsProvider {
	provider := stscreds.NewAssumeRoleProvider(f.assumer(a, base), a.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.Duration = time.Hour // the most that a chained role gets
		o.RoleSessionName = f.options.SessionName
		if a.ExternalID != "" {
			o.ExternalID = aws.String(a.ExternalID)
		}
	})
	return aws.NewCredentialsCache(remember(provider, assumeRoleError), func(o *aws.CredentialsCacheOptions) {
		o.ExpiryWindow = 5 * time.Minute
		o.ExpiryWindowJitterFrac = 0.5
	})
}

// assumer is the client that assumes the account's role with the default
// credentials, at the regional endpoint nearest to them.
func (f *Factory) assumer(a Account, base aws.CredentialsProvider) *sts.Client {
	cfg := f.base.Copy()
	cfg.Region = cmp.Or(f.base.Region, partitionRegion(a.RoleARN))
	cfg.Credentials = base
	// AWS counts these calls in the account of the default credentials.
	callers := f.lane(laneKey{region: cfg.Region, service: STS})
	cfg.APIOptions = append(cfg.APIOptions, f.sender(callers, a.ID))
	return sts.NewFromConfig(cfg)
}

// defaultChain is the SDK's own chain of credential sources, whose failures
// are remembered too: looking for an instance role takes seconds.
func defaultChain(chain aws.CredentialsProvider) aws.CredentialsProvider {
	if chain == nil {
		chain = aws.AnonymousCredentials{}
	}
	return remember(chain, noCredentials)
}

// entryError is why an account could not be entered. It does not wrap its
// cause, so that no retry looks through it.
type entryError struct{ read snapshot.ReadError }

func (e *entryError) Error() string        { return e.read.Error() }
func (e *entryError) RetryableError() bool { return false }

const (
	refusedFirst, refusedMost = time.Minute, 15 * time.Minute
	failedFirst, failedMost   = 5 * time.Second, time.Minute
)

// remembering is a provider that remembers a failure for a while, doubling
// it each time, and answers with it. aws.CredentialsCache remembers only
// success: without this, every call in a denied account asks STS again.
type remembering struct {
	provider aws.CredentialsProvider
	explain  func(error) *entryError

	mu      sync.Mutex
	failure *entryError
	until   time.Time
	pause   time.Duration
}

func remember(p aws.CredentialsProvider, explain func(error) *entryError) *remembering {
	return &remembering{provider: p, explain: explain}
}

// Retrieve returns credentials, or an *entryError that can be an old one.
func (r *remembering) Retrieve(ctx context.Context) (aws.Credentials, error) {
	if failure := r.remembered(); failure != nil {
		return aws.Credentials{}, failure
	}
	credentials, err := r.provider.Retrieve(ctx)
	if err != nil && cancelled(ctx, err) {
		return aws.Credentials{}, err
	}
	if err != nil {
		return aws.Credentials{}, r.failed(r.explain(err))
	}
	r.succeeded()
	return credentials, nil
}

func (r *remembering) remembered() *entryError {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure != nil && time.Now().Before(r.until) {
		return r.failure
	}
	return nil
}

func (r *remembering) failed(failure *entryError) *entryError {
	first, most := refusedFirst, refusedMost
	if failure.read.Retryable {
		first, most = failedFirst, failedMost
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pause = min(most, max(first, 2*r.pause))
	r.failure, r.until = failure, time.Now().Add(r.pause)
	return failure
}

func (r *remembering) succeeded() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failure, r.pause = nil, 0
}

// notConfigured is the provider of an account that no configuration names.
type notConfigured struct{}

// Retrieve always fails.
func (notConfigured) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{}, &entryError{snapshot.ReadError{
		Operation: string(AssumeRole), Code: CodeAccountNotConfigured,
		Detail: "the configuration does not say how to enter this account",
	}}
}
