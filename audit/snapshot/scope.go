package snapshot

import "strings"

// Scope is what an audit is about: the accounts it was told of, the buckets
// that were named or discovered in them, and what is required of each. With
// it in the snapshot, a verdict can be replayed without the configuration.
type Scope struct {
	// ControlAccountID is the account that runs the Quilt stack.
	ControlAccountID string `json:"control_account_id"`
	// OrganizationAccountID is the account that may read organization
	// trails, "" if none is configured.
	OrganizationAccountID string `json:"organization_account_id,omitempty"`
	// Principals are the account ids, role and user ARNs that need access;
	// none means every principal of the control account.
	Principals []string `json:"principals,omitempty"`
	// Context holds condition keys that every Quilt request carries, with
	// the values of which it carries one.
	Context map[string][]string `json:"context,omitempty"`
	// Profile is the name of the default profile; Profiles maps the name of
	// each profile in use to its required actions, such as "s3:GetObject".
	Profile  string              `json:"profile"`
	Profiles map[string][]string `json:"profiles"`

	Accounts    []Account     `json:"accounts"`     // sorted by ID
	Buckets     []ScopeBucket `json:"buckets"`      // sorted by account and name
	PrefixRoles []PrefixRole  `json:"prefix_roles"` // sorted by role and bucket

	// Checks are the IDs of the checks that were enabled, sorted.
	Checks []string `json:"checks"`
	// ConfigDigest identifies the configuration without its secrets.
	ConfigDigest string `json:"config_digest"`
}

// Account is one AWS account of the configuration, and whether it could be
// entered and listed.
type Account struct {
	ID        string   `json:"id"`
	Name      string   `json:"name,omitempty"`
	Partition string   `json:"partition"` // aws, aws-us-gov, aws-cn
	RoleARN   string   `json:"role_arn,omitempty"`
	Regions   []string `json:"regions"`
	// An account can be several of these at once.
	Control      bool `json:"control,omitempty"`
	Data         bool `json:"data,omitempty"`
	Organization bool `json:"organization,omitempty"`

	// Identity is who the auditor is in the account (sts:GetCallerIdentity).
	Identity Reading[Identity] `json:"identity"`
	// Listing is the outcome of s3:ListBuckets; read of data accounts only.
	Listing Reading[Listing] `json:"listing"`
}

// RootARN names the account as the resource of a finding.
func (a *Account) RootARN() string { return "arn:" + a.Partition + ":iam::" + a.ID + ":root" }

// Identity is what sts:GetCallerIdentity answers.
type Identity struct {
	AccountID string `json:"account_id"`
	ARN       string `json:"arn"`
}

// Listing sums up a complete listing of the account's buckets.
type Listing struct {
	Buckets int `json:"buckets"` // all that ListBuckets showed
	InScope int `json:"in_scope"`
	// OtherRegions counts buckets that match the filters but lie in a
	// region that the configuration does not list.
	OtherRegions int `json:"other_regions,omitempty"`
}

// ScopeBucket is a bucket in scope and what is required of it.
type ScopeBucket struct {
	AccountID string `json:"account_id"` // the account it is declared in
	Name      string `json:"name"`
	Partition string `json:"partition"`
	Region    string `json:"region,omitempty"` // "" if it could not be told
	// Named buckets stand in the configuration; the others were discovered.
	Named   bool   `json:"named,omitempty"`
	Profile string `json:"profile"` // a key of Scope.Profiles
	// Prefixes, if any, are the only key prefixes that Quilt uses.
	Prefixes []string `json:"prefixes,omitempty"`
	// Presence tells whether the bucket is where it was declared to be.
	Presence Reading[Presence] `json:"presence"`
}

// ARN is the bucket's Amazon resource name.
func (b *ScopeBucket) ARN() string { return "arn:" + b.Partition + ":s3:::" + b.Name }

// Directory reports whether the bucket is a directory bucket (S3 Express One
// Zone), which has no ownership controls, policy status or event
// notifications; its name ends in --ZONE--x-s3 (S3 User Guide, "Directory
// bucket naming rules").
func (b *ScopeBucket) Directory() bool { return strings.HasSuffix(b.Name, "--x-s3") }

// Presence says where a bucket was found.
type Presence string

// The outcomes of looking for a bucket.
const (
	Present     Presence = "present"
	Absent      Presence = "absent"       // no such bucket, proved by a 404
	Elsewhere   Presence = "elsewhere"    // exists, but another account owns it
	OtherRegion Presence = "other_region" // in a region that is not listed
)

// The kinds of access that a prefix role can be declared to have.
const (
	AccessRead      = "read"
	AccessReadWrite = "read_write"
)

// PrefixRole is a role that is limited to folders of a bucket.
type PrefixRole struct {
	RoleARN   string `json:"role_arn"`
	AccountID string `json:"account_id"` // the role's account
	Bucket    string `json:"bucket"`
	// BucketAccountID is the account that the bucket is in, "" if no bucket
	// of that name is in scope.
	BucketAccountID string   `json:"bucket_account_id,omitempty"`
	Prefixes        []string `json:"prefixes"` // each ends in "/"
	Access          string   `json:"access"`
}
