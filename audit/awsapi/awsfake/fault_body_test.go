package awsfake_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

func TestMalformedBody(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate(), awsfake.WithRules(awsfake.Rule{Fault: awsfake.Malformed}))
	for _, op := range operations {
		want := "not an API error"
		if op.name == "HeadBucket" || op.name == "GetBucketPolicy" {
			want = ""
		}
		err := op.call(t.Context(), in(s, data, "us-east-1"))
		if got := code(err); got != want {
			t.Errorf("%s:%s: %q, want %q (%v)", op.service, op.name, got, want, err)
		}
	}
	out, err := s3Client(in(s, data, "us-east-1")).GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: aws.String("full")})
	if err != nil || *out.Policy != fullPolicy[:len(fullPolicy)/2] {
		t.Errorf("got %+v, %v; want half of the policy", out, err)
	}
}

// An empty 200 looks like success to the SDK. Whoever reads these outputs has to tell "nothing
// there" from "nothing said".
func TestEmptyBody(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate(), awsfake.WithRules(awsfake.Rule{Fault: awsfake.EmptyBody}))
	for _, op := range operations {
		if err := op.call(t.Context(), in(s, data, "us-east-1")); err != nil {
			t.Errorf("%s:%s: %v", op.service, op.name, err)
		}
	}
	client := s3Client(in(s, data, "us-east-1"))
	listed, err := client.ListBuckets(t.Context(), &s3.ListBucketsInput{MaxBuckets: aws.Int32(10)})
	if err != nil || listed.Buckets != nil || listed.Owner != nil {
		t.Errorf("got %+v, %v", listed, err)
	}
	policy, err := client.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: aws.String("full")})
	if err != nil || policy.Policy != nil {
		t.Errorf("got %+v, %v", policy, err)
	}
}

func TestWrongRegionNamesTheBucketsRegion(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate(), awsfake.WithRules(awsfake.Rule{Fault: awsfake.WrongRegion}))
	for _, test := range []struct{ bucket, region, want string }{
		{"west", "us-east-1", "us-west-2"},
		{"full", "us-east-1", "eu-central-1"},
		{"west", "eu-central-1", "us-west-2"},
		{"absent", "eu-central-1", "us-east-1"},
	} {
		_, err := s3Client(in(s, data, test.region)).HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: &test.bucket})
		if got := headerOf(err, "X-Amz-Bucket-Region"); got != test.want || status(err) != 301 {
			t.Errorf("%s from %s: %d to %q, want 301 to %q", test.bucket, test.region, status(err), got, test.want)
		}
	}
}
