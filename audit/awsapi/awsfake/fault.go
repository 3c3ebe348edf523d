package awsfake

import (
	"sync/atomic"
	"time"
)

// Fault is what a rule does to a call.
type Fault int

const (
	// None leaves the call alone; a rule with it only delays.
	None Fault = iota
	// AccessDenied refuses as a missing identity policy does.
	AccessDenied
	// DeniedBySCP refuses "with an explicit deny in a service control policy".
	DeniedBySCP
	// Throttle is SlowDown with 503 in S3, Throttling, ThrottlingException or
	// TooManyRequestsException elsewhere.
	Throttle
	// InternalError is a 500 with the service's code for it.
	InternalError
	// Hang sends nothing until the client gives up or the server closes.
	Hang
	// Reset closes the connection with a TCP reset instead of an answer.
	Reset
	// Truncate promises the whole body, sends half of it and closes the connection.
	Truncate
	// Malformed sends the first half of the body as if it were all of it.
	Malformed
	// EmptyBody sends the true status without the body. Of a success the SDK then makes an output
	// with nothing in it and no error, for every operation.
	EmptyBody
	// WrongRegion is 301 PermanentRedirect in S3, naming the bucket's region (or, for a bucket that
	// is in the right one, another); a signature for the wrong region elsewhere.
	WrongRegion
	// NoSuchBucket is a 404 for a bucket, as if it had just been deleted; in other services it is
	// the same as NotFound. With [Rule.Skip] the bucket vanishes in mid-run; with [Rule.Times] it is
	// the passing 404 that S3 sometimes answers under load.
	NoSuchBucket
	// NotFound is the operation's own "not configured" answer, though it is configured:
	// NoSuchBucketPolicy, NoSuchEntity, TrailNotFoundException and so on.
	NotFound
	// ExpiredToken says that the session is over.
	ExpiredToken
)

// Rule makes a fault happen to the calls it matches. Of several rules that hit one call the first
// with a fault decides; delays add up.
type Rule struct {
	Match
	Fault Fault
	// Delay is waited before the answer.
	Delay time.Duration
	// Skip lets that many matching calls pass first.
	Skip int
	// Times ends the rule after that many matching calls beyond Skip; 0 never.
	Times int
	// Probability is the share of matching calls that are hit, decided by [WithSeed] and the number
	// of the call; 0 means every one.
	Probability float64
}

// liveRule is a rule with its count of matching calls.
type liveRule struct {
	Rule
	salt uint64
	seen atomic.Int64
}

func liven(rules []Rule, seed uint64) []*liveRule {
	live := make([]*liveRule, len(rules))
	for i, r := range rules {
		live[i] = &liveRule{Rule: r, salt: seed + uint64(i)<<32}
	}
	return live
}

// hits counts a matching call and says whether it is one that the rule strikes.
func (r *liveRule) hits() bool {
	n := int(r.seen.Add(1)) - 1 - r.Skip
	if n < 0 || r.Times > 0 && n >= r.Times {
		return false
	}
	return r.Probability == 0 || chance(r.salt, uint64(n)) < r.Probability
}

// chance is a number in [0, 1) that depends on nothing but its arguments, so that a run can be
// repeated whatever the order of its goroutines. It is SplitMix64 (Steele, Lea, Flood 2014).
func chance(salt, n uint64) float64 {
	z := (salt + n + 1) * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return float64((z^z>>31)>>11) / (1 << 53)
}

// strike gives the fault and the delay that the rules have for a call.
func strike(rules []*liveRule, c *Call) (Fault, time.Duration) {
	fault, delay := None, time.Duration(0)
	for _, r := range rules {
		if !r.matches(c) || !r.hits() {
			continue
		}
		delay += r.Delay
		if fault == None {
			fault = r.Fault
		}
	}
	return fault, delay
}
