package awsapi

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// The codes of failures for which AWS has none.
const (
	CodeTimeout              = "Timeout"
	CodeConnectionReset      = "ConnectionReset"
	CodeUnreachable          = "Unreachable"
	CodeMalformedResponse    = "MalformedResponse"
	CodeEmptyResponse        = "EmptyResponse"
	CodeCancelled            = "Cancelled"
	CodeNoCredentials        = "NoCredentials"
	CodeAccountNotConfigured = "AccountNotConfigured"
	CodeClientError          = "ClientError"
)

// Codes that say more than their HTTP status does. The lists are those of
// "Common Errors" in the API references of the services, and of "Error
// responses" in the S3 API Reference.
var (
	throttleCodes = []string{
		"SlowDown", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
		"RequestThrottledException", "RequestLimitExceeded", "TooManyRequestsException", "BandwidthLimitExceeded",
	}
	deniedCodes = []string{
		"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedAccess", "NotAuthorized",
		"Forbidden", "InsufficientDependencyServiceAccessPermissionException",
	}
	credentialCodes = []string{
		"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired", "InvalidToken",
		"InvalidClientTokenId", "InvalidAccessKeyId", "UnrecognizedClientException", "AuthFailure", "SignatureDoesNotMatch",
		"InvalidSignatureException", "IncompleteSignature", "MissingAuthenticationToken", "InvalidSecurity",
		"MissingAuthenticationTokenException", "MissingSecurityHeader", "NotSignedUp", "OptInRequired",
	}
	clockCodes  = []string{"RequestTimeTooSkewed", "RequestInTheFuture"}
	regionCodes = []string{
		"PermanentRedirect", "MovedPermanently", "Moved Permanently", "AuthorizationHeaderMalformed",
		"IllegalLocationConstraintException", "IncorrectEndpoint",
	}
)

// explain turns an error of the SDK into a ReadError, without the text that
// AWS or anything on the way put into it.
func explain(op Operation, err error) *snapshot.ReadError {
	if entry, ok := errors.AsType[*entryError](err); ok {
		read := entry.read
		return &read
	}
	if failure, ok := errors.AsType[*snapshot.ReadError](err); ok {
		return failure
	}
	e := &snapshot.ReadError{Operation: string(op), Code: codeOf(err)}
	status := statusOf(err)
	switch {
	case isThrottle(err):
		e.Retryable, e.Detail = true, "AWS throttles these requests"
	case slices.Contains(credentialCodes, e.Code):
		e.Detail = "the credentials were refused: expired, malformed, or not valid here"
	case slices.Contains(clockCodes, e.Code):
		e.Detail = "the clock of this machine differs too much from that of AWS"
	case slices.Contains(regionCodes, e.Code):
		e.Detail = "the bucket is in another region than it was asked for in"
	case apiCode(err) == "" && status >= http.StatusMultipleChoices:
		e.Retryable, e.Detail = true, "the answer is not in the form of AWS; something on the way may have given it"
	case slices.Contains(deniedCodes, e.Code) || status == http.StatusForbidden:
		e.MissingPermission, e.Detail = op.Action(), denialDetail(err)
	default:
		e.Retryable, e.Detail = otherFailure(e.Code, status)
	}
	return e
}

func otherFailure(code string, status int) (retryable bool, detail string) {
	switch code {
	case CodeTimeout, CodeConnectionReset, CodeUnreachable, CodeMalformedResponse, CodeCancelled:
		return true, ""
	case "NoSuchBucket":
		return false, "there is no such bucket any more"
	case "MethodNotAllowed":
		return false, "the account that was entered does not own the bucket"
	case CodeClientError:
		return false, "the request could not be built or sent; check region and partition"
	}
	return status >= http.StatusInternalServerError || status == http.StatusTemporaryRedirect ||
		code == "RequestTimeout" || code == "RequestTimeoutException", ""
}

// isThrottle reports whether AWS asked to slow down.
func isThrottle(err error) bool {
	if err == nil {
		return false
	}
	status := statusOf(err)
	return status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests ||
		slices.Contains(throttleCodes, apiCode(err))
}

// codeOf is the error code that AWS sent, or one of ours.
func codeOf(err error) string {
	if entry, ok := errors.AsType[*entryError](err); ok {
		return entry.read.Code
	}
	if code := apiCode(err); code != "" {
		return code
	}
	status := statusOf(err)
	switch {
	case status >= http.StatusMultipleChoices:
		return "HTTP" + strconv.Itoa(status)
	case errors.Is(err, context.Canceled):
		return CodeCancelled
	}
	return networkCode(err)
}

var codeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 ._-]{0,79}$`)

// apiCode is the error code in the answer, "" if there is none that looks
// like one: it is text from the network.
func apiCode(err error) string {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok || api.ErrorCode() == "UnknownError" || !codeForm.MatchString(api.ErrorCode()) {
		return ""
	}
	return api.ErrorCode()
}

// statusOf is the HTTP status of the answer, 0 if there was none.
func statusOf(err error) int {
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && answer.Response != nil {
		return answer.HTTPStatusCode()
	}
	return 0
}

// EmptyResponse is the failure of a call that succeeded and told nothing, as
// emulators and proxies do; nothing may be concluded from it.
func EmptyResponse(op Operation) *snapshot.ReadError {
	return &snapshot.ReadError{
		Operation: string(op), Code: CodeEmptyResponse, Retryable: true,
		Detail: "the answer lacks what was asked for",
	}
}

// MalformedResponse is the failure of a call whose answer makes no sense.
func MalformedResponse(op Operation) *snapshot.ReadError {
	return &snapshot.ReadError{Operation: string(op), Code: CodeMalformedResponse, Retryable: true}
}
