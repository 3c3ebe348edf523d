package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// S3Client calls Amazon S3 in one account and region.
type S3Client struct {
	ListBuckets                Read[s3.ListBucketsInput, s3.ListBucketsOutput]
	GetBucketTagging           Read[s3.GetBucketTaggingInput, s3.GetBucketTaggingOutput]
	GetBucketOwnershipControls Read[s3.GetBucketOwnershipControlsInput, s3.GetBucketOwnershipControlsOutput]
	GetBucketPolicy            Read[s3.GetBucketPolicyInput, s3.GetBucketPolicyOutput]
	GetBucketPolicyStatus      Read[s3.GetBucketPolicyStatusInput, s3.GetBucketPolicyStatusOutput]
	GetPublicAccessBlock       Read[s3.GetPublicAccessBlockInput, s3.GetPublicAccessBlockOutput]

	// The errors of these two are the SDK's; the Factory's HeadBucket and
	// PutObject say what they mean.
	headBucket func(context.Context, *s3.HeadBucketInput) (*s3.HeadBucketOutput, error)
	putObject  method[s3.PutObjectInput, s3.PutObjectOutput, s3.Options]
}

// S3 returns the account's client for buckets of the region; "" is the
// account's home region.
func (f *Factory) S3(accountID, region string) *S3Client {
	return cached(f, f.key(S3, accountID, region), func(cfg aws.Config, l *lane) *S3Client {
		api := s3.NewFromConfig(cfg, func(o *s3.Options) {
			// Path-style keeps one host per region, and so one pool of
			// connections, instead of one for each bucket.
			o.UsePathStyle = true
			o.DisableS3ExpressSessionAuth = aws.Bool(true)
			o.DisableMultiRegionAccessPoints = true
			o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
			o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
		})
		return &S3Client{
			ListBuckets:                read(l, ListBuckets, api.ListBuckets),
			GetBucketTagging:           read(l, GetBucketTagging, api.GetBucketTagging),
			GetBucketOwnershipControls: read(l, GetBucketOwnershipControls, api.GetBucketOwnershipControls),
			GetBucketPolicy:            read(l, GetBucketPolicy, api.GetBucketPolicy),
			GetBucketPolicyStatus:      read(l, GetBucketPolicyStatus, api.GetBucketPolicyStatus),
			GetPublicAccessBlock:       read(l, GetPublicAccessBlock, api.GetPublicAccessBlock),

			headBucket: confirmed(l, HeadBucket, api.HeadBucket),
			putObject:  api.PutObject,
		}
	})
}
