package awsapi

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// answered is an error as the SDK makes it of an answer.
func answered(status int, code, message string) error {
	return &smithy.OperationError{ServiceID: "S3", OperationName: "GetBucketPolicy", Err: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
		Err:      &smithy.GenericAPIError{Code: code, Message: message},
	}}
}

func TestDenialNamesTheKindOfPolicy(t *testing.T) {
	t.Parallel()
	const sentence = "User: arn:aws:sts::004455556666:assumed-role/Canary/run is not authorized to perform: s3:GetBucketPolicy" +
		` on resource: "arn:aws:s3:::canary-bucket" `
	tests := map[string]string{
		"with an explicit deny in a service control policy":                  "an explicit deny in a service control policy",
		"with an explicit deny in a resource control policy":                 "an explicit deny in a resource control policy",
		"with an explicit deny in a permissions boundary":                    "an explicit deny in a permissions boundary",
		"with an explicit deny in a session policy":                          "an explicit deny in a session policy",
		"with an explicit deny in a VPC endpoint policy":                     "an explicit deny in a VPC endpoint policy",
		"with an explicit deny in a resource-based policy":                   "an explicit deny in a resource-based policy",
		"with an explicit deny in an identity-based policy":                  "an explicit deny in an identity-based policy",
		"because no identity-based policy allows the s3:GetBucketPolicy":     "no identity-based policy allows it",
		"because no service control policy allows the s3:GetBucketPolicy":    "no service control policy allows it",
		"because no permissions boundary allows the s3:GetBucketPolicy":      "no permissions boundary allows it",
		"because the canary says so, and names a service control policy too": "",
		"": "",
	}
	for reason, want := range tests {
		got := explain(GetBucketPolicy, answered(403, "AccessDenied", sentence+reason))
		if !got.Denied() || got.Detail != want {
			t.Errorf("%s: got %+v, want the detail %q", reason, got, want)
		}
		if strings.Contains(strings.ToLower(got.Error()), "canary") {
			t.Errorf("%s: the error repeats what AWS wrote: %v", reason, got)
		}
	}
}

func TestCodesDecide(t *testing.T) {
	t.Parallel()
	const op = "s3:GetBucketPolicy"
	const credentials = "the credentials were refused: expired, malformed, or not valid here"
	const notAWS = "the answer is not in the form of AWS; something on the way may have given it"
	tests := []struct {
		err  error
		want snapshot.ReadError
	}{
		{answered(403, "InvalidAccessKeyId", ""), snapshot.ReadError{Code: "InvalidAccessKeyId", Detail: credentials}},
		{answered(403, "InvalidClientTokenId", ""), snapshot.ReadError{Code: "InvalidClientTokenId", Detail: credentials}},
		{answered(403, "SignatureDoesNotMatch", ""), snapshot.ReadError{Code: "SignatureDoesNotMatch", Detail: credentials}},
		{answered(403, "RequestTimeTooSkewed", ""), snapshot.ReadError{
			Code: "RequestTimeTooSkewed", Detail: "the clock of this machine differs too much from that of AWS",
		}},
		{answered(400, "UnauthorizedOperation", ""), snapshot.ReadError{Code: "UnauthorizedOperation", MissingPermission: op}},
		{answered(403, "SomethingNew", ""), snapshot.ReadError{Code: "SomethingNew", MissingPermission: op}},
		{answered(400, "SomethingNew", ""), snapshot.ReadError{Code: "SomethingNew"}},
		{answered(400, "RequestLimitExceeded", ""), snapshot.ReadError{
			Code: "RequestLimitExceeded", Retryable: true, Detail: "AWS throttles these requests",
		}},
		{answered(429, "SomethingNew", ""), snapshot.ReadError{Code: "SomethingNew", Retryable: true, Detail: "AWS throttles these requests"}},
		{answered(400, "AuthorizationHeaderMalformed", ""), snapshot.ReadError{
			Code: "AuthorizationHeaderMalformed", Detail: "the bucket is in another region than it was asked for in",
		}},
		{answered(405, "MethodNotAllowed", ""), snapshot.ReadError{
			Code: "MethodNotAllowed", Detail: "the account that was entered does not own the bucket",
		}},
		{answered(502, "UnknownError", ""), snapshot.ReadError{Code: "HTTP502", Retryable: true, Detail: notAWS}},
		{answered(403, "UnknownError", ""), snapshot.ReadError{Code: "HTTP403", Retryable: true, Detail: notAWS}},
		{answered(403, "<script>alert(1)</script>", ""), snapshot.ReadError{Code: "HTTP403", Retryable: true, Detail: notAWS}},
		{&smithyhttp.RequestSendError{Err: &net.DNSError{Err: "no such host", IsNotFound: true}}, snapshot.ReadError{Code: "Unreachable", Retryable: true}},
		{&smithyhttp.RequestSendError{Err: errors.New("proxy refused")}, snapshot.ReadError{Code: "Unreachable", Retryable: true}},
		{fmt.Errorf("wrapped: %w", attemptTimeout{}), snapshot.ReadError{Code: "Timeout", Retryable: true}},
		{errors.New("invalid region"), snapshot.ReadError{
			Code: "ClientError", Detail: "the request could not be built or sent; check region and partition",
		}},
	}
	for _, test := range tests {
		test.want.Operation = op
		if diff := cmp.Diff(&test.want, explain(GetBucketPolicy, test.err)); diff != "" {
			t.Errorf("%v: %s", test.err, diff)
		}
	}
}
