package inventory

import (
	"cmp"
	"context"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// pageSize is the most that s3:ListBuckets gives at once. It is always sent:
// AWS tells a bucket's region only to requests that carry a parameter.
const pageSize = 10_000

// bucketName is what any name looks like that S3 ever allowed (S3 User Guide,
// "General purpose bucket naming rules"). Names become ARNs and commands.
var bucketName = regexp.MustCompile(`^[a-zA-Z0-9._-]{3,255}$`)

// listed is a bucket of a listing.
type listed struct{ name, region string }

// list returns all buckets of the account by name. A listing of which a page
// is missing is none.
func (a *account) list(ctx context.Context) ([]listed, *snapshot.ReadError) {
	client := a.inventory.AWS.S3(a.ID, "")
	var buckets []listed
	var token *string
	for {
		out, err := client.ListBuckets(ctx, &s3.ListBucketsInput{MaxBuckets: aws.Int32(pageSize), ContinuationToken: token})
		if err != nil {
			return nil, awsapi.ReadError(err)
		}
		if out.Buckets == nil {
			return nil, awsapi.EmptyResponse(awsapi.ListBuckets)
		}
		for _, b := range out.Buckets {
			if !bucketName.MatchString(aws.ToString(b.Name)) {
				return nil, awsapi.MalformedResponse(awsapi.ListBuckets)
			}
			buckets = append(buckets, listed{aws.ToString(b.Name), aws.ToString(b.BucketRegion)})
		}
		next := aws.ToString(out.ContinuationToken)
		if next == "" {
			break
		}
		if next == aws.ToString(token) {
			return nil, awsapi.MalformedResponse(awsapi.ListBuckets)
		}
		token = &next
	}
	slices.SortFunc(buckets, func(x, y listed) int { return cmp.Compare(x.name, y.name) })
	return slices.CompactFunc(buckets, func(x, y listed) bool { return x.name == y.name }), nil
}
