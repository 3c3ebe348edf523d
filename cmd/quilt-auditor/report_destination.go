package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/config"
	"github.com/quilt-auditor/quilt-auditor/exporters/file"
)

// directory is a destination on disk.
type directory struct{ *file.Documents }

// Put leaves the media type to the extension.
func (d directory) Put(ctx context.Context, name, _ string, write func(io.Writer) error) (added bool, err error) {
	return d.Documents.Put(ctx, name, write)
}

// bucket is a destination in S3. Nothing in it is ever read, listed, replaced
// or removed.
type bucket struct {
	aws    *awsapi.Factory
	config *config.BucketDestination
	as     string // the account whose credentials are used
}

// putTimeout bounds one attempt to put a document: some megabytes, over a slow
// line.
const putTimeout = 2 * time.Minute

func newBucket(ctx context.Context, c *config.BucketDestination, observe func(awsapi.Call)) (*bucket, error) {
	b := &bucket{config: c, as: cmp.Or(arnPart(c.RoleARN, 4), c.AccountID)}
	aws, err := awsapi.New(ctx, awsapi.Options{
		Accounts:    []awsapi.Account{{ID: b.as, RoleARN: c.RoleARN, ExternalID: c.ExternalID.Reveal(), Region: c.Region}},
		SessionName: "quilt-auditor-reports",
		Timeout:     putTimeout,
		Observe:     observe,
	})
	if err != nil {
		return nil, err
	}
	b.aws = aws
	return b, nil
}

// Has knows of no document: to look would take a right to read.
func (b *bucket) Has(string) (bool, error) { return false, nil }

// Put has S3 refuse what would replace a document.
func (b *bucket) Put(ctx context.Context, name, mediaType string, write func(io.Writer) error) (added bool, err error) {
	var content bytes.Buffer
	if err := write(&content); err != nil {
		return false, fmt.Errorf("write %s: %w", name, err)
	}
	o := awsapi.Object{
		Bucket: b.config.Bucket, Key: b.config.Prefix + name, ContentType: mediaType, Content: content.Bytes(), Owner: b.config.AccountID,
	}
	added, err = b.aws.PutObject(ctx, b.as, b.config.Region, o)
	if err != nil {
		return false, fmt.Errorf("put s3://%s/%s: %w", o.Bucket, o.Key, err)
	}
	return added, nil
}

// Prune leaves it to the lifecycle rules of the bucket.
func (b *bucket) Prune(time.Time) error { return nil }
