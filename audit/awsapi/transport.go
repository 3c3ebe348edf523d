package awsapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
)

const (
	maxAttempts = 3
	// idleConnections is more than the workers of a run, so that none of them
	// finds the pool of its host empty and shakes hands again.
	idleConnections = 512
	// hostConnections bounds the connections to one host to the workers of a
	// run. Without it net/http opens more than it needs, since it dials for a
	// request that in the end gets a connection that was given back meanwhile.
	hostConnections = 256
)

// loadConfig reads the SDK's configuration sources once. The clients share
// one http.Client: a BuildableClient would be copied by each of them, with a
// pool of its own.
func loadConfig(ctx context.Context, o Options) (aws.Config, *http.Transport, error) {
	// Not WithHTTPClient(&http.Client{}): with AWS_CA_BUNDLE set, only a
	// client with transport options can be given the bundle.
	buildable := awshttp.NewBuildableClient().WithTransportOptions(tunePool)
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithHTTPClient(buildable),
		config.WithLogger(logging.Nop{}), // the SDK would write to stderr
		config.WithRetryer(func() aws.Retryer { return retryer(o.MaxBackoff) }),
	)
	if err != nil {
		return aws.Config{}, nil, err
	}
	withBundle, ok := cfg.HTTPClient.(*awshttp.BuildableClient)
	if !ok {
		return aws.Config{}, nil, fmt.Errorf("the SDK made a %T of the HTTP client", cfg.HTTPClient)
	}
	transport := withBundle.GetTransport()
	if o.Transport != nil {
		o.Transport(transport)
	}
	cfg.HTTPClient = &http.Client{Transport: transport, CheckRedirect: dontFollow}
	return cfg, transport, nil
}

func tunePool(t *http.Transport) {
	t.MaxIdleConns = 2 * idleConnections
	t.MaxIdleConnsPerHost = idleConnections
	t.MaxConnsPerHost = hostConnections
	t.IdleConnTimeout = 90 * time.Second
}

// dontFollow makes a redirect an answer: S3 redirects to say that a bucket is
// in another region, and a signed request cannot be sent to another host.
func dontFollow(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// retryer is the SDK's standard retryer without its client-side quota, which
// fails good calls after a storm of bad ones; our limiter keeps the peace.
func retryer(maxBackoff time.Duration) aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.MaxBackoff = maxBackoff
		o.Backoff = retry.NewExponentialJitterBackoff(maxBackoff)
		o.RateLimiter = ratelimit.None
		o.Retryables = append(o.Retryables, retry.IsErrorRetryableFunc(retryMalformed))
	})
}

// retryMalformed retries answers that broke off or could not be parsed; every
// call of this program reads or replaces nothing, so asking twice does no harm.
func retryMalformed(err error) aws.Ternary {
	if _, ok := errors.AsType[*smithy.DeserializationError](err); ok || broken(err) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}
