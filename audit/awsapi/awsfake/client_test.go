package awsfake_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

const (
	control = "111122223333"
	data    = "444455556666"
	other   = "001234567012"
)

// start serves the estate until the test ends.
func start(t testing.TB, e awsfake.Estate, opts ...awsfake.Option) *awsfake.Server {
	t.Helper()
	s := awsfake.New(e, opts...)
	t.Cleanup(s.Close)
	return s
}

// as is the configuration of a client that signs with the key and never retries. Whatever host the
// SDK makes up, the connection goes to the fake.
func as(s *awsfake.Server, key, token, region string) aws.Config {
	endpoint, err := url.Parse(s.URL)
	if err != nil {
		panic(err)
	}
	client := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, endpoint.Host)
		}
		if trusted, ok := s.HTTPClient().Transport.(*http.Transport); ok && trusted.TLSClientConfig != nil {
			t.TLSClientConfig = &tls.Config{RootCAs: trusted.TLSClientConfig.RootCAs, ServerName: "127.0.0.1"}
		}
	})
	return aws.Config{
		Region: region, BaseEndpoint: aws.String(s.URL), HTTPClient: client,
		Credentials: credentials.NewStaticCredentialsProvider(key, "secret", token),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	}
}

// atHome signs with the base key of the home account.
func atHome(s *awsfake.Server) aws.Config {
	return as(s, awsfake.HomeAccessKeyID, "", "us-east-1")
}

// in signs with the base key that testEstate gives each account: its id.
func in(s *awsfake.Server, account, region string) aws.Config {
	return as(s, key(account), "", region)
}

func key(account string) string { return "AKIA" + account }

func s3Client(c aws.Config) *s3.Client {
	return s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true })
}

// code is the AWS error code; "" for no error, and a word for an error without one.
func code(err error) string {
	var api smithy.APIError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &api):
		return api.ErrorCode()
	}
	return "not an API error"
}

func status(err error) int {
	var response interface{ HTTPStatusCode() int }
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}

// headerOf is a header of the answer that the error reports.
func headerOf(err error, name string) string {
	var refused *awshttp.ResponseError
	if !errors.As(err, &refused) {
		return ""
	}
	return refused.Response.Header.Get(name)
}

func wantCode(t *testing.T, err error, want string) {
	t.Helper()
	if got := code(err); got != want {
		t.Errorf("error code %q, want %q (error: %v)", got, want, err)
	}
}

func assume(ctx context.Context, c aws.Config, role, externalID string) (*sts.AssumeRoleOutput, error) {
	in := &sts.AssumeRoleInput{RoleArn: aws.String(role), RoleSessionName: aws.String("audit")}
	if externalID != "" {
		in.ExternalId = aws.String(externalID)
	}
	return sts.NewFromConfig(c).AssumeRole(ctx, in)
}
