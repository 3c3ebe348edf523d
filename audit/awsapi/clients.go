package awsapi

import "github.com/aws/aws-sdk-go-v2/aws"

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

// cached returns the client of the key, which build makes of the SDK's own
// client on first use.
//
// A client holds functions and never the SDK's client itself: the templates of
// the pages look methods up by name, so that the linker keeps all methods of
// every type that reflection could find, and the SDK's clients have hundreds,
// an operation each.
func cached[C any](f *Factory, k clientKey, build func(aws.Config, *lane) C) C {
	l := f.lane(k.laneKey())
	f.mu.Lock()
	defer f.mu.Unlock()
	if c, ok := f.clients[k].(C); ok {
		return c
	}
	cfg := f.base.Copy()
	cfg.Region, cfg.Credentials = k.region, f.account(k.account).credentials
	cfg.APIOptions = append(cfg.APIOptions, f.sender(l, k.account))
	c := build(cfg, l)
	f.clients[k] = c
	return c
}
