package awsapi

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// STSClient asks who the auditor is in one account.
type STSClient struct {
	GetCallerIdentity Read[sts.GetCallerIdentityInput, sts.GetCallerIdentityOutput]
}

// STS returns the client that asks who the auditor is in the account.
func (f *Factory) STS(accountID string) *STSClient {
	return cached(f, f.key(STS, accountID, ""), func(cfg aws.Config, l *lane) *STSClient {
		api := sts.NewFromConfig(cfg)
		return &STSClient{
			GetCallerIdentity: read(l, GetCallerIdentity, api.GetCallerIdentity),
		}
	})
}
