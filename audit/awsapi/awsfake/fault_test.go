package awsfake_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

// codes are the error codes of one fault: S3 (and S3 Control), STS, IAM, CloudTrail, Organizations,
// and what the SDK makes of a HEAD answer, which has a status only.
type codes struct {
	s3, sts, iam, trail, org, head string
}

func (c codes) of(service, operation string) string {
	switch {
	case operation == "HeadBucket":
		return c.head
	case service == awsfake.STS:
		return c.sts
	case service == awsfake.IAM:
		return c.iam
	case service == awsfake.CloudTrail:
		return c.trail
	case service == awsfake.Organizations:
		return c.org
	}
	return c.s3
}

func TestFaultsThatAreAnswers(t *testing.T) {
	t.Parallel()
	for fault, want := range map[awsfake.Fault]codes{
		awsfake.None: {},
		awsfake.AccessDenied: {
			"AccessDenied", "AccessDenied", "AccessDenied", "AccessDeniedException", "AccessDeniedException", "Forbidden",
		},
		awsfake.DeniedBySCP: {
			"AccessDenied", "AccessDenied", "AccessDenied", "AccessDeniedException", "AccessDeniedException", "Forbidden",
		},
		awsfake.Throttle: {
			"SlowDown", "Throttling", "Throttling", "ThrottlingException", "TooManyRequestsException", "ServiceUnavailable",
		},
		awsfake.InternalError: {
			"InternalError", "InternalFailure", "ServiceFailure", "InternalFailure", "ServiceException", "InternalServerError",
		},
		awsfake.WrongRegion: {
			"PermanentRedirect", "SignatureDoesNotMatch", "SignatureDoesNotMatch",
			"InvalidSignatureException", "InvalidSignatureException", "MovedPermanently",
		},
		awsfake.ExpiredToken: {
			"ExpiredToken", "ExpiredToken", "ExpiredToken", "ExpiredTokenException", "ExpiredTokenException", "BadRequest",
		},
	} {
		s := start(t, testEstate(), awsfake.WithRules(awsfake.Rule{Fault: fault}))
		for _, op := range operations {
			err := op.call(t.Context(), in(s, data, "us-east-1"))
			if got := code(err); got != want.of(op.service, op.name) {
				t.Errorf("fault %d, %s:%s: code %q, want %q (%v)", fault, op.service, op.name, got, want.of(op.service, op.name), err)
			}
		}
	}
}

func TestStatusOfThrottling(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate(), awsfake.WithRules(awsfake.Rule{Fault: awsfake.Throttle}))
	for _, op := range operations {
		want := http.StatusBadRequest
		if op.service == awsfake.S3 || op.service == awsfake.S3Control {
			want = http.StatusServiceUnavailable
		}
		if got := status(op.call(t.Context(), in(s, data, "us-east-1"))); got != want {
			t.Errorf("%s:%s: status %d, want %d", op.service, op.name, got, want)
		}
	}
}

func TestDenialsSayWhy(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	for fault, want := range map[awsfake.Fault]string{
		awsfake.AccessDenied: "User: arn:aws:iam::444455556666:user/auditor is not authorized to perform: s3:GetBucketPolicy on resource: " +
			`"arn:aws:s3:::full" because no identity-based policy allows the s3:GetBucketPolicy action`,
		awsfake.DeniedBySCP: "with an explicit deny in a service control policy",
	} {
		s.SetRules(awsfake.Rule{Fault: fault})
		_, err := s3Client(in(s, data, "us-east-1")).GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: aws.String("full")})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not contain %q", err, want)
		}
	}
}

func TestFalse404(t *testing.T) {
	t.Parallel()
	notFound := map[string]string{
		"s3:ListBuckets": "NoSuchBucket", "s3:HeadBucket": "NotFound",
		"s3:GetBucketOwnershipControls": "OwnershipControlsNotFoundError",
		"s3:GetBucketPolicy":            "NoSuchBucketPolicy", "s3:GetBucketPolicyStatus": "NoSuchBucketPolicy",
		"s3:GetPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration", "s3:GetBucketTagging": "NoSuchTagSet",
		"s3control:GetPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
	}
	s := start(t, testEstate())
	for _, op := range operations {
		want := notFound[op.service+":"+op.name]
		switch op.service {
		case awsfake.STS, awsfake.IAM:
			want = "NoSuchEntity"
		case awsfake.CloudTrail:
			want = "TrailNotFoundException"
		case awsfake.Organizations:
			want = "AWSOrganizationsNotInUseException"
		}
		s.SetRules(awsfake.Rule{Fault: awsfake.NotFound})
		wantCode(t, op.call(t.Context(), in(s, data, "us-east-1")), want)
		if op.service == awsfake.S3 && op.name != "HeadBucket" {
			want = "NoSuchBucket"
		}
		s.SetRules(awsfake.Rule{Fault: awsfake.NoSuchBucket})
		wantCode(t, op.call(t.Context(), in(s, data, "us-east-1")), want)
	}
}

func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	for _, tls := range []bool{false, true} {
		var opts []awsfake.Option
		if tls {
			opts = append(opts, awsfake.WithTLS())
		}
		s := start(t, testEstate(), opts...)
		for _, op := range operations {
			name := op.service + ":" + op.name
			s.SetRules(awsfake.Rule{Fault: awsfake.Reset})
			if err := op.call(t.Context(), in(s, data, "us-east-1")); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("%s, TLS %v: %v, want a connection reset", name, tls, err)
			}
			s.SetRules(awsfake.Rule{Fault: awsfake.Truncate})
			err := op.call(t.Context(), in(s, data, "us-east-1"))
			if op.name == "HeadBucket" && err != nil {
				t.Errorf("%s: %v, want success: a HEAD answer has no body to cut", name, err)
			}
			if op.name != "HeadBucket" && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s, TLS %v: %v, want an unexpected EOF", name, tls, err)
			}
		}
	}
}

func TestHangUntilTheClientGivesUp(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate(), awsfake.WithRules(awsfake.Rule{Fault: awsfake.Hang}))
	for _, op := range operations {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- op.call(ctx, in(s, data, "us-east-1")) }()
		for s.Count(awsfake.Match{Service: op.service, Operation: op.name}) == 0 {
			time.Sleep(time.Millisecond)
		}
		select {
		case err := <-done:
			t.Errorf("%s:%s was answered: %v", op.service, op.name, err)
		default:
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("%s:%s: %v", op.service, op.name, err)
		}
	}
}

func TestCloseReleasesWhatHangs(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate(), awsfake.WithRules(awsfake.Rule{Fault: awsfake.Hang}))
	done := make(chan error, 1)
	go func() { done <- operations[0].call(context.Background(), in(s, data, "us-east-1")) }()
	for s.Count(awsfake.Match{}) == 0 {
		time.Sleep(time.Millisecond)
	}
	s.Close()
	if err := <-done; err == nil || code(err) != "not an API error" {
		t.Errorf("got %v, want a broken connection", err)
	}
}
