package awsapi

import (
	"crypto/x509"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// networkCode is our code for an error that is not an answer of AWS.
func networkCode(err error) string {
	switch {
	case timedOut(err):
		return CodeTimeout
	case unreachable(err):
		return CodeUnreachable
	case reset(err):
		return CodeConnectionReset
	case broken(err):
		return CodeMalformedResponse
	}
	if _, ok := errors.AsType[*smithy.DeserializationError](err); ok {
		return CodeMalformedResponse
	}
	if _, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok {
		return CodeUnreachable
	}
	return CodeClientError
}

func timedOut(err error) bool {
	if _, ok := errors.AsType[attemptTimeout](err); ok {
		return true
	}
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

// unreachable reports whether no connection came about: no address, no
// route, nobody listening, or a certificate that is not trusted.
func unreachable(err error) bool {
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "dial" {
		return true
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	return untrustedCertificate(err)
}

func untrustedCertificate(err error) bool {
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	_, host := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	return authority || host || invalid
}

// broken reports whether the answer ended in the middle or made no sense. Of
// a bad document in a payload the SDK passes on the parser's own error.
func broken(err error) bool {
	_, syntax := errors.AsType[*xml.SyntaxError](err)
	return syntax || errors.Is(err, io.ErrUnexpectedEOF)
}

// reset reports whether a connection broke before the answer began. One that
// breaks in the middle of the answer leaves a malformed one.
func reset(err error) bool {
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		return true
	}
	_, sending := errors.AsType[*smithyhttp.RequestSendError](err)
	return sending && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF))
}
