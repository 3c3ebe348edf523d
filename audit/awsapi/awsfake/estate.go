package awsfake

// Estate is everything a fake AWS holds. It is read once, by [NewFake]; later changes to it have
// no effect.
type Estate struct {
	// Home is the account whose base key is [HomeAccessKeyID]; the first account when empty.
	Home          string
	Accounts      []Account
	Buckets       []Bucket
	Organizations []Organization
	// ManagedPolicies are the policies that AWS owns, readable from every account.
	ManagedPolicies []ManagedPolicy

	// NoBucketRegion leaves BucketRegion out of ListBuckets and x-amz-bucket-arn out of
	// HeadBucket, as moto and older S3-compatible servers do.
	NoBucketRegion bool
	// HomeRegionOnly makes CloudTrail refuse a trail's ARN outside its home region with
	// InvalidHomeRegionException, so that a client which does not go home is found out.
	HomeRegionOnly bool
}

// Account is one AWS account.
type Account struct {
	// ID has twelve digits.
	ID string
	// Partition is aws when empty.
	Partition string
	// AccessKeyID is a base key of the account, as a profile would hold; none when empty.
	AccessKeyID string
	Roles       []Role
	Policies    []ManagedPolicy
	Trails      []Trail
	// PublicAccessBlock is the account-wide setting; nil answers
	// NoSuchPublicAccessBlockConfiguration.
	PublicAccessBlock *PublicAccessBlock
}

// Role is an IAM role.
type Role struct {
	Name string
	// Path starts and ends in a slash; "/" when empty.
	Path string
	// ID is the unique id (AROA...); derived from the ARN when empty.
	ID string
	// Assumable says that sts:AssumeRole works, for every caller that knows ExternalID.
	Assumable bool
	// ExternalID, where set, has to be given to assume the role.
	ExternalID string
	// TrustPolicy is the document that GetRole shows; a plain one when empty.
	TrustPolicy string
	Inline      []InlinePolicy
	// Attached holds the ARNs of managed policies.
	Attached []string
	// Boundary is the ARN of the permissions boundary, if there is one.
	Boundary string
}

// InlinePolicy is a policy embedded in a role.
type InlinePolicy struct {
	Name     string
	Document string
}

// ManagedPolicy is a customer or AWS managed policy.
type ManagedPolicy struct {
	Name string
	// Path starts and ends in a slash; "/" when empty.
	Path string
	// Versions, oldest first, are numbered v1, v2, ...; the last is the default one.
	Versions []string
}

// Organization is an organization of AWS Organizations with its accounts.
type Organization struct {
	// ID is o- and ten to thirty-two letters or digits.
	ID string
	// Management is the account id of the management account, a member without being listed.
	Management string
	Members    []string
	// Delegated are the member accounts registered as delegated administrators of CloudTrail.
	Delegated []string
	// MembersCannotReadTrails makes CloudTrail answer CloudTrailARNInvalidException when a plain
	// member asks for status or selectors of an organization trail by its ARN. Field reports
	// differ on which of the two AWS does.
	MembersCannotReadTrails bool
}
