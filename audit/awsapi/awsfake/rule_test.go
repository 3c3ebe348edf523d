package awsfake_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

// head asks for a bucket and gives the code of the answer.
func head(ctx context.Context, c aws.Config, bucket string) string {
	_, err := s3Client(c).HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket})
	return code(err)
}

func TestRulesMatch(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	home := in(s, data, "us-east-1")
	for _, test := range []struct {
		match awsfake.Match
		hit   bool
	}{
		{awsfake.Match{}, true},
		{awsfake.Match{Service: awsfake.S3, Operation: "HeadBucket", Account: data, Region: "us-east-1", Resource: "full"}, true},
		{awsfake.Match{Service: awsfake.S3Control}, false},
		{awsfake.Match{Operation: "GetBucketPolicy"}, false},
		{awsfake.Match{Account: other}, false},
		{awsfake.Match{Region: "us-west-2"}, false},
		{awsfake.Match{Resource: "ful"}, false},
		{awsfake.Match{Resource: "f*l"}, true},
		{awsfake.Match{Resource: "*"}, true},
		{awsfake.Match{Resource: "*u*l*"}, true},
		{awsfake.Match{Resource: "full*full"}, false},
		{awsfake.Match{Resource: "*x*"}, false},
		{awsfake.Match{Resource: "ull*"}, false},
	} {
		s.SetRules(awsfake.Rule{Match: test.match, Fault: awsfake.Throttle})
		if hit := head(t.Context(), home, "full") == "ServiceUnavailable"; hit != test.hit {
			t.Errorf("%+v: hit %v, want %v", test.match, hit, test.hit)
		}
	}
}

func TestRuleOnARole(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate(), awsfake.WithRules(awsfake.Rule{
		Match: awsfake.Match{Operation: "AssumeRole", Resource: "arn:aws:iam::444455556666:role/*"}, Fault: awsfake.Throttle,
	}))
	_, err := assume(t.Context(), atHome(s), "arn:aws:iam::444455556666:role/QuiltAuditor", "s3cr3t")
	wantCode(t, err, "Throttling")
}

func TestSkipAndTimes(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	for _, test := range []struct {
		skip, times int
		want        []string
	}{
		{0, 0, []string{"NotFound", "NotFound", "NotFound", "NotFound"}},
		{2, 0, []string{"", "", "NotFound", "NotFound"}},
		{0, 1, []string{"NotFound", "", "", ""}},
		{1, 2, []string{"", "NotFound", "NotFound", ""}},
	} {
		s.SetRules(awsfake.Rule{Match: awsfake.Match{Resource: "full"}, Fault: awsfake.NoSuchBucket, Skip: test.skip, Times: test.times})
		var got []string
		for range test.want {
			if other := head(t.Context(), in(s, data, "us-east-1"), "bare"); other != "" {
				t.Errorf("the other bucket: %s", other)
			}
			got = append(got, head(t.Context(), in(s, data, "us-east-1"), "full"))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("skip %d, times %d: %s", test.skip, test.times, diff)
		}
	}
}

func TestProbabilityIsRepeatable(t *testing.T) {
	t.Parallel()
	pattern := func(seed uint64) (hits int, pattern string) {
		s := start(t, testEstate(), awsfake.WithSeed(seed),
			awsfake.WithRules(awsfake.Rule{Fault: awsfake.InternalError, Probability: 0.25}))
		client := in(s, data, "us-east-1")
		for range 200 {
			if head(t.Context(), client, "full") != "" {
				hits++
				pattern += "x"
			} else {
				pattern += "."
			}
		}
		return hits, pattern
	}
	hits, first := pattern(7)
	if hits < 30 || hits > 70 {
		t.Errorf("%d of 200 calls hit, want about 50", hits)
	}
	if _, again := pattern(7); again != first {
		t.Errorf("the same seed gave\n%s\nand\n%s", first, again)
	}
	if _, different := pattern(8); different == first {
		t.Error("another seed gave the same calls")
	}
}

func TestFirstFaultDecidesAndDelaysAddUp(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate(), awsfake.WithLatency(5*time.Millisecond), awsfake.WithRules(
		awsfake.Rule{Delay: 10 * time.Millisecond},
		awsfake.Rule{Fault: awsfake.AccessDenied, Delay: 15 * time.Millisecond},
		awsfake.Rule{Fault: awsfake.Throttle},
	))
	began := time.Now()
	if got := head(t.Context(), in(s, data, "us-east-1"), "full"); got != "Forbidden" {
		t.Errorf("code %s, want that of the first fault", got)
	}
	// A lower bound is safe on a busy machine: a wait is never shorter than asked for.
	if took := time.Since(began); took < 30*time.Millisecond {
		t.Errorf("answered after %v, want the sum of all delays, 30ms", took)
	}
}

func TestClientThatGivesUpIsRecorded(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate(), awsfake.WithRules(awsfake.Rule{Delay: time.Hour, Fault: awsfake.AccessDenied}))
	// On a busy machine a client may give up before its request is sent.
	for patience := 20 * time.Millisecond; s.Count(awsfake.Match{Operation: "HeadBucket"}) == 0; patience *= 2 {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		if got := head(ctx, in(s, data, "us-east-1"), "full"); got != "not an API error" {
			t.Errorf("code %s", got)
		}
		cancel()
		time.Sleep(patience)
	}
	if got := fmt.Sprint(s.Calls()[0].Status, s.Calls()[0].Code); got != "0" {
		t.Errorf("recorded %s, want no answer", got)
	}
}
