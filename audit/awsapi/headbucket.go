package awsapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Head is what s3:HeadBucket tells of a bucket, also by refusing.
type Head struct {
	// Status is 200 (it may be listed), 403 (it exists, and may not), 404
	// (no such bucket), or 301 (it exists in a region that was not told).
	Status int
	// Region is the x-amz-bucket-region header, which S3 sends with a
	// refusal too (S3 API Reference, HeadBucket), "" if there is none.
	Region string
}

// Denied is the failed read that a 403 amounts to where a 200 is needed.
func (h Head) Denied() *snapshot.ReadError {
	return &snapshot.ReadError{Operation: string(HeadBucket), Code: "Forbidden", MissingPermission: HeadBucket.Action()}
}

// HeadBucket looks at a bucket from an account. The region is where to ask
// first, "" for the account's home region; where S3 answers that the bucket
// is in another region, it asks there. With expectedOwner, a bucket of
// another account answers 403. Any other status is a *snapshot.ReadError.
func (f *Factory) HeadBucket(ctx context.Context, accountID, region, bucket, expectedOwner string) (Head, error) {
	asked := f.key(S3, accountID, region).region
	head, err := f.headOnce(ctx, accountID, asked, bucket, expectedOwner)
	if head.elsewhere(asked) {
		head, err = f.headOnce(ctx, accountID, head.Region, bucket, expectedOwner)
	}
	if err != nil {
		return Head{}, err
	}
	return head, nil
}

// elsewhere reports whether the answer was to ask in another region.
func (h Head) elsewhere(asked string) bool {
	return h.Region != "" && h.Region != asked &&
		(h.Status == http.StatusMovedPermanently || h.Status == http.StatusTemporaryRedirect || h.Status == http.StatusBadRequest)
}

func (f *Factory) headOnce(ctx context.Context, accountID, region, bucket, expectedOwner string) (Head, error) {
	in := &s3.HeadBucketInput{Bucket: aws.String(bucket)}
	if expectedOwner != "" {
		in.ExpectedBucketOwner = aws.String(expectedOwner)
	}
	out, err := f.S3(accountID, region).headBucket(ctx, in)
	if err == nil {
		return Head{Status: http.StatusOK, Region: aws.ToString(out.BucketRegion)}, nil
	}
	if unconfirmed, ok := errors.AsType[*snapshot.ReadError](err); ok {
		return Head{}, unconfirmed
	}
	head := Head{Status: statusOf(err), Region: regionOf(err)}
	switch head.Status {
	case http.StatusForbidden, http.StatusNotFound, http.StatusMovedPermanently:
		return head, nil
	default:
		return head, explain(HeadBucket, err)
	}
}

// regionOf is the region that an S3 error names in its header.
func regionOf(err error) string {
	answer, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || answer.Response == nil {
		return ""
	}
	return answer.Response.Header.Get("X-Amz-Bucket-Region")
}
