package awsfake_test

import (
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

func TestEveryCallIsRecorded(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	want := map[awsfake.Key]int{}
	for _, op := range operations {
		if err := op.call(t.Context(), in(s, data, "us-east-1")); err != nil {
			t.Fatalf("%s:%s: %v", op.service, op.name, err)
		}
		want[awsfake.Key{Service: op.service, Operation: op.name, Account: data, Region: "us-east-1"}]++
	}
	if diff := cmp.Diff(want, s.Counts()); diff != "" {
		t.Error(diff)
	}
	if got := len(s.Calls()); got != len(operations) {
		t.Errorf("%d calls listed, want %d", got, len(operations))
	}
}

func TestCallTellsWhatAClientDid(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate(), awsfake.WithRules(awsfake.Rule{Fault: awsfake.Throttle}))
	_, err := s3Client(in(s, data, "us-west-2")).GetPublicAccessBlock(t.Context(),
		&s3.GetPublicAccessBlockInput{Bucket: aws.String("full"), ExpectedBucketOwner: aws.String(data)})
	wantCode(t, err, "SlowDown")
	want := []awsfake.Call{{
		Service: awsfake.S3, Operation: "GetPublicAccessBlock", Account: data, Region: "us-west-2", Resource: "full",
		Action: "s3:GetBucketPublicAccessBlock", AccessKeyID: key(data), ExpectedBucketOwner: data, PathStyle: true,
		Fault: awsfake.Throttle, Status: 503, Code: "SlowDown",
	}}
	if diff := cmp.Diff(want, s.Calls()); diff != "" {
		t.Error(diff)
	}
}

// The IAM actions differ from the operations' names for these.
func TestActionOfACall(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	named := map[string]string{
		"s3:ListBuckets": "s3:ListAllMyBuckets", "s3:HeadBucket": "s3:ListBucket",
		"s3:GetPublicAccessBlock":        "s3:GetBucketPublicAccessBlock",
		"s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
	}
	for i, op := range operations {
		if err := op.call(t.Context(), in(s, data, "us-east-1")); err != nil {
			t.Fatal(err)
		}
		want := op.service + ":" + op.name
		if action, ok := named[want]; ok {
			want = action
		}
		if got := s.Calls()[i].Action; got != want {
			t.Errorf("%s:%s needs %s, want %s", op.service, op.name, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	for _, call := range []struct{ account, region, bucket string }{
		{data, "us-east-1", "full"}, {data, "us-west-2", "west"}, {other, "us-east-1", "foreign"}, {other, "us-east-1", "full"},
	} {
		head(t.Context(), in(s, call.account, call.region), call.bucket)
	}
	for want, m := range []awsfake.Match{
		{Operation: "GetObject"},
		{Account: data, Region: "us-west-2"},
		{Resource: "full"},
		{Region: "us-east-1"},
		{Service: awsfake.S3},
	} {
		if got := s.Count(m); got != want {
			t.Errorf("%+v: %d, want %d", m, got, want)
		}
	}
	s.ResetRecord()
	if n := s.Count(awsfake.Match{}) + len(s.Calls()) + len(s.Counts()) + s.PeakConcurrency(data); n != 0 {
		t.Errorf("%d things left after ResetRecord", n)
	}
}

func TestCountsOnly(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate(), awsfake.CountsOnly())
	head(t.Context(), in(s, data, "us-east-1"), "full")
	if n := s.Count(awsfake.Match{Operation: "HeadBucket"}); n != 1 || len(s.Calls()) != 0 {
		t.Errorf("%d counted, %d kept; want 1 and 0", n, len(s.Calls()))
	}
}

func TestPeakConcurrency(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate(), awsfake.WithRules(awsfake.Rule{Fault: awsfake.Hang}))
	var calls sync.WaitGroup
	for account, n := range map[string]int{data: 5, other: 2} {
		for range n {
			calls.Go(func() { head(t.Context(), in(s, account, "us-east-1"), "full") })
		}
	}
	for s.Count(awsfake.Match{}) < 7 {
		time.Sleep(time.Millisecond)
	}
	s.Fake.Close()
	calls.Wait()
	s.SetRules()
	head(t.Context(), in(s, data, "us-east-1"), "full")
	if a, b, c := s.PeakConcurrency(data), s.PeakConcurrency(other), s.PeakConcurrency(control); a != 5 || b != 2 || c != 0 {
		t.Errorf("peaks %d, %d, %d; want 5, 2, 0", a, b, c)
	}
}
