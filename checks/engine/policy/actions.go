package policy

import (
	"slices"
	"strings"
)

// Level is the kind of S3 resource that an action is asked on.
type Level uint8

const (
	// BucketLevel actions are asked on arn:PARTITION:s3:::BUCKET.
	BucketLevel Level = iota + 1
	// ObjectLevel actions are asked on arn:PARTITION:s3:::BUCKET/KEY.
	ObjectLevel
)

// bucketActions and objectActions are the actions that take a general purpose
// bucket or an object of one, from "Actions, resources, and condition keys for
// Amazon S3" (Service Authorization Reference). Actions on access points, jobs
// and other S3 resources, and those on no resource, are not decided here.
const bucketActions = `
AllowVendedLogDeliveryForResource CreateBucket CreateBucketMetadataTableConfiguration DeleteBucket
DeleteBucketMetadataTableConfiguration DeleteBucketPolicy DeleteBucketWebsite
GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAbac GetBucketAcl GetBucketCORS
GetBucketLocation GetBucketLogging GetBucketMetadataTableConfiguration GetBucketNotification
GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus
GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning
GetBucketWebsite GetEncryptionConfiguration GetIntelligentTieringConfiguration
GetInventoryConfiguration GetLifecycleConfiguration GetMetricsConfiguration
GetReplicationConfiguration ListBucket ListBucketMultipartUploads ListBucketVersions
PauseReplication PutAccelerateConfiguration PutAnalyticsConfiguration PutBucketAbac PutBucketAcl
PutBucketCORS PutBucketLogging PutBucketNotification PutBucketObjectLockConfiguration
PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock PutBucketRequestPayment
PutBucketTagging PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration
PutIntelligentTieringConfiguration PutInventoryConfiguration PutLifecycleConfiguration
PutMetricsConfiguration PutReplicationConfiguration
UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataInventoryTableConfiguration
UpdateBucketMetadataJournalTableConfiguration
`

const objectActions = `
AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectAnnotation
DeleteObjectTagging DeleteObjectVersion DeleteObjectVersionAnnotation DeleteObjectVersionTagging
GetObject GetObjectAcl GetObjectAnnotation GetObjectAttributes GetObjectLegalHold
GetObjectRetention GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAcl
GetObjectVersionAnnotation GetObjectVersionAnnotationForReplication GetObjectVersionAttributes
GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent InitiateReplication
ListMultipartUploadParts ListObjectAnnotations ListObjectVersionAnnotations
ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl PutObjectAnnotation PutObjectLegalHold
PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionAnnotation
PutObjectVersionTagging ReplicateDelete ReplicateObject ReplicateObjectAnnotation ReplicateTags
RestoreObject UpdateObjectEncryption
`

// action is a concrete S3 action in the lower case in which it is matched.
type action struct {
	name  string
	level Level
}

// actionTable is the sorted list of the actions known.
type actionTable []action

// buildActions puts the table together.
func buildActions() actionTable {
	var table actionTable
	for _, name := range strings.Fields(bucketActions) {
		table = append(table, action{name: "s3:" + strings.ToLower(name), level: BucketLevel})
	}
	for _, name := range strings.Fields(objectActions) {
		table = append(table, action{name: "s3:" + strings.ToLower(name), level: ObjectLevel})
	}
	slices.SortFunc(table, func(a, b action) int { return strings.Compare(a.name, b.name) })
	return table
}

// actions is read only.
var actions = buildActions()

// find returns the row of a lower-case action name.
func (t actionTable) find(name string) (int, bool) {
	return slices.BinarySearchFunc(t, name, func(row action, name string) int {
		return strings.Compare(row.name, name)
	})
}

// ActionLevel returns the level of a concrete S3 action such as s3:GetObject,
// in any case. It is false for wildcards and for actions that are not asked on
// a bucket or an object.
func ActionLevel(name string) (Level, bool) {
	row, ok := actions.find(strings.ToLower(name))
	if !ok {
		return 0, false
	}
	return actions[row].level, true
}
