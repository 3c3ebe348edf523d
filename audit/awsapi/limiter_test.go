package awsapi

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// sent counts the requests that pass the limiter in the time.
func sent(l *limiter, during time.Duration, after func()) int {
	ctx, cancel := context.WithTimeout(context.Background(), during)
	defer cancel()
	for n := 0; ; n++ {
		if l.wait(ctx) != nil {
			return n
		}
		after()
	}
}

func TestLimiterHalvesOncePerStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Limit{Start: 100, Min: 20, Max: 100})
		if n := sent(l, 10*time.Second, func() {}); n < 1000 || n > 1050 {
			t.Fatalf("%d requests in 10 s at 100/s and a burst of 50", n)
		}
		for range 30 {
			l.throttle()
		}
		if l.rate != 50 {
			t.Fatalf("30 throttled requests in flight left %v/s, want 50", l.rate)
		}
		time.Sleep(cutOnce)
		l.throttle()
		time.Sleep(cutOnce)
		l.throttle()
		if l.rate != 20 {
			t.Fatalf("the rate is %v/s, want the least, 20", l.rate)
		}
		if n := sent(l, 10*time.Second, func() {}); n < 200 || n > 250 {
			t.Errorf("%d requests in 10 s at 20/s", n)
		}
	})
}

func TestLimiterRecoversToItsMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Limit{Start: 100, Min: 2, Max: 140})
		l.throttle()
		sent(l, 4*time.Second, l.succeed)
		if l.rate < 85 || l.rate > 100 {
			t.Errorf("4 s after a cut to 50/s the rate is %v/s, want about 90", l.rate)
		}
		sent(l, time.Minute, l.succeed)
		if l.rate != 140 {
			t.Errorf("the rate grew to %v/s, want the most, 140", l.rate)
		}
	})
}

func TestLimiterRemembersThrottling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Limit{Start: 1, Min: 1, Max: 1})
		if l.recentlyThrottled() {
			t.Error("throttled before anything happened")
		}
		l.throttle()
		time.Sleep(throttleMemory - time.Nanosecond)
		if !l.recentlyThrottled() {
			t.Error("forgot too early")
		}
		time.Sleep(time.Nanosecond)
		if l.recentlyThrottled() {
			t.Error("never forgets")
		}
	})
}

func TestDefaultLimitsCoverTheServices(t *testing.T) {
	t.Parallel()
	for _, s := range []Service{CloudTrail, IAM, Organizations, S3, S3Control, STS} {
		l := DefaultLimits()[s]
		if l.Min <= 0 || l.Min > l.Start || l.Start > l.Max {
			t.Errorf("%s has %+v", s, l)
		}
	}
}
