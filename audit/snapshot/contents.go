package snapshot

import (
	"encoding/json"
	"strings"
	"time"
)

// SchemaVersion is the version of the JSON form; it changes when a reader of
// the old form would misread the new one.
const SchemaVersion = "1"

// Contents is everything a snapshot holds. Collectors fill it; New makes it a
// Snapshot.
type Contents struct {
	SchemaVersion string `json:"schema_version"`
	// TakenAt is when collection began, EndedAt when it was over, in UTC.
	TakenAt time.Time `json:"taken_at"`
	EndedAt time.Time `json:"ended_at"`

	Scope Scope `json:"scope"`

	Accounts        []AccountFacts        `json:"accounts"` // by ID
	Buckets         []Bucket              `json:"buckets"`  // by account and ARN
	Trails          []Trail               `json:"trails"`   // by ARN
	Roles           []Role                `json:"roles"`    // by ARN
	ManagedPolicies []ManagedPolicy       `json:"managed_policies"`
	Organization    Reading[Organization] `json:"organization"`
}

// AccountFacts is what was read of an account beyond its identity.
type AccountFacts struct {
	ID                string                     `json:"id"`
	PublicAccessBlock Reading[PublicAccessBlock] `json:"public_access_block"`
	// Trails holds one listing per region in use, sorted by region.
	Trails []TrailListing `json:"trails"`
}

// TrailListing is what cloudtrail:DescribeTrails shows in one region of an
// account, shadow trails and organization trails included.
type TrailListing struct {
	Region string            `json:"region"`
	ARNs   Reading[[]string] `json:"arns"`
}

// Bucket is what was read of one bucket.
type Bucket struct {
	AccountID string `json:"account_id"`
	ARN       string `json:"arn"`
	Region    string `json:"region,omitempty"`
	// Ownership is the bucket's ObjectOwnership setting, "" if it has no
	// ownership controls (OwnershipControlsNotFoundError).
	Ownership Reading[string] `json:"ownership"`
	// Policy is the text of the bucket policy, "" if there is none.
	Policy Reading[string] `json:"policy"`
	// Public is IsPublic of s3:GetBucketPolicyStatus.
	Public            Reading[bool]              `json:"public"`
	PublicAccessBlock Reading[PublicAccessBlock] `json:"public_access_block"`
}

// PublicAccessBlock is the public access block of a bucket or an account; all
// false if none is configured.
type PublicAccessBlock struct {
	BlockPublicAcls       bool `json:"block_public_acls,omitempty"`
	IgnorePublicAcls      bool `json:"ignore_public_acls,omitempty"`
	BlockPublicPolicy     bool `json:"block_public_policy,omitempty"`
	RestrictPublicBuckets bool `json:"restrict_public_buckets,omitempty"`
}

// Trail is a CloudTrail trail, once per ARN, however many accounts and
// regions it is seen from.
type Trail struct {
	ARN          string `json:"arn"`
	Name         string `json:"name"`
	HomeRegion   string `json:"home_region"`
	MultiRegion  bool   `json:"multi_region,omitempty"`
	Organization bool   `json:"organization,omitempty"`
	// S3Bucket and S3KeyPrefix say where the log files go.
	S3Bucket    string `json:"s3_bucket,omitempty"`
	S3KeyPrefix string `json:"s3_key_prefix,omitempty"`
	KMSKeyID    string `json:"kms_key_id,omitempty"`

	Status Reading[TrailStatus] `json:"status"`
	// Selectors is the answer of cloudtrail:GetEventSelectors in AWS's own
	// JSON: an object with EventSelectors or AdvancedEventSelectors.
	Selectors Reading[json.RawMessage] `json:"selectors"`
}

// AccountID is the account that owns the trail.
func (t *Trail) AccountID() string {
	parts := strings.SplitN(t.ARN, ":", 6)
	if len(parts) < 5 {
		return ""
	}
	return parts[4]
}

// TrailStatus is what cloudtrail:GetTrailStatus says of a trail.
type TrailStatus struct {
	Logging             bool   `json:"logging"`
	LatestDeliveryError string `json:"latest_delivery_error,omitempty"`
	// LatestDeliveryTime is the zero time if nothing was ever delivered.
	LatestDeliveryTime time.Time `json:"latest_delivery_time,omitzero"`
}

// Role is an IAM role named by a prefix role of the scope.
type Role struct {
	ARN       string              `json:"arn"` // as configured
	AccountID string              `json:"account_id"`
	Detail    Reading[RoleDetail] `json:"detail"`
	// InlineNames and AttachedARNs list its policies; the documents are in
	// Inline and in Contents.ManagedPolicies.
	InlineNames  Reading[[]string] `json:"inline_names"`
	AttachedARNs Reading[[]string] `json:"attached_arns"`
	Inline       []InlinePolicy    `json:"inline"` // by name
}

// RoleDetail is what iam:GetRole says; Exists is false on NoSuchEntity.
type RoleDetail struct {
	Exists bool `json:"exists"`
	// ID is the unique id, AROA..., that stands in policies once the role
	// is deleted.
	ID          string `json:"id,omitempty"`
	ARN         string `json:"arn,omitempty"`
	BoundaryARN string `json:"boundary_arn,omitempty"`
}

// InlinePolicy is an inline policy of a role.
type InlinePolicy struct {
	Name     string          `json:"name"`
	Document Reading[string] `json:"document"`
}

// ManagedPolicy is the default version of a managed policy, attached to a
// role or used as its boundary.
type ManagedPolicy struct {
	AccountID string          `json:"account_id"` // the account it was read in
	ARN       string          `json:"arn"`
	Document  Reading[string] `json:"document"`
}

// Organization is what organizations:DescribeOrganization says of the control
// account; ID is "" if it is in no organization.
type Organization struct {
	ID                  string `json:"id,omitempty"`
	ManagementAccountID string `json:"management_account_id,omitempty"`
}
