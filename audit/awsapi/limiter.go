package awsapi

import (
	"cmp"
	"context"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limit bounds the requests per second of one service in one account and
// region. The rate starts at Start, halves when AWS throttles, down to Min,
// and grows by a tenth of Start a second while AWS does not, up to Max.
type Limit struct{ Start, Min, Max float64 }

// DefaultLimits stays at or under half of the limits that AWS publishes, since
// the account that is read pays for the calls with its own quota.
//
//   - cloudtrail: Get, Describe and List calls 10/s (CloudTrail User Guide,
//     "Quotas in AWS CloudTrail").
//   - sts: AssumeRole 600/s (IAM User Guide, "IAM and AWS STS quotas").
//   - iam, s3, s3control, organizations: AWS publishes no number. IAM scanners
//     settled at 15 to 40/s. S3 takes more, and answers SlowDown where not.
func DefaultLimits() map[Service]Limit {
	return map[Service]Limit{
		CloudTrail:    {Start: 5, Min: 0.5, Max: 5},
		IAM:           {Start: 10, Min: 1, Max: 10},
		Organizations: {Start: 1, Min: 0.2, Max: 1},
		S3:            {Start: 100, Min: 2, Max: 400},
		S3Control:     {Start: 5, Min: 0.5, Max: 10},
		STS:           {Start: 100, Min: 1, Max: 300},
	}
}

const (
	// cutOnce is the time within which throttled requests count as one
	// event: those in flight when the rate was cut say nothing new.
	cutOnce = time.Second
	// throttleMemory is how long a not-found answer is distrusted after
	// throttling; waiting 10 s cured such false answers of S3
	// (cloud-custodian issue 6048).
	throttleMemory = 10 * time.Second
)

// limiter is a token bucket whose rate follows throttling: additive increase,
// multiplicative decrease.
type limiter struct {
	limit  Limit
	bucket *rate.Limiter

	mu        sync.Mutex
	rate      float64
	cutAt     time.Time
	throttled time.Time
}

func newLimiter(l Limit) *limiter {
	burst := max(1, int(math.Ceil(l.Start/2)))
	return &limiter{limit: l, rate: l.Start, bucket: rate.NewLimiter(rate.Limit(l.Start), burst)}
}

// wait blocks until the next request may be sent. It fails at once if that is
// after the deadline of ctx.
func (l *limiter) wait(ctx context.Context) error {
	if l.bucket.Wait(ctx) == nil {
		return nil
	}
	return cmp.Or(ctx.Err(), context.DeadlineExceeded)
}

// throttle records that AWS throttled a request and halves the rate.
func (l *limiter) throttle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.throttled = now
	if now.Sub(l.cutAt) < cutOnce {
		return
	}
	l.cutAt = now
	l.set(max(l.limit.Min, l.rate/2))
}

// succeed records an answer and raises the rate: at full use of the rate, the
// raises of one second add up to a tenth of Start.
func (l *limiter) succeed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rate < l.limit.Max {
		l.set(min(l.limit.Max, l.rate+l.limit.Start/10/l.rate))
	}
}

func (l *limiter) set(perSecond float64) {
	l.rate = perSecond
	l.bucket.SetLimit(rate.Limit(perSecond))
}

// recentlyThrottled reports whether a not-found answer is to be distrusted.
func (l *limiter) recentlyThrottled() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.throttled.IsZero() && time.Since(l.throttled) < throttleMemory
}
