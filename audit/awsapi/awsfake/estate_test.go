package awsfake_test

import (
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

const (
	customerPolicy = "arn:aws:iam::444455556666:policy/quilt/Extra"
	ownTrail       = "arn:aws:cloudtrail:us-east-1:444455556666:trail/own"
	westTrail      = "arn:aws:cloudtrail:us-west-2:444455556666:trail/west"
	orgTrail       = "arn:aws:cloudtrail:us-east-1:111122223333:trail/org"
	fullPolicy     = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:Get*","Resource":"arn:aws:s3:::full/* + <&>"}]}`
)

var delivered = time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)

// testEstate is an organization of a control account and a data account, and an account outside.
func testEstate() awsfake.Estate {
	return awsfake.Estate{
		Accounts:        []awsfake.Account{controlAccount(), dataAccount(), {ID: other, AccessKeyID: key(other)}},
		Buckets:         testBuckets(),
		ManagedPolicies: []awsfake.ManagedPolicy{{Name: "ReadOnlyAccess", Versions: []string{`{"Version":"2012-10-17"}`}}},
		Organizations:   []awsfake.Organization{{ID: "o-abcdefghij", Management: control, Members: []string{control, data}}},
	}
}

func controlAccount() awsfake.Account {
	return awsfake.Account{ID: control, AccessKeyID: key(control), Trails: []awsfake.Trail{{
		Name: "org", MultiRegion: true, Organization: true, S3BucketName: "org-logs",
		AdvancedEventSelectors: []awsfake.AdvancedEventSelector{awsfake.AllS3DataEvents()},
	}}}
}

func dataAccount() awsfake.Account {
	return awsfake.Account{
		ID: data, AccessKeyID: key(data), PublicAccessBlock: &awsfake.PublicAccessBlock{RestrictPublicBuckets: true},
		Roles: []awsfake.Role{
			{Name: "QuiltAuditor", Assumable: true, ExternalID: "s3cr3t"},
			{Name: "Open", Path: "/teams/", Assumable: true},
			{Name: "Closed"},
			{
				Name: "Alice", Boundary: customerPolicy, ID: "AROAALICEALICEALICE12",
				Inline: []awsfake.InlinePolicy{
					{Name: "p1", Document: `{"a": "b c+d*é%"}`}, {Name: "p2", Document: "{}"}, {Name: "p3", Document: "{}"},
				},
				Attached: []string{customerPolicy, "arn:aws:iam::aws:policy/ReadOnlyAccess"},
			},
		},
		Policies: []awsfake.ManagedPolicy{{Name: "Extra", Path: "/quilt/", Versions: []string{"{}", `{"v": 2}`}}},
		Trails: []awsfake.Trail{
			{
				Name: "own", MultiRegion: true, S3BucketName: "logs", S3KeyPrefix: "ct", KMSKeyID: "arn:aws:kms:k",
				LatestDeliveryTime: delivered,
				EventSelectors: []awsfake.EventSelector{{ReadWriteType: "WriteOnly", DataResources: []awsfake.DataResource{
					{Type: "AWS::S3::Object", Values: []string{"arn:aws:s3:::full/"}},
				}}},
			},
			{Name: "west", HomeRegion: "us-west-2", S3BucketName: "logs", Stopped: true, LatestDeliveryError: "NoSuchBucket"},
		},
	}
}

func testBuckets() []awsfake.Bucket {
	return []awsfake.Bucket{
		{
			Name: "full", Owner: data, Ownership: awsfake.BucketOwnerEnforced, Policy: fullPolicy, Public: true,
			PublicAccessBlock: &awsfake.PublicAccessBlock{BlockPublicAcls: true, BlockPublicPolicy: true},
			Tags:              map[string]string{"quilt": "true", "a&b": "<c>"},
		},
		{Name: "bare", Owner: data},
		{Name: "moto", Owner: data, Policy: "{}", EmptyPolicyStatus: true},
		{Name: "west", Owner: data, Region: "us-west-2", Ownership: awsfake.ObjectWriter},
		{Name: "dotted.s3.name", Owner: data},
		{Name: "foreign", Owner: other, Policy: "{}"},
		{Name: "shared", Owner: other, Policy: "{}", Ownership: awsfake.ObjectWriter, SharedWith: []string{data}},
	}
}
