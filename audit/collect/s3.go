package collect

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// bucketTasks prepares a Bucket for each bucket in scope and returns the
// tasks that read those that can be read.
func (r *run) bucketTasks() []task {
	scope := r.contents.Scope.Buckets
	r.contents.Buckets = make([]snapshot.Bucket, len(scope))
	tasks := make([]task, 0, len(scope))
	for i := range scope {
		s, b := &scope[i], &r.contents.Buckets[i]
		*b = snapshot.Bucket{AccountID: s.AccountID, ARN: s.ARN(), Region: s.Region}
		if !r.wantsBuckets() || r.refuseBucket(s, b) {
			continue
		}
		tasks = append(tasks, task{account: s.AccountID, do: func(ctx context.Context) { r.readBucket(ctx, s, b) }})
	}
	return tasks
}

func (r *run) wantsBuckets() bool {
	return r.wanted[snapshot.BucketOwnership] || r.wanted[snapshot.BucketPolicy] ||
		r.wanted[snapshot.BucketPolicyStatus] || r.wanted[snapshot.BucketPublicAccessBlock]
}

// refuseBucket fails the wanted Readings of a bucket that cannot be read, and
// reports whether it did.
func (r *run) refuseBucket(s *snapshot.ScopeBucket, b *snapshot.Bucket) bool {
	if s.Directory() {
		return true // it has none of these settings, so nothing failed
	}
	entry, detail := r.shut(s.AccountID), unreachable(s)
	if entry == nil && detail == "" {
		return false
	}
	why := func(op awsapi.Operation) *snapshot.ReadError {
		if entry != nil {
			copied := *entry
			return &copied
		}
		return &snapshot.ReadError{Operation: string(op), Code: snapshot.CodeBucketNotReachable, Detail: detail}
	}
	if r.wanted[snapshot.BucketOwnership] {
		b.Ownership = snapshot.Failed[string](why(awsapi.GetBucketOwnershipControls))
	}
	if r.wanted[snapshot.BucketPolicy] {
		b.Policy = snapshot.Failed[string](why(awsapi.GetBucketPolicy))
	}
	if r.wanted[snapshot.BucketPolicyStatus] {
		b.Public = snapshot.Failed[bool](why(awsapi.GetBucketPolicyStatus))
	}
	if r.wanted[snapshot.BucketPublicAccessBlock] {
		b.PublicAccessBlock = snapshot.Failed[snapshot.PublicAccessBlock](why(awsapi.GetPublicAccessBlock))
	}
	return true
}

// unreachable says why the bucket is not to be read, "" if it is. One whose
// presence could not be told is read if its region is known: every read names
// the owner that it expects, so an answer is about the right bucket.
func unreachable(s *snapshot.ScopeBucket) string {
	presence, err := s.Presence.Get()
	switch {
	case err != nil && s.Presence.Err() != nil && s.Presence.Err().Operation == string(awsapi.GetBucketTagging):
		return "whether the bucket is in scope could not be told"
	case err != nil && s.Region != "":
		return ""
	case err != nil:
		return "whether the bucket is there could not be told"
	case presence == snapshot.Absent:
		return "the bucket does not exist"
	case presence == snapshot.Elsewhere:
		return "the bucket belongs to another account"
	case presence == snapshot.OtherRegion:
		return "the bucket is in a region that the configuration does not list"
	case presence != snapshot.Present || s.Region == "":
		return "the region of the bucket is not known"
	}
	return ""
}

// bucketCall is what every read of one bucket needs.
type bucketCall struct {
	*awsapi.S3Client
	name, owner *string
}

// readBucket makes at most four calls. A bucket without a policy is not asked
// whether its policy is public: S3 has no answer but NoSuchBucketPolicy.
func (r *run) readBucket(ctx context.Context, s *snapshot.ScopeBucket, b *snapshot.Bucket) {
	call := bucketCall{r.aws.S3(s.AccountID, s.Region), &s.Name, &s.AccountID}
	if r.wanted[snapshot.BucketOwnership] {
		b.Ownership = call.ownership(ctx)
	}
	if r.wanted[snapshot.BucketPolicy] {
		b.Policy = call.policy(ctx)
	}
	if r.wanted[snapshot.BucketPolicyStatus] {
		if text, err := b.Policy.Get(); err == nil && text == "" {
			b.Public = snapshot.Got(false)
		} else {
			b.Public = call.public(ctx, err == nil)
		}
	}
	if r.wanted[snapshot.BucketPublicAccessBlock] && !r.accountBlocksAll(s.AccountID) {
		b.PublicAccessBlock = call.publicAccessBlock(ctx)
	}
}

// accountBlocksAll reports whether the account's public access block has all
// four settings on. Then they are on for each of its buckets, whatever the
// bucket's own say (Amazon S3 User Guide, "Blocking public access to your
// Amazon S3 storage"), and need not be read there.
func (r *run) accountBlocksAll(accountID string) bool {
	all := snapshot.PublicAccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
	for i := range r.contents.Accounts {
		if r.contents.Accounts[i].ID == accountID {
			block, err := r.contents.Accounts[i].PublicAccessBlock.Get()
			return err == nil && block == all
		}
	}
	return false
}

func (c bucketCall) ownership(ctx context.Context) snapshot.Reading[string] {
	const op = awsapi.GetBucketOwnershipControls
	out, err := c.GetBucketOwnershipControls(ctx,
		&s3.GetBucketOwnershipControlsInput{Bucket: c.name, ExpectedBucketOwner: c.owner})
	switch {
	case awsapi.IsNotFound(err):
		return snapshot.Got("")
	case err != nil:
		return failed[string](err)
	case out.OwnershipControls == nil || len(out.OwnershipControls.Rules) == 0 ||
		out.OwnershipControls.Rules[0].ObjectOwnership == "":
		return empty[string](op)
	}
	return snapshot.Got(string(out.OwnershipControls.Rules[0].ObjectOwnership))
}

// policy reads the text of the bucket policy. S3 stores valid JSON only, so
// anything else is an answer that was cut or made up on its way.
func (c bucketCall) policy(ctx context.Context) snapshot.Reading[string] {
	const op = awsapi.GetBucketPolicy
	out, err := c.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: c.name, ExpectedBucketOwner: c.owner})
	switch {
	case awsapi.IsNotFound(err):
		return snapshot.Got("")
	case err != nil:
		return failed[string](err)
	case aws.ToString(out.Policy) == "":
		return empty[string](op)
	case !json.Valid([]byte(*out.Policy)):
		return snapshot.Failed[string](awsapi.MalformedResponse(op))
	}
	return snapshot.Got(*out.Policy)
}

// public reads what S3 says of the policy. An answer that does not say it is
// no answer: "not public" may not be concluded.
func (c bucketCall) public(ctx context.Context, hasPolicy bool) snapshot.Reading[bool] {
	const op = awsapi.GetBucketPolicyStatus
	out, err := c.GetBucketPolicyStatus(ctx,
		&s3.GetBucketPolicyStatusInput{Bucket: c.name, ExpectedBucketOwner: c.owner})
	switch {
	case awsapi.IsNotFound(err) && !hasPolicy:
		return snapshot.Got(false)
	case err != nil:
		return failed[bool](err)
	case out.PolicyStatus == nil || out.PolicyStatus.IsPublic == nil:
		return empty[bool](op)
	}
	return snapshot.Got(*out.PolicyStatus.IsPublic)
}

func (c bucketCall) publicAccessBlock(ctx context.Context) snapshot.Reading[snapshot.PublicAccessBlock] {
	const op = awsapi.GetPublicAccessBlock
	out, err := c.GetPublicAccessBlock(ctx,
		&s3.GetPublicAccessBlockInput{Bucket: c.name, ExpectedBucketOwner: c.owner})
	switch {
	case awsapi.IsNotFound(err):
		return snapshot.Got(snapshot.PublicAccessBlock{})
	case err != nil:
		return failed[snapshot.PublicAccessBlock](err)
	case out.PublicAccessBlockConfiguration == nil:
		return empty[snapshot.PublicAccessBlock](op)
	}
	b := out.PublicAccessBlockConfiguration
	return fourSettings(op, b.BlockPublicAcls, b.IgnorePublicAcls, b.BlockPublicPolicy, b.RestrictPublicBuckets)
}

// fourSettings makes a block of its settings. AWS always tells all four; one
// that is left out would otherwise read as "off".
func fourSettings(
	op awsapi.Operation, acls, ignore, policy, restrict *bool,
) snapshot.Reading[snapshot.PublicAccessBlock] {
	if acls == nil || ignore == nil || policy == nil || restrict == nil {
		return empty[snapshot.PublicAccessBlock](op)
	}
	return snapshot.Got(snapshot.PublicAccessBlock{
		BlockPublicAcls: *acls, IgnorePublicAcls: *ignore, BlockPublicPolicy: *policy, RestrictPublicBuckets: *restrict,
	})
}
