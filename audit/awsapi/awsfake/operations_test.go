package awsfake_test

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

// operations call each operation that the fake serves, on things that testEstate holds.
var operations = []struct {
	service, name string
	call          func(context.Context, aws.Config) error
}{
	{awsfake.S3, "ListBuckets", func(ctx context.Context, c aws.Config) error {
		_, err := s3Client(c).ListBuckets(ctx, &s3.ListBucketsInput{MaxBuckets: aws.Int32(100)})
		return err
	}},
	{awsfake.S3, "HeadBucket", func(ctx context.Context, c aws.Config) error {
		_, err := s3Client(c).HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String("full")})
		return err
	}},
	{awsfake.S3, "GetBucketOwnershipControls", func(ctx context.Context, c aws.Config) error {
		_, err := s3Client(c).GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: aws.String("full")})
		return err
	}},
	{awsfake.S3, "GetBucketPolicy", func(ctx context.Context, c aws.Config) error {
		_, err := s3Client(c).GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: aws.String("full")})
		return err
	}},
	{awsfake.S3, "GetBucketPolicyStatus", func(ctx context.Context, c aws.Config) error {
		_, err := s3Client(c).GetBucketPolicyStatus(ctx, &s3.GetBucketPolicyStatusInput{Bucket: aws.String("full")})
		return err
	}},
	{awsfake.S3, "GetPublicAccessBlock", func(ctx context.Context, c aws.Config) error {
		_, err := s3Client(c).GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: aws.String("full")})
		return err
	}},
	{awsfake.S3, "GetBucketTagging", func(ctx context.Context, c aws.Config) error {
		_, err := s3Client(c).GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: aws.String("full")})
		return err
	}},
	{awsfake.S3Control, "GetPublicAccessBlock", func(ctx context.Context, c aws.Config) error {
		_, err := s3control.NewFromConfig(c).GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: aws.String(data)})
		return err
	}},
	{awsfake.STS, "GetCallerIdentity", func(ctx context.Context, c aws.Config) error {
		_, err := sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		return err
	}},
	{awsfake.STS, "AssumeRole", func(ctx context.Context, c aws.Config) error {
		_, err := assume(ctx, c, "arn:aws:iam::444455556666:role/QuiltAuditor", "s3cr3t")
		return err
	}},
	{awsfake.IAM, "GetRole", func(ctx context.Context, c aws.Config) error {
		_, err := iam.NewFromConfig(c).GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("Alice")})
		return err
	}},
	{awsfake.IAM, "ListRolePolicies", func(ctx context.Context, c aws.Config) error {
		_, err := iam.NewFromConfig(c).ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: aws.String("Alice")})
		return err
	}},
	{awsfake.IAM, "GetRolePolicy", func(ctx context.Context, c aws.Config) error {
		_, err := iam.NewFromConfig(c).GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: aws.String("Alice"), PolicyName: aws.String("p1")})
		return err
	}},
	{awsfake.IAM, "ListAttachedRolePolicies", func(ctx context.Context, c aws.Config) error {
		_, err := iam.NewFromConfig(c).ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: aws.String("Alice")})
		return err
	}},
	{awsfake.IAM, "GetPolicy", func(ctx context.Context, c aws.Config) error {
		_, err := iam.NewFromConfig(c).GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(customerPolicy)})
		return err
	}},
	{awsfake.IAM, "GetPolicyVersion", func(ctx context.Context, c aws.Config) error {
		_, err := iam.NewFromConfig(c).GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: aws.String(customerPolicy), VersionId: aws.String("v2")})
		return err
	}},
	{awsfake.CloudTrail, "DescribeTrails", func(ctx context.Context, c aws.Config) error {
		_, err := cloudtrail.NewFromConfig(c).DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{})
		return err
	}},
	{awsfake.CloudTrail, "GetTrailStatus", func(ctx context.Context, c aws.Config) error {
		_, err := cloudtrail.NewFromConfig(c).GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: aws.String("own")})
		return err
	}},
	{awsfake.CloudTrail, "GetEventSelectors", func(ctx context.Context, c aws.Config) error {
		_, err := cloudtrail.NewFromConfig(c).GetEventSelectors(ctx, &cloudtrail.GetEventSelectorsInput{TrailName: aws.String("own")})
		return err
	}},
	{awsfake.Organizations, "DescribeOrganization", func(ctx context.Context, c aws.Config) error {
		_, err := organizations.NewFromConfig(c).DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
		return err
	}},
}
