package awsapi

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Operation is an AWS API operation with its service, such as
// "s3:GetBucketPolicy". Its IAM action can have another name.
type Operation string

// The operations that are called. None reads an object; PutObject, which puts
// reports where the configuration says, is the only one that writes.
const (
	AssumeRole                  Operation = "sts:AssumeRole"
	GetCallerIdentity           Operation = "sts:GetCallerIdentity"
	ListBuckets                 Operation = "s3:ListBuckets"
	HeadBucket                  Operation = "s3:HeadBucket"
	GetBucketTagging            Operation = "s3:GetBucketTagging"
	GetBucketOwnershipControls  Operation = "s3:GetBucketOwnershipControls"
	GetBucketPolicy             Operation = "s3:GetBucketPolicy"
	GetBucketPolicyStatus       Operation = "s3:GetBucketPolicyStatus"
	GetPublicAccessBlock        Operation = "s3:GetPublicAccessBlock"
	GetAccountPublicAccessBlock Operation = "s3control:GetPublicAccessBlock"
	DescribeTrails              Operation = "cloudtrail:DescribeTrails"
	GetTrailStatus              Operation = "cloudtrail:GetTrailStatus"
	GetEventSelectors           Operation = "cloudtrail:GetEventSelectors"
	GetRole                     Operation = "iam:GetRole"
	ListRolePolicies            Operation = "iam:ListRolePolicies"
	GetRolePolicy               Operation = "iam:GetRolePolicy"
	ListAttachedRolePolicies    Operation = "iam:ListAttachedRolePolicies"
	GetPolicy                   Operation = "iam:GetPolicy"
	GetPolicyVersion            Operation = "iam:GetPolicyVersion"
	DescribeOrganization        Operation = "organizations:DescribeOrganization"
	PutObject                   Operation = "s3:PutObject"
)

// operation is what is known of an Operation.
type operation struct {
	name Operation
	// action is the IAM action that allows it (Service Authorization
	// Reference, "Actions defined by ..."), "" if it needs none.
	action string
	// absent lists the error codes that are an answer, not a failure: what
	// was asked for is not configured or does not exist.
	absent []string
	fact   snapshot.Fact
	// filtered operations are needed only where buckets are discovered by tag.
	filtered bool
	accounts []AccountKind
	reason   string
}

var (
	everywhere = []AccountKind{ControlAccount, DataAccount, OrganizationAccount}
	withRoles  = []AccountKind{ControlAccount, DataAccount}
	withData   = []AccountKind{DataAccount}
)

// operations is the table of all operations, in the order of snapshot.Facts.
// sts:AssumeRole and s3:PutObject are not in it: the default credentials need
// the first, on the roles of the configuration, and those who write reports the
// other, in one bucket.
var operations = [...]operation{
	{
		name: GetCallerIdentity, fact: snapshot.CallerIdentity, accounts: everywhere,
		reason: "tells whether the account could be entered; AWS requires no permission for it",
	},
	{
		name: ListBuckets, action: "s3:ListAllMyBuckets", fact: snapshot.BucketListing, accounts: withData,
		reason: "lists the buckets of the account, so that none is overlooked",
	},
	{
		name: GetBucketTagging, action: "s3:GetBucketTagging", fact: snapshot.BucketListing, accounts: withData,
		absent: []string{"NoSuchTagSet"}, filtered: true,
		reason: "tells which buckets carry the tags that discovery asks for",
	},
	{
		name: HeadBucket, action: "s3:ListBucket", fact: snapshot.BucketPresence, accounts: withData,
		absent: []string{"NotFound", "NoSuchBucket"},
		reason: "tells a bucket that is absent from one that is elsewhere, and its region (HeadBucket)",
	},
	{
		name: GetBucketOwnershipControls, action: "s3:GetBucketOwnershipControls",
		fact: snapshot.BucketOwnership, accounts: withData,
		absent: []string{"OwnershipControlsNotFoundError"},
		reason: "reads who owns the objects that other accounts write",
	},
	{
		name: GetBucketPolicy, action: "s3:GetBucketPolicy", fact: snapshot.BucketPolicy, accounts: withData,
		absent: []string{"NoSuchBucketPolicy"},
		reason: "reads what the bucket's side grants",
	},
	{
		name: GetBucketPolicyStatus, action: "s3:GetBucketPolicyStatus",
		fact: snapshot.BucketPolicyStatus, accounts: withData,
		absent: []string{"NoSuchBucketPolicy"},
		reason: "tells whether S3 takes the policy for public",
	},
	{
		name: GetPublicAccessBlock, action: "s3:GetBucketPublicAccessBlock",
		fact: snapshot.BucketPublicAccessBlock, accounts: withData,
		absent: []string{"NoSuchPublicAccessBlockConfiguration"},
		reason: "tells whether the bucket drops the cross-account grants of a public policy",
	},
	{
		name: GetAccountPublicAccessBlock, action: "s3:GetAccountPublicAccessBlock",
		fact: snapshot.AccountPublicAccessBlock, accounts: withData,
		absent: []string{"NoSuchPublicAccessBlockConfiguration"},
		reason: "tells whether the account drops the cross-account grants of public policies",
	},
	{
		name: DescribeTrails, action: "cloudtrail:DescribeTrails", fact: snapshot.TrailList, accounts: everywhere,
		reason: "lists the trails that can record data events of the buckets",
	},
	{
		name: GetTrailStatus, action: "cloudtrail:GetTrailStatus", fact: snapshot.TrailStatuses, accounts: everywhere,
		reason: "tells whether a trail is logging and delivers",
	},
	{
		name: GetEventSelectors, action: "cloudtrail:GetEventSelectors",
		fact: snapshot.TrailSelectors, accounts: everywhere,
		reason: "reads which data events a trail records",
	},
	{
		name: GetRole, action: "iam:GetRole", fact: snapshot.RoleDetails, accounts: withRoles,
		absent: []string{"NoSuchEntity"},
		reason: "tells whether a prefix role exists, and its permissions boundary",
	},
	{
		name: ListRolePolicies, action: "iam:ListRolePolicies", fact: snapshot.RolePolicies, accounts: withRoles,
		absent: []string{"NoSuchEntity"},
		reason: "lists the inline policies of a prefix role",
	},
	{
		name: GetRolePolicy, action: "iam:GetRolePolicy", fact: snapshot.RolePolicies, accounts: withRoles,
		reason: "reads an inline policy of a prefix role",
	},
	{
		name: ListAttachedRolePolicies, action: "iam:ListAttachedRolePolicies",
		fact: snapshot.RolePolicies, accounts: withRoles,
		absent: []string{"NoSuchEntity"},
		reason: "lists the managed policies of a prefix role",
	},
	{
		name: GetPolicy, action: "iam:GetPolicy", fact: snapshot.RolePolicies, accounts: withRoles,
		reason: "finds the default version of a managed policy or boundary",
	},
	{
		name: GetPolicyVersion, action: "iam:GetPolicyVersion", fact: snapshot.RolePolicies, accounts: withRoles,
		reason: "reads a managed policy or boundary",
	},
	{
		name: DescribeOrganization, action: "organizations:DescribeOrganization",
		fact: snapshot.OrganizationID, accounts: []AccountKind{ControlAccount},
		absent: []string{"AWSOrganizationsNotInUseException"},
		reason: "reads the organization's id, which policies name in aws:PrincipalOrgID",
	},
}

func (o Operation) find() *operation {
	for i := range operations {
		if operations[i].name == o {
			return &operations[i]
		}
	}
	return nil
}

// Action is the IAM action that the operation needs. Where AWS requires none,
// it is the operation's own name.
func (o Operation) Action() string {
	if entry := o.find(); entry != nil && entry.action != "" {
		return entry.action
	}
	return string(o)
}

// answersAbsent reports whether the error code means "not configured".
func (o Operation) answersAbsent(code string) bool {
	entry := o.find()
	return entry != nil && slices.Contains(entry.absent, code)
}
