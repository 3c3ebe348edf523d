package checktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// The accounts and names of the sound estate.
const (
	ControlAccount = "111122223333"
	DataAccount    = "444455556666"
	BucketName     = "acme-genomics-raw"
	BucketARN      = "arn:aws:s3:::" + BucketName
	RoleARN        = "arn:aws:iam::" + ControlAccount + ":role/QuiltAlice"
	TrailARN       = "arn:aws:cloudtrail:us-east-1:" + DataAccount + ":trail/s3-data-events"
)

const bucketPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "QuiltCrossAccountAccess",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
      "Action": [
        "s3:GetObject", "s3:GetObjectAttributes", "s3:GetObjectTagging", "s3:GetObjectVersion",
        "s3:GetObjectVersionAttributes", "s3:GetObjectVersionTagging", "s3:ListBucket", "s3:ListBucketVersions",
        "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:PutObjectTagging",
        "s3:GetBucketNotification", "s3:PutBucketNotification"
      ],
      "Resource": ["arn:aws:s3:::acme-genomics-raw", "arn:aws:s3:::acme-genomics-raw/*"]
    }
  ]
}`

const rolePolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionTagging", "s3:ListBucket",
        "s3:ListBucketVersions", "s3:DeleteObject", "s3:PutObject", "s3:PutObjectTagging"
      ],
      "Resource": [
        "arn:aws:s3:::acme-genomics-raw", "arn:aws:s3:::acme-genomics-raw/.quilt/*",
        "arn:aws:s3:::acme-genomics-raw/projects/alice/*"
      ]
    }
  ]
}`

const selectors = `{"AdvancedEventSelectors":[{"Name":"S3 data events","FieldSelectors":[
{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]},
{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::acme-genomics-raw/"]}]}]}`

// TakenAt is when the estate was read.
var TakenAt = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// Sound returns a small estate in which every check passes: one control and
// one data account, one bucket, one trail, one prefix role. Each call returns
// a fresh copy.
func Sound() snapshot.Contents {
	return snapshot.Contents{
		SchemaVersion: snapshot.SchemaVersion, TakenAt: TakenAt, EndedAt: TakenAt.Add(3 * time.Second),
		Scope: scope(),
		Accounts: []snapshot.AccountFacts{
			{ID: ControlAccount, PublicAccessBlock: snapshot.Got(snapshot.PublicAccessBlock{}), Trails: []snapshot.TrailListing{{Region: "us-east-1", ARNs: snapshot.Got([]string{})}}},
			{ID: DataAccount, PublicAccessBlock: snapshot.Got(snapshot.PublicAccessBlock{}), Trails: []snapshot.TrailListing{{Region: "us-east-1", ARNs: snapshot.Got([]string{TrailARN})}}},
		},
		Buckets: []snapshot.Bucket{{
			AccountID: DataAccount, ARN: BucketARN, Region: "us-east-1", Ownership: snapshot.Got("BucketOwnerEnforced"),
			Policy: snapshot.Got(bucketPolicy), Public: snapshot.Got(false), PublicAccessBlock: snapshot.Got(snapshot.PublicAccessBlock{
				BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true,
			}),
		}},
		Trails: []snapshot.Trail{{
			ARN: TrailARN, Name: "s3-data-events", HomeRegion: "us-east-1", MultiRegion: true, S3Bucket: "acme-trail-logs",
			Status:    snapshot.Got(snapshot.TrailStatus{Logging: true, LatestDeliveryTime: TakenAt.Add(-5 * time.Minute)}),
			Selectors: snapshot.Got(json.RawMessage(selectors)),
		}},
		Roles: []snapshot.Role{{
			ARN: RoleARN, AccountID: ControlAccount,
			Detail:      snapshot.Got(snapshot.RoleDetail{Exists: true, ID: "AROAEXAMPLEALICE00001", ARN: RoleARN}),
			InlineNames: snapshot.Got([]string{"quilt-prefix"}), AttachedARNs: snapshot.Got([]string{}),
			Inline: []snapshot.InlinePolicy{{Name: "quilt-prefix", Document: snapshot.Got(rolePolicy)}},
		}},
		Organization: snapshot.Got(snapshot.Organization{ID: "o-exampleorg1", ManagementAccountID: "999988887777"}),
	}
}

func scope() snapshot.Scope {
	identity := func(id string) snapshot.Reading[snapshot.Identity] {
		return snapshot.Got(snapshot.Identity{AccountID: id, ARN: "arn:aws:sts::" + id + ":assumed-role/QuiltAuditor/quilt-auditor"})
	}
	return snapshot.Scope{
		ControlAccountID: ControlAccount, Profile: "quilt-2024", ConfigDigest: "sha256:0",
		Profiles: map[string][]string{"quilt-2024": {
			"s3:GetObject", "s3:GetObjectAttributes", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionAttributes",
			"s3:GetObjectVersionTagging", "s3:ListBucket", "s3:ListBucketVersions", "s3:DeleteObject", "s3:DeleteObjectVersion",
			"s3:PutObject", "s3:PutObjectTagging", "s3:GetBucketNotification", "s3:PutBucketNotification",
		}},
		Accounts: []snapshot.Account{
			{ID: ControlAccount, Name: "control", Partition: "aws", Regions: []string{"us-east-1"}, Control: true, Identity: identity(ControlAccount)},
			{
				ID: DataAccount, Name: "genomics", Partition: "aws", Regions: []string{"us-east-1", "us-west-2"}, Data: true, Identity: identity(DataAccount),
				RoleARN: "arn:aws:iam::" + DataAccount + ":role/QuiltAuditor", Listing: snapshot.Got(snapshot.Listing{Buckets: 3, InScope: 1}),
			},
		},
		Buckets: []snapshot.ScopeBucket{{
			AccountID: DataAccount, Name: BucketName, Partition: "aws", Region: "us-east-1", Named: true, Profile: "quilt-2024",
			Presence: snapshot.Got(snapshot.Present),
		}},
		PrefixRoles: []snapshot.PrefixRole{{
			RoleARN: RoleARN, AccountID: ControlAccount, Bucket: BucketName, BucketAccountID: DataAccount,
			Prefixes: []string{"projects/alice/"}, Access: snapshot.AccessReadWrite,
		}},
	}
}

// apply changes the estate by one section of a case.
func apply(c *snapshot.Contents, name string, data []byte) error {
	into := map[string]any{
		"scope.json":         &c.Scope,
		"scope-bucket.json":  &c.Scope.Buckets[0],
		"control.json":       &c.Scope.Accounts[0],
		"account.json":       &c.Scope.Accounts[1],
		"facts.json":         &c.Accounts[1],
		"control-facts.json": &c.Accounts[0],
		"bucket.json":        &c.Buckets[0],
		"trail.json":         &c.Trails[0],
		"role.json":          &c.Roles[0],
		"prefix-role.json":   &c.Scope.PrefixRoles[0],
		"organization.json":  &c.Organization,
	}
	switch name {
	case "policy.json":
		c.Buckets[0].Policy = snapshot.Got(string(bytes.TrimSpace(data)))
		return nil
	case "role-policy.json":
		c.Roles[0].Inline[0].Document = snapshot.Got(string(bytes.TrimSpace(data)))
		return nil
	case "boundary.json":
		detail, _ := c.Roles[0].Detail.Get()
		detail.BoundaryARN = "arn:aws:iam::" + ControlAccount + ":policy/Boundary"
		c.Roles[0].Detail = snapshot.Got(detail)
		c.ManagedPolicies = append(c.ManagedPolicies, snapshot.ManagedPolicy{
			AccountID: ControlAccount, ARN: detail.BoundaryARN, Document: snapshot.Got(string(bytes.TrimSpace(data))),
		})
		return nil
	case "selectors.json":
		c.Trails[0].Selectors = snapshot.Got(json.RawMessage(bytes.TrimSpace(data)))
		return nil
	case "managed.json":
		return decode(data, &c.ManagedPolicies)
	case "trails.json":
		c.Trails = nil
		return decode(data, &c.Trails)
	}
	if into[name] == nil {
		return fmt.Errorf("no part of the estate has that name")
	}
	return decode(data, into[name])
}

func decode(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}
