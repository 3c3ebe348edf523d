package awsapi

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
)

// OrganizationsClient reads the organization that one account is in.
type OrganizationsClient struct {
	DescribeOrganization Read[organizations.DescribeOrganizationInput, organizations.DescribeOrganizationOutput]
}

// Organizations returns the account's client for its organization.
func (f *Factory) Organizations(accountID string) *OrganizationsClient {
	return cached(f, f.key(Organizations, accountID, ""), func(cfg aws.Config, l *lane) *OrganizationsClient {
		api := organizations.NewFromConfig(cfg)
		return &OrganizationsClient{
			DescribeOrganization: read(l, DescribeOrganization, api.DescribeOrganization),
		}
	})
}
