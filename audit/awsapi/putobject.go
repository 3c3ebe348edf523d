package awsapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Object is a document for a bucket.
type Object struct {
	Bucket, Key string
	ContentType string
	Content     []byte
	// Owner is the account that must own the bucket, "" for whoever does.
	Owner string
}

// PutObject puts the object into a bucket of the region with the credentials
// of an account, and reports whether it was new: what the key holds already is
// never replaced (Amazon S3 User Guide, "Prevent object overwrites with
// conditional writes"), so that asking again is harmless. S3 compares what it
// received with the checksum. Encryption is what the bucket has by default.
// The error is a *snapshot.ReadError.
//
// It is the only operation of this program that writes.
func (f *Factory) PutObject(ctx context.Context, accountID, region string, o Object) (added bool, err error) {
	sum := sha256.Sum256(o.Content)
	in := &s3.PutObjectInput{
		Bucket: aws.String(o.Bucket), Key: aws.String(o.Key), ContentType: aws.String(o.ContentType),
		Body: bytes.NewReader(o.Content), ContentLength: aws.Int64(int64(len(o.Content))),
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum[:])),
		IfNoneMatch: aws.String("*"),
	}
	if o.Owner != "" {
		in.ExpectedBucketOwner = aws.String(o.Owner)
	}
	_, err = f.S3(accountID, region).putObject(ctx, in)
	switch {
	case err == nil:
		return true, nil
	case statusOf(err) == http.StatusPreconditionFailed:
		return false, nil
	default:
		return false, explain(PutObject, err)
	}
}
