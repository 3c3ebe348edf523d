package inventory

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Filter says which buckets of an account are discovered.
type Filter struct {
	// Include and Exclude are globs over bucket names: * is any characters,
	// ? is one. No Include means all names.
	Include, Exclude []string
	// Tags must all be on the bucket with these values; none means that tags
	// are not read.
	Tags map[string]string
}

// MatchesName reports whether a bucket of that name passes, whatever its tags.
func (f Filter) MatchesName(name string) bool {
	matches := func(pattern string) bool { return glob(pattern, name) }
	return (len(f.Include) == 0 || slices.ContainsFunc(f.Include, matches)) && !slices.ContainsFunc(f.Exclude, matches)
}

// matchesTags reads the bucket's tags and compares them with the filter's.
func (a *account) matchesTags(ctx context.Context, bucket, region string, filter Filter) (bool, *snapshot.ReadError) {
	out, err := a.inventory.AWS.S3(a.ID, region).GetBucketTagging(ctx,
		&s3.GetBucketTaggingInput{Bucket: aws.String(bucket), ExpectedBucketOwner: aws.String(a.ID)})
	switch {
	case awsapi.IsNotFound(err):
		return false, nil
	case err != nil:
		return false, awsapi.ReadError(err)
	case out.TagSet == nil:
		return false, awsapi.EmptyResponse(awsapi.GetBucketTagging)
	}
	has := make(map[string]string, len(out.TagSet))
	for _, tag := range out.TagSet {
		has[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	for key, want := range filter.Tags {
		if value, ok := has[key]; !ok || value != want {
			return false, nil
		}
	}
	return true, nil
}

// glob reports whether the pattern matches the whole text.
func glob(pattern, text string) bool {
	p, t := 0, 0
	star, resume := -1, 0 // the last * and where its run ends
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, resume = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			resume++
			p, t = star+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
