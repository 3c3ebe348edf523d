package awsfake

// The values of S3 Object Ownership (S3 API reference, OwnershipControlsRule).
const (
	BucketOwnerEnforced  = "BucketOwnerEnforced"
	BucketOwnerPreferred = "BucketOwnerPreferred"
	ObjectWriter         = "ObjectWriter"
)

// Bucket is a general purpose bucket. Its zero settings are "not configured", each with the error
// code S3 has for that.
type Bucket struct {
	Name string
	// Owner is the id of the account that owns the bucket.
	Owner string
	// Region is us-east-1 when empty.
	Region string
	// Ownership is empty for OwnershipControlsNotFoundError.
	Ownership string
	// Policy is the text GetBucketPolicy returns; empty for NoSuchBucketPolicy.
	Policy string
	// Public is what GetBucketPolicyStatus says of Policy.
	Public bool
	// EmptyPolicyStatus makes GetBucketPolicyStatus answer without IsPublic, as moto does.
	EmptyPolicyStatus bool
	// PublicAccessBlock is nil for NoSuchPublicAccessBlockConfiguration.
	PublicAccessBlock *PublicAccessBlock
	// Tags are empty for NoSuchTagSet.
	Tags map[string]string
	// SharedWith are accounts, other than Owner, whose principals are permitted to read the
	// bucket's settings. GetBucketPolicy and GetBucketPolicyStatus answer them 405
	// MethodNotAllowed (S3 API reference), every other account gets 403 AccessDenied.
	SharedWith []string

	template *policyTemplate
}

// PublicAccessBlock holds the four settings of S3 Block Public Access.
type PublicAccessBlock struct {
	BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets bool
}

// BlockAll is S3 Block Public Access with all four settings on, the default of new buckets.
func BlockAll() *PublicAccessBlock {
	return &PublicAccessBlock{
		BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true,
	}
}

// policyText renders the policy of a generated bucket, which shares its template with thousands.
func (b *Bucket) policyText() string {
	if b.template != nil {
		return b.template.render(b.Name)
	}
	return b.Policy
}
