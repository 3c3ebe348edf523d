package awsfake

import "time"

// Trail is a CloudTrail trail, placed in the account that created it.
type Trail struct {
	Name string
	// HomeRegion is us-east-1 when empty.
	HomeRegion  string
	MultiRegion bool
	// Organization makes it an organization trail; its account has to be the management account
	// of an [Organization], whose members then see it.
	Organization bool
	S3BucketName string
	S3KeyPrefix  string
	KMSKeyID     string
	// Stopped is a trail that is not logging.
	Stopped bool
	// LatestDeliveryError is empty for a trail that delivers.
	LatestDeliveryError string
	// LatestDeliveryTime is left out of GetTrailStatus when zero.
	LatestDeliveryTime time.Time
	// EventSelectors and AdvancedEventSelectors exclude one another. With neither, the trail has
	// CloudTrail's default: all management events, no data events.
	EventSelectors         []EventSelector
	AdvancedEventSelectors []AdvancedEventSelector
}

// EventSelector is a basic event selector (CloudTrail API reference, EventSelector).
type EventSelector struct {
	// ReadWriteType is All when empty, else ReadOnly or WriteOnly.
	ReadWriteType                 string
	IncludeManagementEvents       bool
	DataResources                 []DataResource
	ExcludeManagementEventSources []string
}

// DataResource names resources whose data events a basic selector records, by ARN prefix.
type DataResource struct {
	Type   string
	Values []string
}

// AdvancedEventSelector is an advanced event selector; its fields are ANDed.
type AdvancedEventSelector struct {
	Name           string `json:",omitempty"`
	FieldSelectors []FieldSelector
}

// FieldSelector is one condition of an advanced event selector.
type FieldSelector struct {
	Field         string
	Equals        []string `json:",omitempty"`
	StartsWith    []string `json:",omitempty"`
	EndsWith      []string `json:",omitempty"`
	NotEquals     []string `json:",omitempty"`
	NotStartsWith []string `json:",omitempty"`
	NotEndsWith   []string `json:",omitempty"`
}

// AllS3DataEvents is the advanced selector that records every read and write of every object.
func AllS3DataEvents() AdvancedEventSelector {
	return AdvancedEventSelector{Name: "all S3 data events", FieldSelectors: []FieldSelector{
		{Field: "eventCategory", Equals: []string{"Data"}},
		{Field: "resources.type", Equals: []string{"AWS::S3::Object"}},
	}}
}
