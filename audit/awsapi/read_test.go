package awsapi_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func policyOf(ctx context.Context, f *awsapi.Factory, bucket string) (*s3.GetBucketPolicyOutput, error) {
	return f.S3(data, "us-west-2").GetBucketPolicy(ctx,
		&s3.GetBucketPolicyInput{Bucket: aws.String(bucket), ExpectedBucketOwner: aws.String(data)})
}

func listBuckets(ctx context.Context, client *awsapi.S3Client) (*s3.ListBucketsOutput, error) {
	return client.ListBuckets(ctx, &s3.ListBucketsInput{})
}

func describeTrails(ctx context.Context, f *awsapi.Factory) error {
	client := f.CloudTrail(data, "us-west-2")
	_, err := client.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{})
	return err
}

func TestFailuresAreReadErrors(t *testing.T) {
	policy := awsfake.Match{Operation: "GetBucketPolicy"}
	const op, throttles = "s3:GetBucketPolicy", "AWS throttles these requests"
	const anyNumber = -1 // net/http adds an attempt where a kept connection was reset
	const refused = "the credentials were refused: expired, malformed, or not valid here"
	tests := []struct {
		name  string
		fault awsfake.Fault
		want  snapshot.ReadError
		calls int
	}{
		{"denied", awsfake.AccessDenied, snapshot.ReadError{
			Operation: op, Code: "AccessDenied", MissingPermission: op, Detail: "no identity-based policy allows it",
		}, 1},
		{"SCP", awsfake.DeniedBySCP, snapshot.ReadError{
			Operation: op, Code: "AccessDenied", MissingPermission: op, Detail: "an explicit deny in a service control policy",
		}, 1},
		{"throttled", awsfake.Throttle, snapshot.ReadError{Operation: op, Code: "SlowDown", Retryable: true, Detail: throttles}, 3},
		{"500", awsfake.InternalError, snapshot.ReadError{Operation: op, Code: "InternalError", Retryable: true}, 3},
		{"reset", awsfake.Reset, snapshot.ReadError{Operation: op, Code: "ConnectionReset", Retryable: true}, anyNumber},
		{"truncated", awsfake.Truncate, snapshot.ReadError{Operation: op, Code: "MalformedResponse", Retryable: true}, 3},
		{"wrong region", awsfake.WrongRegion, snapshot.ReadError{
			Operation: op, Code: "PermanentRedirect", Detail: "the bucket is in another region than it was asked for in",
		}, 1},
		{"vanished", awsfake.NoSuchBucket, snapshot.ReadError{
			Operation: op, Code: "NoSuchBucket", Detail: "there is no such bucket any more",
		}, 1},
		{"expired", awsfake.ExpiredToken, snapshot.ReadError{Operation: op, Code: "ExpiredToken", Detail: refused}, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server, f := start(t, estate(), quick(), awsfake.WithRules(awsfake.Rule{Match: policy, Fault: test.fault}))
			_, err := policyOf(t.Context(), f, "acme-full")
			if diff := cmp.Diff(&test.want, awsapi.ReadError(err)); diff != "" {
				t.Error(diff)
			}
			if n := server.Count(policy); n != test.calls && test.calls != anyNumber {
				t.Errorf("%d attempts, want %d", n, test.calls)
			}
		})
	}
}

func TestFailuresOfOtherProtocols(t *testing.T) {
	const op = "cloudtrail:DescribeTrails"
	tests := map[awsfake.Fault]snapshot.ReadError{
		awsfake.AccessDenied: {
			Operation: op, Code: "AccessDeniedException", MissingPermission: op, Detail: "no identity-based policy allows it",
		},
		awsfake.Throttle:      {Operation: op, Code: "ThrottlingException", Retryable: true, Detail: "AWS throttles these requests"},
		awsfake.Malformed:     {Operation: op, Code: "MalformedResponse", Retryable: true},
		awsfake.ExpiredToken:  {Operation: op, Code: "ExpiredTokenException", Detail: "the credentials were refused: expired, malformed, or not valid here"},
		awsfake.InternalError: {Operation: op, Code: "InternalFailure", Retryable: true},
	}
	for fault, want := range tests {
		_, f := start(t, estate(), quick(), awsfake.WithRules(awsfake.Rule{Match: awsfake.Match{Operation: "DescribeTrails"}, Fault: fault}))
		if diff := cmp.Diff(&want, awsapi.ReadError(describeTrails(t.Context(), f))); diff != "" {
			t.Errorf("fault %d: %s", fault, diff)
		}
	}
}

func TestHangingAnswerTimesOut(t *testing.T) {
	o := quick()
	o.Timeout = 20 * time.Millisecond // on a busy machine also of a request that never arrives
	var attempts atomic.Int32
	o.Observe = func(awsapi.Call) { attempts.Add(1) }
	_, f := start(t, estate(), o, awsfake.WithRules(awsfake.Rule{Fault: awsfake.Hang}))
	_, err := listBuckets(t.Context(), f.S3(control, "us-east-1"))
	want := &snapshot.ReadError{Operation: "s3:ListBuckets", Code: "Timeout", Retryable: true}
	if diff := cmp.Diff(want, awsapi.ReadError(err)); diff != "" {
		t.Error(diff)
	}
	if n := attempts.Load(); n != 3 {
		t.Errorf("%d attempts, want 3", n)
	}
}

func TestNotConfiguredIsAnAnswer(t *testing.T) {
	server, f := start(t, estate(), quick())
	_, err := policyOf(t.Context(), f, "acme-bare")
	absent, ok := errors.AsType[*awsapi.NotFound](err)
	if !ok || absent.Code != "NoSuchBucketPolicy" || !awsapi.IsNotFound(err) {
		t.Errorf("got %v", err)
	}
	if n := server.Count(awsfake.Match{Operation: "GetBucketPolicy"}); n != 1 {
		t.Errorf("%d calls, want 1: nothing was throttled", n)
	}
}

func TestNotFoundUnderThrottling(t *testing.T) {
	policy := awsfake.Match{Operation: "GetBucketPolicy"}
	once := awsfake.Rule{Match: policy, Fault: awsfake.Throttle, Times: 1}
	unconfirmed := func(code string) *snapshot.ReadError {
		return &snapshot.ReadError{
			Operation: "s3:GetBucketPolicy", Code: code, Retryable: true,
			Detail: "answered while requests were throttled, and not confirmed by a second read",
		}
	}
	tests := []struct {
		name, bucket string
		rules        []awsfake.Rule
		want         *snapshot.ReadError // nil: the answer is believed
		calls        int
	}{
		{"confirmed", "acme-bare", []awsfake.Rule{once}, nil, 3},
		{"policy there after all", "acme-full", []awsfake.Rule{once, {Match: policy, Fault: awsfake.NotFound, Times: 2}}, unconfirmed("NoSuchBucketPolicy"), 3},
		{"bucket there after all", "acme-full", []awsfake.Rule{once, {Match: policy, Fault: awsfake.NoSuchBucket, Times: 2}}, unconfirmed("NoSuchBucket"), 3},
		{"throttled again", "acme-bare", []awsfake.Rule{once, {Match: policy, Fault: awsfake.Throttle, Skip: 2, Times: 1}}, unconfirmed("NoSuchBucketPolicy"), 4},
		{"another call was throttled", "acme-bare", []awsfake.Rule{
			{Match: awsfake.Match{Operation: "GetBucketOwnershipControls"}, Fault: awsfake.Throttle, Times: 1},
		}, nil, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server, f := start(t, estate(), quick(), awsfake.WithRules(test.rules...))
			client := f.S3(data, "us-west-2")
			if _, err := client.GetBucketOwnershipControls(t.Context(),
				&s3.GetBucketOwnershipControlsInput{Bucket: aws.String("acme-full")}); err != nil {
				t.Fatal(err)
			}
			_, err := policyOf(t.Context(), f, test.bucket)
			if test.want == nil && !awsapi.IsNotFound(err) {
				t.Errorf("got %v, want a believed not-found", err)
			}
			if test.want != nil {
				if diff := cmp.Diff(test.want, awsapi.ReadError(err)); diff != "" {
					t.Error(diff)
				}
			}
			if n := server.Count(policy); n != test.calls {
				t.Errorf("%d calls, want %d", n, test.calls)
			}
		})
	}
}

func TestCancelledCallIsNoEvidence(t *testing.T) {
	_, f := start(t, estate(), quick())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := policyOf(ctx, f, "acme-full")
	if e := awsapi.ReadError(err); e == nil || e.Code != awsapi.CodeCancelled || e.Denied() {
		t.Errorf("got %+v", e)
	}
}

func TestEveryAttemptPassesTheLimiter(t *testing.T) {
	o := quick()
	// One request at once, and the next after hours: a retry has to wait, and
	// does not even begin to if it would be too late.
	o.Limits[awsapi.S3] = awsapi.Limit{Start: 0.0001, Min: 0.0001, Max: 0.0001}
	server, f := start(t, estate(), o, awsfake.WithRules(awsfake.Rule{Match: awsfake.Match{Service: awsfake.S3}, Fault: awsfake.Throttle}))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := policyOf(ctx, f, "acme-full")
	if e := awsapi.ReadError(err); e == nil || e.Code != awsapi.CodeTimeout || !e.Retryable {
		t.Errorf("got %+v", e)
	}
	if n := server.Count(awsfake.Match{Service: awsfake.S3}); n != 1 {
		t.Errorf("%d attempts were sent, want 1", n)
	}
}

func TestHeadBucket(t *testing.T) {
	e := estate()
	e.Buckets = append(e.Buckets, awsfake.Bucket{Name: "acme-far", Owner: data, Region: "ap-south-1"})
	_, f := start(t, e, quick())
	tests := []struct {
		bucket, owner string
		want          awsapi.Head
	}{
		{"acme-full", data, awsapi.Head{Status: 200, Region: "us-west-2"}},
		{"acme-far", data, awsapi.Head{Status: 200, Region: "ap-south-1"}},
		{"other-bucket", "", awsapi.Head{Status: 403, Region: "eu-central-1"}},
		{"no-such-bucket", data, awsapi.Head{Status: 404}},
	}
	for _, test := range tests {
		got, err := f.HeadBucket(t.Context(), data, "", test.bucket, test.owner)
		if err != nil || got != test.want {
			t.Errorf("%s: got %+v, %v; want %+v", test.bucket, got, err, test.want)
		}
	}
}

func TestHeadBucketThatFailsTellsNothing(t *testing.T) {
	for fault, code := range map[awsfake.Fault]string{
		awsfake.InternalError: "InternalServerError", awsfake.Throttle: "ServiceUnavailable", awsfake.Reset: "ConnectionReset",
	} {
		_, f := start(t, estate(), quick(), awsfake.WithRules(awsfake.Rule{Match: awsfake.Match{Operation: "HeadBucket"}, Fault: fault}))
		_, err := f.HeadBucket(t.Context(), data, "", "acme-full", data)
		if e := awsapi.ReadError(err); e == nil || e.Code != code || !e.Retryable {
			t.Errorf("fault %d: got %+v, want %s", fault, e, code)
		}
	}
}
