package awsapi

import (
	"context"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// Service is an AWS service as this program names it in operations.
type Service string

// The services that are called.
const (
	CloudTrail    Service = "cloudtrail"
	IAM           Service = "iam"
	Organizations Service = "organizations"
	S3            Service = "s3"
	S3Control     Service = "s3control"
	STS           Service = "sts"
)

// Client is an SDK client in one account and region. Its calls go through
// Read, which knows what their errors mean.
type Client[C any] struct {
	API  C
	lane *lane
}

// S3 returns the account's client for buckets of the region; "" is the
// account's home region.
func (f *Factory) S3(accountID, region string) Client[*s3.Client] {
	return cached(f, f.key(S3, accountID, region), func(cfg aws.Config) *s3.Client {
		return s3.NewFromConfig(cfg, func(o *s3.Options) {
			// Path-style keeps one host per region, and so one pool of
			// connections, instead of one for each bucket.
			o.UsePathStyle = true
			o.DisableS3ExpressSessionAuth = aws.Bool(true)
			o.DisableMultiRegionAccessPoints = true
			o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
			o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
		})
	})
}

// S3Control returns the client for the account's own S3 settings.
func (f *Factory) S3Control(accountID string) Client[*s3control.Client] {
	return cached(f, f.key(S3Control, accountID, ""), func(cfg aws.Config) *s3control.Client {
		return s3control.NewFromConfig(cfg, func(o *s3control.Options) {
			if o.BaseEndpoint == nil {
				return
			}
			if u, err := url.Parse(*o.BaseEndpoint); err == nil {
				o.EndpointResolverV2 = fixedHost{*u}
			}
		})
	})
}

// fixedHost keeps an overridden endpoint as it is: the SDK would put the
// account id before the host, which then has no address.
type fixedHost struct{ url url.URL }

// ResolveEndpoint returns the fixed host.
func (h fixedHost) ResolveEndpoint(context.Context, s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	return smithyendpoints.Endpoint{URI: h.url}, nil
}

// CloudTrail returns the account's client for the trails seen in a region.
func (f *Factory) CloudTrail(accountID, region string) Client[*cloudtrail.Client] {
	return cached(f, f.key(CloudTrail, accountID, region), func(cfg aws.Config) *cloudtrail.Client {
		return cloudtrail.NewFromConfig(cfg)
	})
}

// IAM returns the account's client for its roles and policies.
func (f *Factory) IAM(accountID string) Client[*iam.Client] {
	return cached(f, f.key(IAM, accountID, ""), func(cfg aws.Config) *iam.Client {
		return iam.NewFromConfig(cfg)
	})
}

// Organizations returns the account's client for its organization.
func (f *Factory) Organizations(accountID string) Client[*organizations.Client] {
	return cached(f, f.key(Organizations, accountID, ""), func(cfg aws.Config) *organizations.Client {
		return organizations.NewFromConfig(cfg)
	})
}

// STS returns the client that asks who the auditor is in the account.
func (f *Factory) STS(accountID string) Client[*sts.Client] {
	return cached(f, f.key(STS, accountID, ""), func(cfg aws.Config) *sts.Client {
		return sts.NewFromConfig(cfg)
	})
}

// clientKey tells clients apart: unlike a lane, a client of a global service
// still signs for a region.
type clientKey struct {
	account, region string
	service         Service
}

func (f *Factory) key(s Service, accountID, region string) clientKey {
	if region == "" {
		region = f.account(accountID).region
	}
	return clientKey{account: accountID, region: region, service: s}
}

// laneKey is how AWS counts the client's requests: IAM and Organizations are
// one service for all regions.
func (k clientKey) laneKey() laneKey {
	if k.service == IAM || k.service == Organizations {
		return laneKey{account: k.account, service: k.service}
	}
	return laneKey(k)
}

func cached[C any](f *Factory, k clientKey, build func(aws.Config) C) Client[C] {
	l := f.lane(k.laneKey())
	f.mu.Lock()
	defer f.mu.Unlock()
	if c, ok := f.clients[k].(C); ok {
		return Client[C]{c, l}
	}
	cfg := f.base.Copy()
	cfg.Region, cfg.Credentials = k.region, f.account(k.account).credentials
	cfg.APIOptions = append(cfg.APIOptions, f.sender(l, k.account))
	c := build(cfg)
	f.clients[k] = c
	return Client[C]{c, l}
}
