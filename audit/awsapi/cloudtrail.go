package awsapi

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
)

// CloudTrailClient reads the trails that one account sees in one region.
type CloudTrailClient struct {
	DescribeTrails    Read[cloudtrail.DescribeTrailsInput, cloudtrail.DescribeTrailsOutput]
	GetTrailStatus    Read[cloudtrail.GetTrailStatusInput, cloudtrail.GetTrailStatusOutput]
	GetEventSelectors Read[cloudtrail.GetEventSelectorsInput, cloudtrail.GetEventSelectorsOutput]
}

// CloudTrail returns the account's client for the trails seen in a region.
func (f *Factory) CloudTrail(accountID, region string) *CloudTrailClient {
	return cached(f, f.key(CloudTrail, accountID, region), func(cfg aws.Config, l *lane) *CloudTrailClient {
		api := cloudtrail.NewFromConfig(cfg)
		return &CloudTrailClient{
			DescribeTrails:    read(l, DescribeTrails, api.DescribeTrails),
			GetTrailStatus:    read(l, GetTrailStatus, api.GetTrailStatus),
			GetEventSelectors: read(l, GetEventSelectors, api.GetEventSelectors),
		}
	})
}
