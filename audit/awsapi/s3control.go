package awsapi

import (
	"context"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// S3ControlClient reads the S3 settings of one account.
type S3ControlClient struct {
	GetPublicAccessBlock Read[s3control.GetPublicAccessBlockInput, s3control.GetPublicAccessBlockOutput]
}

// S3Control returns the client for the account's own S3 settings.
func (f *Factory) S3Control(accountID string) *S3ControlClient {
	return cached(f, f.key(S3Control, accountID, ""), func(cfg aws.Config, l *lane) *S3ControlClient {
		api := s3control.NewFromConfig(cfg, func(o *s3control.Options) {
			if o.BaseEndpoint == nil {
				return
			}
			if u, err := url.Parse(*o.BaseEndpoint); err == nil {
				o.EndpointResolverV2 = fixedHost{*u}
			}
		})
		return &S3ControlClient{
			GetPublicAccessBlock: read(l, GetAccountPublicAccessBlock, api.GetPublicAccessBlock),
		}
	})
}

// fixedHost keeps an overridden endpoint as it is: the SDK would put the
// account id before the host, which then has no address.
type fixedHost struct{ url url.URL }

// ResolveEndpoint returns the fixed host.
func (h fixedHost) ResolveEndpoint(context.Context, s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	return smithyendpoints.Endpoint{URI: h.url}, nil
}
