package awsapi

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// laneKey is what AWS counts requests by.
type laneKey struct {
	account, region string
	service         Service
}

// lane is what the requests to one service in one account and region share.
type lane struct {
	laneKey
	limiter      *limiter
	confirmAfter time.Duration
}

func (f *Factory) lane(k laneKey) *lane {
	f.mu.Lock()
	defer f.mu.Unlock()
	l, ok := f.lanes[k]
	if !ok {
		l = &lane{laneKey: k, limiter: newLimiter(f.limit(k.service)), confirmAfter: f.options.ConfirmAfter}
		f.lanes[k] = l
	}
	return l
}

func (f *Factory) limit(s Service) Limit {
	if l, ok := f.options.Limits[s]; ok {
		return l
	}
	return DefaultLimits()[s]
}

// sender is the middleware that every attempt of every request passes, after
// its credentials are known and before it is signed: it waits for the
// limiter, bounds the attempt's time, and reports how it ended.
type sender struct {
	lane    *lane
	account string // who is entered or asked, for the record
	timeout time.Duration
	observe func(Call)
}

func (f *Factory) sender(l *lane, account string) func(*middleware.Stack) error {
	s := &sender{lane: l, account: account, timeout: f.options.Timeout, observe: f.options.Observe}
	return func(stack *middleware.Stack) error { return stack.Finalize.Insert(s, "Signing", middleware.Before) }
}

// ID names the middleware in the stack.
func (s *sender) ID() string { return "QuiltAuditorSender" }

// HandleFinalize sends one attempt.
func (s *sender) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	middleware.FinalizeOutput, middleware.Metadata, error,
) {
	if err := s.lane.limiter.wait(ctx); err != nil {
		return middleware.FinalizeOutput{}, middleware.Metadata{}, &aws.RequestCanceledError{Err: err}
	}
	attempt, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	start := time.Now()
	out, metadata, err := next.HandleFinalize(attempt, in)
	if err != nil && attempt.Err() != nil && ctx.Err() == nil {
		err = attemptTimeout{}
	}
	s.ended(ctx, err, time.Since(start))
	return out, metadata, err
}

func (s *sender) ended(ctx context.Context, err error, took time.Duration) {
	throttled := isThrottle(err)
	switch {
	case throttled:
		s.lane.limiter.throttle()
		markThrottled(ctx)
	case err == nil:
		s.lane.limiter.succeed()
	}
	if s.observe == nil {
		return
	}
	call := Call{
		Service: s.lane.service, Operation: awsmiddleware.GetOperationName(ctx),
		AccountID: s.account, Region: s.lane.region, Duration: took, Throttled: throttled,
	}
	if err != nil {
		call.Code = codeOf(err)
	}
	s.observe(call)
}

// attemptTimeout is the error of an attempt that took too long; the SDK would
// call it cancelled and not retry.
type attemptTimeout struct{}

func (attemptTimeout) Error() string        { return "no answer in time" }
func (attemptTimeout) Timeout() bool        { return true }
func (attemptTimeout) RetryableError() bool { return true }

// traceKey finds, in the context of a call, the flag that one of its attempts
// was throttled.
type traceKey struct{}

func withTrace(ctx context.Context) (context.Context, *atomic.Bool) {
	throttled := new(atomic.Bool)
	return context.WithValue(ctx, traceKey{}, throttled), throttled
}

func markThrottled(ctx context.Context) {
	if throttled, ok := ctx.Value(traceKey{}).(*atomic.Bool); ok {
		throttled.Store(true)
	}
}

// cancelled reports whether the caller gave up, as opposed to AWS.
func cancelled(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, context.Canceled)
}
