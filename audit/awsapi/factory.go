// Package awsapi is the one place that makes AWS clients and understands
// their errors. Everything that talks to AWS goes through a Factory, so that
// pooling, credentials, rate limits, time-outs and retries are decided once,
// and every failure becomes a *snapshot.ReadError.
package awsapi

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Account is an AWS account and how to enter it.
type Account struct {
	ID string
	// RoleARN is the role to assume; "" means the default credentials of the
	// SDK (environment, profiles, web identity, instance roles).
	RoleARN    string
	ExternalID string // a secret: it appears in no error, log or call record
	// Region is where calls go that belong to no bucket or trail; "" means
	// the region of the default configuration, else one of the partition.
	Region string
}

// Options configures a Factory. Only Accounts is required.
type Options struct {
	Accounts []Account
	// SessionName names the sessions of assumed roles, so that the owner of
	// an account finds a run in CloudTrail; 2 to 64 of [\w+=,.@-].
	SessionName string
	// Timeout bounds each attempt of a call, not counting the time it waits
	// for the limiter; zero means 10 s.
	Timeout time.Duration
	// MaxBackoff bounds the pause between two attempts; zero means 20 s.
	MaxBackoff time.Duration
	// ConfirmAfter is the pause before a not-found answer that came under
	// throttling is asked for again; zero means 2 s.
	ConfirmAfter time.Duration
	// Limits replaces the DefaultLimits of the services that it names.
	Limits map[Service]Limit
	// Observe, if set, is told of every request that was sent. It is called
	// from many goroutines at once and must not block.
	Observe func(Call)
	// Transport, if set, adjusts the shared transport before its first use.
	Transport func(*http.Transport)
}

// Call is one request as it ended, for metrics, logs and recordings. Retries
// are requests of their own.
type Call struct {
	Service   Service
	Operation string // as AWS names it, such as "GetBucketPolicy"
	AccountID string
	Region    string // "" for global services
	Code      string // the error code, "" if the request succeeded
	Duration  time.Duration
	Throttled bool
}

// Factory makes AWS clients, one per account, region and service, over one
// shared transport. It is safe for concurrent use.
type Factory struct {
	options   Options
	base      aws.Config
	transport *http.Transport
	accounts  map[string]*account

	mu      sync.Mutex
	lanes   map[laneKey]*lane
	clients map[clientKey]any
}

// New loads the SDK's default configuration and prepares the accounts. It
// sends nothing to AWS but what the default credential chain needs.
func New(ctx context.Context, o Options) (*Factory, error) {
	o.SessionName = cmp.Or(o.SessionName, "quilt-auditor")
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	o.MaxBackoff = cmp.Or(o.MaxBackoff, 20*time.Second)
	o.ConfirmAfter = cmp.Or(o.ConfirmAfter, 2*time.Second)
	base, transport, err := loadConfig(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("loading the AWS configuration (environment and profiles): %w", err)
	}
	f := &Factory{
		options:   o,
		base:      base,
		transport: transport,
		accounts:  make(map[string]*account, len(o.Accounts)),
		lanes:     map[laneKey]*lane{},
		clients:   map[clientKey]any{},
	}
	fallback := defaultChain(base.Credentials)
	for _, a := range o.Accounts {
		if _, twice := f.accounts[a.ID]; twice {
			return nil, fmt.Errorf("account %s is configured twice with credentials", a.ID)
		}
		f.accounts[a.ID] = f.enter(a, fallback)
	}
	return f, nil
}

// Close gives back the idle connections. Clients keep working afterwards.
func (f *Factory) Close() { f.transport.CloseIdleConnections() }

// account is an Account with what its clients share.
type account struct {
	id, region  string
	credentials aws.CredentialsProvider
}

func (f *Factory) enter(a Account, fallback aws.CredentialsProvider) *account {
	entered := &account{id: a.ID, region: f.homeRegion(a), credentials: fallback}
	if a.RoleARN != "" {
		entered.credentials = f.assumed(a, fallback)
	}
	return entered
}

// homeRegion is the region of the account's calls that have none of their own.
func (f *Factory) homeRegion(a Account) string {
	return cmp.Or(a.Region, f.base.Region, partitionRegion(a.RoleARN))
}

// partitionRegion is a region that every account of the ARN's partition has.
func partitionRegion(arn string) string {
	switch {
	case strings.HasPrefix(arn, "arn:aws-cn:"):
		return "cn-north-1"
	case strings.HasPrefix(arn, "arn:aws-us-gov:"):
		return "us-gov-west-1"
	default:
		return "us-east-1"
	}
}

// account returns the configured account with that id, or a stand-in that
// cannot be entered, so that asking for an unknown account is a failed read.
func (f *Factory) account(id string) *account {
	if a, ok := f.accounts[id]; ok {
		return a
	}
	return &account{id: id, region: cmp.Or(f.base.Region, "us-east-1"), credentials: notConfigured{}}
}
