package awsfake_test

import (
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

func TestBucketSettings(t *testing.T) {
	t.Parallel()
	ctx, client, full := t.Context(), s3Client(in(start(t, testEstate()), data, "us-east-1")), aws.String("full")

	ownership, err := client.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: full})
	if err != nil || len(ownership.OwnershipControls.Rules) != 1 ||
		ownership.OwnershipControls.Rules[0].ObjectOwnership != types.ObjectOwnershipBucketOwnerEnforced {
		t.Errorf("ownership %+v, %v", ownership, err)
	}
	policy, err := client.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: full})
	if err != nil || aws.ToString(policy.Policy) != fullPolicy {
		t.Errorf("policy %+v, %v", policy, err)
	}
	public, err := client.GetBucketPolicyStatus(ctx, &s3.GetBucketPolicyStatusInput{Bucket: full})
	if err != nil || !aws.ToBool(public.PolicyStatus.IsPublic) {
		t.Errorf("policy status %+v, %v", public, err)
	}
	block, err := client.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: full})
	if err != nil {
		t.Fatal(err)
	}
	want := &types.PublicAccessBlockConfiguration{
		BlockPublicAcls: aws.Bool(true), IgnorePublicAcls: aws.Bool(false),
		BlockPublicPolicy: aws.Bool(true), RestrictPublicBuckets: aws.Bool(false),
	}
	if diff := cmp.Diff(want, block.PublicAccessBlockConfiguration, cmpopts.IgnoreUnexported(*want)); diff != "" {
		t.Error(diff)
	}
	tags, err := client.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: full})
	if err != nil || len(tags.TagSet) != 2 || *tags.TagSet[0].Key != "a&b" || *tags.TagSet[0].Value != "<c>" {
		t.Errorf("tags %+v, %v", tags, err)
	}
}

func TestEmptyPolicyStatusIsNotAnAnswer(t *testing.T) {
	t.Parallel()
	client := s3Client(in(start(t, testEstate()), data, "us-east-1"))
	out, err := client.GetBucketPolicyStatus(t.Context(), &s3.GetBucketPolicyStatusInput{Bucket: aws.String("moto")})
	if err != nil || out.PolicyStatus == nil || out.PolicyStatus.IsPublic != nil {
		t.Errorf("got %+v, %v; want a status that does not say", out, err)
	}
}

// bucketCalls ask for each setting of a bucket.
func bucketCalls(client *s3.Client, t *testing.T) map[string]func(bucket, owner string) error {
	ctx := t.Context()
	expect := func(owner string) *string {
		if owner == "" {
			return nil
		}
		return &owner
	}
	return map[string]func(bucket, owner string) error{
		"HeadBucket": func(b, o string) error {
			_, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &b, ExpectedBucketOwner: expect(o)})
			return err
		},
		"GetBucketOwnershipControls": func(b, o string) error {
			_, err := client.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: &b, ExpectedBucketOwner: expect(o)})
			return err
		},
		"GetBucketPolicy": func(b, o string) error {
			_, err := client.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &b, ExpectedBucketOwner: expect(o)})
			return err
		},
		"GetBucketPolicyStatus": func(b, o string) error {
			_, err := client.GetBucketPolicyStatus(ctx, &s3.GetBucketPolicyStatusInput{Bucket: &b, ExpectedBucketOwner: expect(o)})
			return err
		},
		"GetPublicAccessBlock": func(b, o string) error {
			_, err := client.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &b, ExpectedBucketOwner: expect(o)})
			return err
		},
		"GetBucketTagging": func(b, o string) error {
			_, err := client.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &b, ExpectedBucketOwner: expect(o)})
			return err
		},
	}
}

func TestBucketErrors(t *testing.T) {
	t.Parallel()
	calls := bucketCalls(s3Client(in(start(t, testEstate()), data, "us-east-1")), t)
	for _, test := range []struct {
		operation, bucket, owner string
		status                   int
		code                     string
	}{
		{"HeadBucket", "bare", data, 0, ""},
		{"GetBucketOwnershipControls", "bare", data, 404, "OwnershipControlsNotFoundError"},
		{"GetBucketPolicy", "bare", data, 404, "NoSuchBucketPolicy"},
		{"GetBucketPolicyStatus", "bare", data, 404, "NoSuchBucketPolicy"},
		{"GetPublicAccessBlock", "bare", data, 404, "NoSuchPublicAccessBlockConfiguration"},
		{"GetBucketTagging", "bare", data, 404, "NoSuchTagSet"},
		{"HeadBucket", "absent", "", 404, "NotFound"},
		{"GetBucketPolicy", "absent", "", 404, "NoSuchBucket"},
		{"GetBucketTagging", "absent", "", 404, "NoSuchBucket"},
		{"GetBucketPolicy", "full", other, 403, "AccessDenied"},
		{"HeadBucket", "full", other, 403, "Forbidden"},
		{"GetBucketPolicy", "foreign", "", 403, "AccessDenied"},
		{"GetBucketOwnershipControls", "foreign", other, 403, "AccessDenied"},
		{"HeadBucket", "foreign", "", 403, "Forbidden"},
		{"GetBucketPolicy", "shared", "", 405, "MethodNotAllowed"},
		{"GetBucketPolicyStatus", "shared", "", 405, "MethodNotAllowed"},
		{"GetBucketOwnershipControls", "shared", other, 0, ""},
		{"HeadBucket", "shared", data, 403, "Forbidden"},
		{"GetBucketPolicy", "west", data, 301, "PermanentRedirect"},
		{"HeadBucket", "west", data, 301, "MovedPermanently"},
		{"HeadBucket", "dotted.s3.name", data, 0, ""},
	} {
		err := calls[test.operation](test.bucket, test.owner)
		if got := code(err); got != test.code || status(err) != test.status {
			t.Errorf("%s of %s expecting owner %q: %d %q, want %d %q (%v)",
				test.operation, test.bucket, test.owner, status(err), got, test.status, test.code, err)
		}
	}
}

func TestHeadBucketTellsTheRegion(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	out, err := s3Client(in(s, data, "us-west-2")).HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: aws.String("west")})
	if err != nil || aws.ToString(out.BucketRegion) != "us-west-2" || aws.ToString(out.BucketArn) != "arn:aws:s3:::west" {
		t.Errorf("got %+v, %v", out, err)
	}
	moto := testEstate()
	moto.NoBucketRegion = true
	out, err = s3Client(in(start(t, moto), data, "us-west-2")).HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: aws.String("west")})
	if err != nil || aws.ToString(out.BucketRegion) != "us-west-2" || out.BucketArn != nil {
		t.Errorf("with NoBucketRegion: %+v, %v", out, err)
	}
	for _, bucket := range []string{"west", "foreign"} {
		_, err := s3Client(in(s, data, "us-east-1")).HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: &bucket})
		if headerOf(err, "X-Amz-Bucket-Region") == "" {
			t.Errorf("%s: status %d without the region", bucket, status(err))
		}
	}
}

func TestVirtualHostedStyle(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	for _, endpoint := range []string{"", "http://localhost:80"} {
		config := in(s, data, "us-east-1")
		config.BaseEndpoint = nil
		client := s3.NewFromConfig(config, func(o *s3.Options) {
			o.EndpointOptions.DisableHTTPS = true
			if endpoint != "" {
				o.BaseEndpoint = &endpoint
			}
		})
		if _, err := client.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: aws.String("full")}); err != nil {
			t.Errorf("endpoint %q: %v", endpoint, err)
		}
	}
	for _, c := range s.Calls() {
		if c.PathStyle || c.Resource != "full" {
			t.Errorf("call %+v, want virtual-hosted style on bucket full", c)
		}
	}
	client := s3.NewFromConfig(as(s, key(data), "", "us-east-1"), func(o *s3.Options) {
		o.BaseEndpoint, o.UsePathStyle = aws.String("http://s3.us-east-1.amazonaws.com"), true
	})
	if _, err := client.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: aws.String("bare")}); err != nil {
		t.Errorf("path style on the real host name: %v", err)
	}
}

func TestWhatIsNotServedIsLoudAndCounted(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	client := s3Client(in(s, data, "us-east-1"))
	_, err := client.GetBucketLocation(t.Context(), &s3.GetBucketLocationInput{Bucket: aws.String("full")})
	wantCode(t, err, "NotImplemented")
	_, err = client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("full"), Key: aws.String("a/b")})
	wantCode(t, err, "NotImplemented")
	_, err = client.DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: aws.String("full")})
	wantCode(t, err, "NotImplemented")
	got := map[string]int{}
	for k, n := range s.Counts() {
		got[k.Operation] += n
	}
	want := map[string]int{"GetBucketLocation": 1, "GetObject": 1, http.MethodDelete + " ?policy=": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAccountPublicAccessBlock(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	get := func(caller, account string) (*s3control.GetPublicAccessBlockOutput, error) {
		return s3control.NewFromConfig(in(s, caller, "us-east-1")).GetPublicAccessBlock(t.Context(),
			&s3control.GetPublicAccessBlockInput{AccountId: &account})
	}
	out, err := get(data, data)
	if err != nil || !*out.PublicAccessBlockConfiguration.RestrictPublicBuckets || *out.PublicAccessBlockConfiguration.BlockPublicAcls {
		t.Errorf("got %+v, %v", out, err)
	}
	_, err = get(other, other)
	wantCode(t, err, "NoSuchPublicAccessBlockConfiguration")
	_, err = get(data, other)
	wantCode(t, err, "AccessDenied")
	if n := s.Count(awsfake.Match{Service: awsfake.S3Control, Account: data, Resource: other}); n != 1 {
		t.Errorf("%d calls counted for the other account, want 1", n)
	}
}
